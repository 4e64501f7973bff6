import DNSWire
import Testing

@testable import ZoneFile

@Suite("Master files (RFC 1035 §5)")
struct MasterFileTests {
  @Test(
    "lines make records",
    arguments: [
      // Owners: relative, absolute, the origin, the last one, and in their case.
      ("a A 192.0.2.1", ["a.example.com. 3600 IN A 192.0.2.1"]),
      ("A.Example.COM. A 192.0.2.1", ["A.Example.COM. 3600 IN A 192.0.2.1"]),
      ("@ A 192.0.2.1", ["example.com. 3600 IN A 192.0.2.1"]),
      (
        "a A 192.0.2.1\n  A 192.0.2.2",
        ["a.example.com. 3600 IN A 192.0.2.1", "a.example.com. 3600 IN A 192.0.2.2"]
      ),
      ("*.a TXT \"x\"", ["*.a.example.com. 3600 IN TXT \"x\""]),
      // TTL and class, in either order, or neither.
      ("a 60 IN A 192.0.2.1", ["a.example.com. 60 IN A 192.0.2.1"]),
      ("a in 1h30m a 192.0.2.1", ["a.example.com. 5400 IN A 192.0.2.1"]),
      ("a CLASS1 A 192.0.2.1", ["a.example.com. 3600 IN A 192.0.2.1"]),
      ("a TYPE1 \\# 4 c0000201", ["a.example.com. 3600 IN A 192.0.2.1"]),
      // $ORIGIN, which may itself be relative, and leaves the owner as it was.
      ("$ORIGIN sub\na A 192.0.2.1", ["a.sub.example.com. 3600 IN A 192.0.2.1"]),
      (
        "a A 192.0.2.1\n$ORIGIN sub\n  A 192.0.2.2\nb MX 1 c",
        [
          "a.example.com. 3600 IN A 192.0.2.1", "a.example.com. 3600 IN A 192.0.2.2",
          "b.sub.example.com. 3600 IN MX 1 c.sub.example.com.",
        ]
      ),
      ("  $ORIGIN sub\na A 192.0.2.1", ["a.sub.example.com. 3600 IN A 192.0.2.1"]),
      // $TTL beats the last TTL.
      (
        "$TTL 60\na 10 A 192.0.2.1\nb A 192.0.2.2",
        ["a.example.com. 10 IN A 192.0.2.1", "b.example.com. 60 IN A 192.0.2.2"]
      ),
      ("a ( 60\n IN A ; comment\n 192.0.2.1 )", ["a.example.com. 60 IN A 192.0.2.1"]),
      ("\\$a A 192.0.2.1", ["\\$a.example.com. 3600 IN A 192.0.2.1"]),
    ] as [(String, [String])])
  func lines(text: String, expected: [String]) throws {
    #expect(records(try zone(text)) == expected)
  }

  @Test("MAX/MIN stands in the TTL column of records too")
  func twoTTLs() throws {
    let entry = try #require(try zone("a 300/20 A 192.0.2.1").records.entries.last)
    #expect(entry.ttl == 300 && entry.minimumTTL == 20)
  }

  @Test("without $TTL the last TTL is used, and the SOA's MINIMUM before there is one")
  func defaultTTL() throws {
    let text = "@ SOA ns1 h 1 2 3 4 77\n@ NS ns1\nns1 60 A 192.0.2.1\na A 192.0.2.2\n"
    let load = load(text)
    let zone = try #require(load.zone, "\(load.rendered())")
    #expect(zone.records.entries.map(\.ttl) == [77, 77, 60, 77])
    #expect(load.warningCount == 1)
    let explicit = "@ 50 SOA ns1 h 1 2 3 4 77\n@ NS ns1\nns1 60 A 192.0.2.1\na A 192.0.2.2\n"
    #expect(
      try #require(self.load(explicit).zone).records.entries.map(\.ttl) == [50, 50, 60, 60])
  }

