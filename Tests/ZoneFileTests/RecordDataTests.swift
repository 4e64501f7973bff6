import DNSWire
import Testing

@testable import ZoneFile

@Suite("RDATA")
struct RecordDataTests {
  /// What this module makes of RDATA, by hand or by libldns.
  private func rdata(_ type: String, _ text: String) throws -> [UInt8] {
    let bytes = Array("x \(text)".utf8)
    var lexer = Lexer(bytes: bytes, file: 0)
    var entry = Entry(bytes: bytes, file: 0)
    let isRead = lexer.next(&entry)
    #expect(isRead && entry.problems.isEmpty)
    let type = try #require(LDNS.type(named: type))
    var octets: [UInt8] = []
    try RecordData(entry: entry, first: 1, origin: example).append(type, to: &octets)
    return octets
  }

  /// What libldns makes of it.
  private func measure(_ type: String, _ text: String) throws -> [UInt8] {
    let type = try #require(LDNS.type(named: type))
    return try LDNS.rdata(type: type, text: Array(text.utf8), origin: example).get()
  }

  static let byHand: [(String, String)] = [
    ("A", "192.0.2.1"), ("A", "0.0.0.0"), ("A", "255.255.255.255"),
    ("AAAA", "2001:db8::1"), ("AAAA", "::"), ("AAAA", "::ffff:192.0.2.1"),
    ("AAAA", "FE80:0:0:0:0123:4567:89ab:cdef"),
    ("NS", "ns1"), ("NS", "ns1.example.net."), ("NS", "@"), ("NS", "."), ("NS", #"a\.b.c"#),
    ("CNAME", "WWW.Example.NET."), ("CNAME", #"\065\000\255"#), ("PTR", "host"),
    ("DNAME", "other."),
    ("MX", "10 mail"), ("MX", "0 ."), ("MX", "65535 mail.example.net."),
    ("SRV", "0 5 5060 sip"), ("SRV", "65535 65535 65535 ."),
    ("TXT", "plain"), ("TXT", #""quoted string""#), ("TXT", #""a" "b" c"#), ("TXT", #""""#),
    ("TXT", #""with \"quotes\" and \\ and \200""#), ("TXT", #"esc\;aped"#),
    ("TXT", #""v=spf1 -all""#), ("TXT", "\"" + String(repeating: "x", count: 255) + "\""),
    ("SOA", "ns1 hostmaster 1 2 3 4 5"), ("SOA", "ns1 host\\.master 4294967295 2h 30m 2w 5m"),
    ("SOA", ". . 0 0 0 0 0"), ("SOA", "ns1 hostmaster 2026112001 1h30m 1w2d 2147483647 1D"),
  ]

  @Test("what is read by hand is what libldns reads", arguments: byHand)
  func sameAsLDNS(type: String, text: String) throws {
    #expect(try rdata(type, text) == measure(type, text))
  }

  @Test(
    "what libldns reads, in wire form",
    arguments: [
      ("HINFO", #""PDP-11/70" UNIX"#, "095044502d31312f373004554e4958"),
      ("CAA", #"0 issue "letsencrypt.org""#, "000569737375656c657473656e63727970742e6f7267"),
      (
        "DS", "60485 5 1 2BB183AF5F22588179A53B0A 98631FAD1A292118",
        "ec4505012bb183af5f22588179a53b0a98631fad1a292118"
      ),
      (
        "SSHFP", "2 1 123456789abcdef67890123456789abcdef67890",
        "0201123456789abcdef67890123456789abcdef67890"
      ),
      (
        "TLSA", "3 1 1 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        "03010100112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
      ),
      (
        "NAPTR", #"100 10 "U" "E2U+sip" "!^.*$!sip:x@example.com!" ."#,
        "0064000a0155074532552b736970 18215e2e2a24217369703a78406578616d706c652e636f6d2100"
      ),
      (
        "RP", "admin txt",
        "0561646d696e076578616d706c6503636f6d0003747874076578616d706c6503636f6d00"
      ),
      ("EUI48", "00-11-22-33-44-55", "001122334455"),
      ("LOC", "52 14 05 N 00 08 50 E 10m", "001216138b3556c88008165000989a68"),
      ("HTTPS", #"1 . alpn="h2,h3" port=8443"#, "000100 000100060268320268330003000220fb"),
      (
        "SVCB", "16 foo ipv4hint=192.0.2.1",
        "001003666f6f076578616d706c6503636f6d0000040004c0000201"
      ),
      ("OPENPGPKEY", "AQID BAUG", "010203040506"), ("DNSKEY", "257 3 13 AQID", "0101030d010203"),
      ("APL", "1:192.0.2.0/24 !2:2001:db8::/32", "00011803c00002 0002208420010db8"),
      ("CERT", "PGP 0 0 AQID", "00030000 00010203"),
      ("URI", #"10 1 "https://example.com/""#, "000a000168747470733a2f2f6578616d706c652e636f6d2f"),
      ("SPF", #""v=spf1 -all""#, "0b763d73706631202d616c6c"),
      ("NSEC", "b A NS RRSIG", "0162076578616d706c6503636f6d00 000660000000000 2"),
    ] as [(String, String, String)])
  func byLDNS(type: String, text: String, hex: String) throws {
    let octets = try rdata(type, text)
    let found = octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(found == hex.filter { $0 != " " })
  }

  @Test("SVCB and HTTPS keep key=\"…\" as one parameter, TXT makes two strings of it")
  func pairs() throws {
    #expect(try rdata("TXT", #"a="b c""#) == [2, 0x61, 0x3D, 3, 0x62, 0x20, 0x63])
    #expect(try rdata("HINFO", #"a="b""#) == [2, 0x61, 0x3D, 1, 0x62])
    #expect(try rdata("HTTPS", #"1 . alpn="h2""#) == measure("HTTPS", "1 . alpn=h2"))
  }

  @Test(
    "unknown RDATA (RFC 3597 §5)",
    arguments: [
      ("TYPE65280", ##"\# 4 0A000001"##, [10, 0, 0, 1]), ("TYPE65280", ##"\# 0"##, []),
      ("TYPE65280", ##"\# 3 0A 00 01"##, [10, 0, 1]), ("TYPE65280", ##"\# 2 0 A0 0"##, [10, 0]),
      ("A", ##"\# 4 C0000201"##, [192, 0, 2, 1]), ("TYPE1", "192.0.2.1", [192, 0, 2, 1]),
      ("MX", ##"\# 4 000a 0161 00"##, nil), ("MX", ##"\# 5 000a 0161 00"##, [0, 10, 1, 0x61, 0]),
    ] as [(String, String, [UInt8]?)])
  func generic(type: String, text: String, expected: [UInt8]?) throws {
    #expect((try? rdata(type, text)) == expected)
  }

  @Test("every type with a mnemonic can be written as unknown RDATA or is refused in words")
  func allTypes() {
    for code in UInt16(1)...260 {
      let name = LDNS.name(of: RecordType(rawValue: code))
      let load = load(head + "x \(name) \\# 1 00\n")
      #expect(load.errorCount <= 1, "\(load.rendered())")
    }
  }
}
