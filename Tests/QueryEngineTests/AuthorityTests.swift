import DNSWire
import TestSupport
import Testing

/// What an authoritative server answers (RFC 1034 §4.3.2 and what came after it).
struct AuthorityTests {
  static let zone = """
    $ORIGIN example.com.
    $TTL 300
    @          SOA  ns1 hostmaster 1 7200 1800 1209600 120
    @          NS   ns1
    @          NS   ns.elsewhere.net.
    @          MX   10 mail
    ns1        A    192.0.2.53
    ns1        AAAA 2001:db8::53
    mail       A    192.0.2.25
    WWW        A    192.0.2.80
    alias      CNAME www
    far        CNAME host.elsewhere.net.
    broken     CNAME nothing
    loop1      CNAME loop2
    loop2      CNAME loop1
    into       CNAME x.child
    a.b.c      A    192.0.2.2
    *.wild     A    192.0.2.1
    *.wild     TXT  "wild"
    ent.wild   TXT  "no wildcard here"
    *.cn       CNAME www
    dn         DNAME target
    dn         TXT  "the owner itself"
    host.target A   192.0.2.9
    long       DNAME \(String(repeating: "a", count: 60)).\(String(repeating: "b", count: 60)).\(String(repeating: "c", count: 60)).example.com.
    child      NS   ns.child
    child      NS   ns.other
    child      DS   12345 8 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
    ns.child   A    192.0.2.98
    other      NS   ns.other
    ns.other   A    192.0.2.97
    third      NS   covered.wild
    third      NS   ent.wild
    third      NS   x.ent.wild
    third      NS   x.other
    _sip._tcp  SRV  0 5 5060 ns1
    _covered   SRV  0 5 5060 covered.wild
    odd        TYPE65280 \\# 3 010203
    svc        HTTPS 1 . alpn=h2
    svc        A    192.0.2.11

    """

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var type: RecordType
    var code = "NOERROR"
    var isAuthoritative = true
    var answer: [String] = []
    var authority: [String] = []
    var additional: [String] = []
    var source: String