  private func load(_ text: String) -> ZoneLoad { ZoneFileTests.load(text) }

  @Test("a record before any TTL is an error")
  func noTTL() {
    #expect(
      summary(load("a A 192.0.2.1\n@ 60 SOA ns1 h 1 2 3 4 5\n@ NS ns1\n"))
        == "-4:3+1 error: this record has no TTL, and no line before says one"
        + " | put a line such as '$TTL 1h' at the top of the file\n")
  }

  @Test("a line that begins with a blank needs an owner before it")
  func noOwner() {
    #expect(
      summary(load("  60 SOA ns1 h 1 2 3 4 5\n@ 60 SOA ns1 h 1 2 3 4 5\n@ NS ns1\n"))
        == "-4:3+2 error: this line begins with a blank, and no line before it has an owner"
        + " | begin the line with a name, or '@' for the origin\n")
  }

  @Test(
    "a zone without SOA or NS is an error of the file",
    arguments: [
      (
        "$TTL 60\n@ NS ns1\n",
        "zones/example.com.zone: error: the zone 'example.com.' has no SOA record\n"
          + "  hint: begin with '@ SOA ns1 hostmaster 1 2h 30m 2w 5m'\n"
      ),
      (
        "$TTL 60\n@ SOA ns1 h 1 2 3 4 5\nns1 NS ns1\n",
        "zones/example.com.zone: error: the zone 'example.com.' has no NS record at its apex\n"
          + "  hint: add '@ NS ns1' and an address of ns1\n"
      ),
    ])
  func apex(text: String, expected: String) {
    #expect(load(text).rendered() == expected)
  }

  @Test("RRset TTLs become the smallest, duplicates go, the order stays")
  func sets() throws {
    let zone = try zone("b 60 A 192.0.2.1\na A 192.0.2.9\nB 30 A 192.0.2.2\nb A 192.0.2.1\n")
    #expect(
      records(zone) == [
        "b.example.com. 30 IN A 192.0.2.1", "a.example.com. 3600 IN A 192.0.2.9",
        "B.example.com. 30 IN A 192.0.2.2",
      ])
  }

  @Test("RRSIGs of one name keep their TTLs, and may stand beside a CNAME")
  func signatures() throws {
    let signature = "RRSIG %@ 13 3 60 20300101000000 20200101000000 1 example.com. AQID"
    let text =
      "a CNAME b\na 60 \(signature.replacing("%@", with: "CNAME"))\n"
      + "a 30 \(signature.replacing("%@", with: "NSEC"))\na NSEC b CNAME RRSIG NSEC\n"
    let load = load(head + text)
    #expect(load.diagnostics.isEmpty && load.zone != nil, "\(load.rendered())")
  }

  @Test("owners with and without a shared buffer are found again")
  func ownerIndex() throws {
    let names = (0..<500).map { "h\($0 % 100)" }
    let text = names.enumerated().map { "\($1) A 10.0.\($0 / 256).\($0 % 256)\n" }.joined()
    let zone = try zone(text)
    let index = OwnerIndex(zone.records)
    #expect(index.firstRecords.count == 102)
    for number in 0..<100 {
      let name = try #require(DomainName("H\(number).EXAMPLE.com."))
      #expect(
        index.records(of: name.wire, in: zone.records) == (0..<5).map { 3 + number + 100 * $0 })
    }
    #expect(index.records(of: DomainName.root.wire, in: zone.records).isEmpty)
    #expect(OwnerIndex(RecordTable()).records(of: [0], in: RecordTable()).isEmpty)
  }

  @Test(
    "$GENERATE makes lines",
    arguments: [
      (
        "$GENERATE 1-3 h$ A 192.0.2.$",
        ["h1", "h2", "h3"].map { "\($0).example.com. 3600 IN A 192.0.2.\($0.dropFirst())" }
      ),
      (
        "$GENERATE 8-10/2 h${0,3} 60 IN A 10.0.0.${-8}",
        ["h008.example.com. 60 IN A 10.0.0.0", "h010.example.com. 60 IN A 10.0.0.2"]
      ),
      (
        "$GENERATE 255-255 h${1,4,x} TXT \"$$ ${0,0,X} \\$ $\"",
        [
          "h0100.example.com. 3600 IN TXT \"$ FF $ 255\""
        ]
      ),
      ("$GENERATE 9-9 h${0,2,o} TXT x", ["h11.example.com. 3600 IN TXT \"x\""]),
      (
        "$GENERATE 171-171 ${0,7,n}.rev PTR h$",
        [
          "b.a.0.0.rev.example.com. 3600 IN PTR h171.example.com."
        ]
      ),
    ] as [(String, [String])])
  func generate(text: String, expected: [String]) throws {
    #expect(records(try zone(text)) == expected)
  }

  @Test("$GENERATE makes STEER lines, and leaves the owner as it was")
  func generateSteer() throws {
    let zone = try zone(
      "$POOL p ( 192.0.2.1 )\na A 192.0.2.1\n$GENERATE 1-3 g$ 60 STEER failover p\n  A 192.0.2.2\n")
    #expect(zone.steers.map(\.owner.description) == (1...3).map { "g\($0).example.com." })
    #expect(records(zone).last == "a.example.com. 3600 IN A 192.0.2.2")
  }

  @Test("an included file has its own origin, TTL and owner")
  func include() throws {
    let text = """
      a A 192.0.2.1
      $INCLUDE shared/one.zone sub
        A 192.0.2.2
      $INCLUDE shared/one.zone
      """
    let files = [
      "zones/shared/one.zone": "$TTL 60\n  A 192.0.2.9\nx A 192.0.2.3\n$INCLUDE two.zone\n",
      "zones/shared/two.zone": "$ORIGIN deep.example.com.\n@ A 192.0.2.4\n",
    ]
    #expect(
      records(try zone(text, files: files)) == [
        "a.example.com. 60 IN A 192.0.2.1", "a.example.com. 60 IN A 192.0.2.9",
        "x.sub.example.com. 60 IN A 192.0.2.3", "deep.example.com. 60 IN A 192.0.2.4",
        "a.example.com. 60 IN A 192.0.2.2", "x.example.com. 60 IN A 192.0.2.3",
      ])
  }

  @Test("files may include each other 16 deep, and not 17")
  func depth() {
    func files(_ count: Int) -> [String: String] {
      Dictionary(
        uniqueKeysWithValues: (1...count).map {
          ("zones/\($0)", $0 == count ? "a A 192.0.2.1\n" : "$INCLUDE \($0 + 1)\n")
        })
    }
    #expect(ZoneFileTests.load(head + "$INCLUDE 1\n", files: files(16)).zone != nil)
    let deep = ZoneFileTests.load(head + "$INCLUDE 1\n", files: files(17))
    #expect(deep.diagnostics.map(\.message) == ["files include each other more than 16 deep"])
  }

  @Test("a loop of files is an error, and so are too many files")
  func loops() {
    let loop = ["zones/1": "$INCLUDE 2\n", "zones/2": "$INCLUDE ./x/../1\n"]
    let found = ZoneFileTests.load(head + "$INCLUDE 1\n", files: loop)
    #expect(found.diagnostics.map(\.message) == ["'./x/../1' includes itself"])
    let many = ["zones/1": "$INCLUDE 2\n$INCLUDE 2\n$INCLUDE 2\n", "zones/2": ""]
    let text = String(repeating: "$INCLUDE 1\n", count: 300)
    let load = ZoneFileTests.load(head + text, files: many)
    #expect(load.sources.count == ZoneParser.maximumFiles)
    #expect(load.diagnostics.contains { $0.message == "a zone is made of 1000 files at most" })
  }
}
