import DNSWire
import TestSupport
import Testing

/// How much longer answers in datagrams are than their queries, as SECURITY.md says.
@Suite("Amplification") struct AmplificationTests {
  static let zone = """
    $TTL 300
    @ SOA ns1 hostmaster 1 7200 1800 1209600 120
    @ NS ns1
    @ NS ns2
    @ NS ns3
    @ NS ns4
    @ MX 10 mail1
    @ MX 20 mail2
    @ TXT "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 include:_spf.example.net -all"
    @ CAA 0 issue "ca.example.net"
    ns1 A 192.0.2.1
    ns1 AAAA 2001:db8::1
    ns2 A 192.0.2.2
    ns2 AAAA 2001:db8::2
    ns3 A 192.0.2.3
    ns3 AAAA 2001:db8::3
    ns4 A 192.0.2.4
    ns4 AAAA 2001:db8::4
    mail1 A 192.0.2.5
    mail2 A 192.0.2.6
    www CNAME web
    web A 192.0.2.80
    child NS ns1
    child NS ns2
    $GENERATE 1-40 large TXT "record $ of a set that no datagram has room for, as it has 40 of them"
    $POOL api ( 203.0.113.1 203.0.113.2 203.0.113.3 203.0.113.4 )
    api 60 STEER failover api

    """

  static let rows: [(name: String, type: RecordType, atMost: Double)] = [
    ("api.example.com.", .a, 2.5),
    ("www.example.com.", .a, 2),
    ("no.example.com.", .a, 2.2),
    ("x.child.example.com.", .a, 3.6),
    ("example.com.", .mx, 3),
    ("example.com.", .txt, 3.2),
    ("example.com.", .ns, 7.2),
    ("example.com.", .any, 7.2),
    ("large.example.com.", .txt, 1),
    ("example.net.", .a, 1.2),
  ]

  @Test("the error for a TSIG is shorter than the query")
  func signature() throws {
    let engine = try Engine("example.com.", Self.zone)
    let query = TransactionSignatureTests.message(
      Query("example.com.", edns: 1232),
      TransactionSignatureTests.record(
        algorithm: [11] + Array("hmac-sha256".utf8) + [0], mac: [UInt8](repeating: 1, count: 32)))
    let reply = try #require(engine.answer(query))
    #expect(query.count == 116 && reply.count == 84)
  }

  @Test("typical answers", arguments: rows)
  func factor(name: String, type: RecordType, limit: Double) throws {
    let engine = try Engine("example.com.", Self.zone)
    let query = Query(name, type, edns: 1232).octets
    let reply = try #require(engine.answer(query))
    let factor = Double(reply.count) / Double(query.count)
    #expect(factor <= limit)
    #expect(reply.count <= 1232)
  }
}