    var testDescription: String { "\(name) \(type.rawValue): \(source)" }
  }

  static let soa =
    "example.com. 120 IN SOA ns1.example.com. hostmaster.example.com. 1 7200 1800 1209600 120"
  static let child = [
    "child.example.com. 300 IN NS ns.child.example.com.",
    "child.example.com. 300 IN NS ns.other.example.com.",
  ]
  static let glue = [
    "ns.child.example.com. 300 IN A 192.0.2.98", "ns.other.example.com. 300 IN A 192.0.2.97",
  ]

  static let cases: [Case] = [
    Case(
      name: "www.example.com.", type: .a, answer: ["www.example.com. 300 IN A 192.0.2.80"],
      source: "RFC 1034 §4.3.2, 3a; RFC 4343: without case"),
    Case(
      name: "example.com.", type: .mx, answer: ["example.com. 300 IN MX 10 mail.example.com."],
      additional: ["mail.example.com. 300 IN A 192.0.2.25"], source: "RFC 1035 §3.3.9"),
    Case(
      name: "_sip._tcp.example.com.", type: .srv,
      answer: ["_sip._tcp.example.com. 300 IN SRV 0 5 5060 ns1.example.com."],
      additional: [
        "ns1.example.com. 300 IN A 192.0.2.53", "ns1.example.com. 300 IN AAAA 2001:db8::53",
      ], source: "RFC 2782"),
    Case(
      name: "svc.example.com.", type: .https,
      answer: ["svc.example.com. 300 IN HTTPS 1 . alpn=h2"],
      additional: ["svc.example.com. 300 IN A 192.0.2.11"], source: "RFC 9460 §4.1"),
    Case(
      name: "odd.example.com.", type: RecordType(rawValue: 65280),
      answer: ["odd.example.com. 300 IN TYPE65280 \\# 3 010203"], source: "RFC 3597 §2"),
    Case(name: "www.example.com.", type: .txt, authority: [soa], source: "RFC 2308 §2.2"),
    Case(
      name: "none.example.com.", type: .a, code: "NXDOMAIN", authority: [soa],
      source: "RFC 2308 §2.1, §3: the SOA's TTL is its MINIMUM"),
    Case(
      name: "b.c.example.com.", type: .a, authority: [soa],
      source: "RFC 4592 §2.2.2: an empty non-terminal exists"),
    Case(
      name: "alias.example.com.", type: .a,
      answer: [
        "alias.example.com. 300 IN CNAME WWW.example.com.", "WWW.example.com. 300 IN A 192.0.2.80",
      ], source: "RFC 1034 §3.6.2"),
    Case(
      name: "alias.example.com.", type: .cname,
      answer: ["alias.example.com. 300 IN CNAME WWW.example.com."], source: "RFC 1034 §3.6.2"),
    Case(
      name: "far.example.com.", type: .a,
      answer: ["far.example.com. 300 IN CNAME host.elsewhere.net."],
      source: "RFC 1034 §4.3.2: the rest is another server's"),
    Case(
      name: "broken.example.com.", type: .a, code: "NXDOMAIN",
      answer: ["broken.example.com. 300 IN CNAME nothing.example.com."], authority: [soa],
      source: "RFC 2308 §2.1"),
    Case(
      name: "alias.example.com.", type: .mx,
      answer: ["alias.example.com. 300 IN CNAME WWW.example.com."], authority: [soa],
      source: "RFC 2308 §2.2"),
    Case(
      name: "loop1.example.com.", type: .a,
      answer: [
        "loop1.example.com. 300 IN CNAME loop2.example.com.",
        "loop2.example.com. 300 IN CNAME loop1.example.com.",
      ], source: "RFC 1034 §3.6.2: loops are cut"),
    Case(
      name: "into.example.com.", type: .a,
      answer: ["into.example.com. 300 IN CNAME x.child.example.com."], authority: child,
      additional: glue, source: "RFC 1034 §4.3.2, 3b behind a CNAME"),
    Case(
      name: "any.wild.example.com.", type: .a,
      answer: ["any.wild.example.com. 300 IN A 192.0.2.1"], source: "RFC 4592 §3.3.2"),
    Case(
      name: "x.y.wild.example.com.", type: .txt,
      answer: ["x.y.wild.example.com. 300 IN TXT \"wild\""], source: "RFC 4592 §3.3.2"),
    Case(
      name: "any.wild.example.com.", type: .mx, authority: [soa], source: "RFC 4592 §2.2.1"),
    Case(
      name: "x.ent.wild.example.com.", type: .a, code: "NXDOMAIN", authority: [soa],
      source: "RFC 4592 §3.3.1: the closest encloser is ent.wild"),
    Case(
      name: "*.wild.example.com.", type: .a,
      answer: ["*.wild.example.com. 300 IN A 192.0.2.1"], source: "RFC 4592 §2.3"),
    Case(
      name: "q.cn.example.com.", type: .a,
      answer: [
        "q.cn.example.com. 300 IN CNAME WWW.example.com.", "WWW.example.com. 300 IN A 192.0.2.80",
      ], source: "RFC 4592 §3.3.3"),
    Case(
      name: "host.dn.example.com.", type: .a,
      answer: [
        "dn.example.com. 300 IN DNAME target.example.com.",
        "host.dn.example.com. 300 IN CNAME host.target.example.com.",
        "host.target.example.com. 300 IN A 192.0.2.9",
      ], source: "RFC 6672 §3.1"),
    Case(
      name: "host.dn.example.com.", type: .any,
      answer: [
        "dn.example.com. 300 IN DNAME target.example.com.",
        "host.dn.example.com. 300 IN CNAME host.target.example.com.",
        "host.target.example.com. 300 IN A 192.0.2.9",
      ], source: "RFC 6672 §3.2, 3C: whatever the type, the name is replaced and looked up again"),
    Case(
      name: "dn.example.com.", type: .txt,
      answer: ["dn.example.com. 300 IN TXT \"the owner itself\""], source: "RFC 6672 §2.3"),
    Case(
      name: "dn.example.com.", type: .dname,
      answer: ["dn.example.com. 300 IN DNAME target.example.com."], source: "RFC 6672 §2.3"),
    Case(
      name: "\(String(repeating: "x", count: 63)).long.example.com.", type: .a,
      code: "YXDOMAIN",
      answer: [
        "long.example.com. 300 IN DNAME \(String(repeating: "a", count: 60)).\(String(repeating: "b", count: 60)).\(String(repeating: "c", count: 60)).example.com."
      ], source: "RFC 6672 §2.2"),
    Case(
      name: "child.example.com.", type: .a, isAuthoritative: false, authority: child,
      additional: glue, source: "RFC 1034 §4.3.2, 3b; sibling glue"),
    Case(
      name: "ns.child.example.com.", type: .a, isAuthoritative: false, authority: child,
      additional: glue, source: "RFC 2181 §5.4.1: glue is not authoritative"),
    Case(
      name: "deep.below.child.example.com.", type: .txt, isAuthoritative: false, authority: child,
      additional: glue, source: "RFC 1034 §4.3.2, 3b"),
    Case(
      name: "x.third.example.com.", type: .a, isAuthoritative: false,
      authority: ["covered.wild", "ent.wild", "x.ent.wild", "x.other"].map {
        "third.example.com. 300 IN NS \($0).example.com."
      },
      additional: ["covered.wild.example.com. 300 IN A 192.0.2.1"],
      source:
        "RFC 1034 §4.3.2, 3b, §4.3.3: the address that a wildcard gives a server, but for names that exist"
    ),
    Case(
      name: "_covered.example.com.", type: .srv,
      answer: ["_covered.example.com. 300 IN SRV 0 5 5060 covered.wild.example.com."],
      additional: ["covered.wild.example.com. 300 IN A 192.0.2.1"],
      source: "RFC 1034 §4.3.2, 6; RFC 2782"),
    Case(
      name: "covered.wild.example.com.", type: .mx, authority: [soa],
      source: "RFC 4592 §2.2.1: a name that RDATA mention is none that exists"),
    Case(
      name: "child.example.com.", type: .ds,
      answer: [
        "child.example.com. 300 IN DS 12345 8 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      ], source: "RFC 4035 §3.1.4.1: the parent answers for DS"),
    Case(
      name: "other.example.com.", type: .ds, authority: [soa], source: "RFC 4035 §3.1.4.1"),
    Case(
      name: "www.elsewhere.net.", type: .a, code: "REFUSED", isAuthoritative: false,
      source: "RFC 8499: not this server's"),
  ]

  @Test(arguments: cases)
  func answers(_ example: Case) throws {
    let engine = try Engine("example.com.", Self.zone)
    let reply = try engine.ask(example.name, example.type)
    #expect(reply.codeName == example.code)
    #expect(reply.flags == (example.isAuthoritative ? ["QR", "AA"] : ["QR"]))
    #expect(reply.answer == example.answer)
    #expect(Set(reply.authority) == Set(example.authority))
    #expect(Set(reply.additional) == Set(example.additional))
  }

  /// RFC 4343 §4.1 leaves the case of names in answers open: the question's own, else the zone's first.
  @Test func theCaseOfTheQuestionIsKept() throws {
    let engine = try Engine("example.com.", Self.zone)
    let reply = try engine.ask("wWw.eXAMPLE.com.")
    #expect(reply.question == ["wWw.eXAMPLE.com. IN A"])
    #expect(reply.answer == ["wWw.eXAMPLE.com. 300 IN A 192.0.2.80"])
  }

  @Test func theDeepestZoneAnswers() throws {
    let engine = try Engine([
      ("example.com.", Self.zone),
      (
        "child.example.com.",
        "@ 60 SOA ns h 7 1 1 1 60\n@ 60 NS ns\nns 60 A 192.0.2.98\nx 60 A 192.0.2.77\n"
      ),
    ])
    #expect(
      try engine.ask("x.child.example.com.").answer == ["x.child.example.com. 60 IN A 192.0.2.77"])
    #expect(
      try engine.ask("into.example.com.").answers("A") == ["192.0.2.77"],
      "a CNAME is followed from zone to zone")
    #expect(try engine.ask("child.example.com.", .ds).answers("DS").count == 1)
    #expect(try engine.ask("child.example.com.", .soa).answer.count == 1)
  }

  /// RFC 2181 §5: no two records of an answer are the same. A DNAME is followed once in a chain, also where
  /// it leads to itself.
  @Test(
    arguments: [
      ("x.dn", .a, ["dn DNAME to", "x.dn CNAME x.to", "x.to CNAME y.dn"]),
      ("x.self", .a, ["self DNAME a.self", "x.self CNAME x.a.self"]),
      (
        "x.one", .a,
        ["one DNAME two", "x.one CNAME x.two", "two DNAME a.one", "x.two CNAME x.a.one"]
      ),
      ("a.a.up", .dname, ["a.up DNAME up", "a.a.up CNAME a.up"]),
    ] as [(String, RecordType, [String])])
  func aDNAMEStandsOnceInAnAnswer(_ name: String, _ type: RecordType, _ answer: [String]) throws {
    let engine = try Engine(
      "test.",
      """
      @ 60 SOA ns h 1 1 1 1 60
      @ 60 NS ns
      ns 60 A 192.0.2.1
      dn 60 DNAME to
      x.to 60 CNAME y.dn
      self 60 DNAME a.self
      one 60 DNAME two
      two 60 DNAME a.one
      a.up 60 DNAME up

      """)
    for _ in 0..<2 {
      let reply = try engine.ask("\(name).test.", type, transport: .tcp)
      #expect(reply.codeName == "NOERROR")
      #expect(
        reply.answer.map { $0.replacing(" 60 IN", with: "").replacing(".test.", with: "") }
          == answer)
    }
  }

  /// RFC 4035 §2.5: NSEC and RRSIG may stand beside a CNAME; a question for them is answered with them.
  @Test func whatStandsBesideACNAMEIsAnswered() throws {
    let engine = try Engine(
      "test.",
      "@ 60 SOA ns h 1 1 1 1 60\n@ 60 NS ns\nns 60 A 192.0.2.1\ncn 60 CNAME ns\ncn 60 NSEC ns.test. CNAME NSEC\n"
    )
    let nsec = RecordType(rawValue: 47)
    #expect(try engine.ask("cn.test.", nsec).answer == ["cn.test. 60 IN NSEC ns.test. CNAME NSEC"])
    #expect(try engine.ask("cn.test.", .a).answers("A") == ["192.0.2.1"])
  }

  /// The target of a synthesized CNAME points into the DNAME's RDATA, so that the SOA fits behind a long one.
  @Test func aSynthesizedCNAMEIsCompressed() throws {
    let label = String(repeating: "d", count: 62)
    let engine = try Engine(
      "test.",
      "@ 60 SOA ns h 1 1 1 1 60\n@ 60 NS ns\nns 60 A 192.0.2.1\nlong 60 DNAME \(label).\(label).\(label)\n"
    )
    let reply = try engine.ask("x.y.long.test.", .a)
    #expect(reply.flags == ["QR", "AA"])
    #expect(reply.answers("CNAME") == ["x.y.\(label).\(label).\(label).test."])
    #expect(reply.authority.count == 1)
    #expect(reply.length < 330)
  }

  @Test func theRootIsAZoneLikeAnother() throws {
    let engine = try Engine(
      ".",
      "@ 60 SOA ns. h. 1 1 1 1 60\n@ 60 NS ns.\nns. 60 A 192.0.2.1\ncom. 60 NS ns.com.\nns.com. 60 A 192.0.2.2\n"
    )
    #expect(try engine.ask(".", .ns).answer == [". 60 IN NS ns."])
    #expect(try engine.ask("www.example.com.").authority == ["com. 60 IN NS ns.com."])
    #expect(try engine.ask("nothing.").codeName == "NXDOMAIN")
  }
}
