import Addresses
import DNSWire
import Testing

@testable import ZoneFile

@Suite("RDATA that are read here, against libldns and against the general way of reading a line")
struct LDNSComparisonTests {
  static let long = String(repeating: "x", count: 63)
  static let names = [
    "ns1", "ns1.example.net.", "@", ".", "a.b.c.d.e", "WWW.Example.NET.", "*", "*.w", "_sip._tcp",
    #"a\.b.c"#, #"\065\000\255.x"#, #"\@"#, #"a\ b"#, #"\256"#, #"\25"#, #"\2a5"#, "..", ".a",
    "a..b", "a.", "a..", "-", "\u{E9}", long, long + "x", "\(long).\(long).\(long).\(long)",
    "\(long).\(long).\(long).\(long).", "\(long).\(long).\(long)",
    "\(long).\(long).\(long).abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrs",
    "\(long).\(long).\(long).abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst", "1.2.3.4", "0",
  ]
  static let numbers = [
    "0", "1", "10", "65535", "65536", "99999", "00010", "0000000001", "00000000000001", "-1", "+1",
    "0x10", "1e3", "", "10a", "4294967295", "4294967296", "18446744073709551616",
  ]
  static let addresses = [
    "192.0.2.1", "0.0.0.0", "255.255.255.255", "256.0.0.1", "1.2.3", "1.2.3.4.5", "1.2.3.4.",
    ".1.2.3.4", "01.2.3.4", "1.2.3.04", "1.2.3.00", "1..2.3", "0x1.2.3.4", "1.2.3.4x",
    "2001:db8::1", "::", "::1", "1::", ":1", "1:", ":::", "1::2::3", "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::", "::1:2:3:4:5:6:7", "1:2:3:4::5:6:7:8",
    "::1:2:3:4:5:6:7:8", "::ffff:192.0.2.1", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4",
    "::1.2.3", "::1.2.3.4:5", "::1.2.3.04", "12345::", "00001::", "g::",
    "FE80:0:0:0:0123:4567:89ab:cdef", "fe80::1%eth0", "::1.2.3.4.", "1.2.3.4::",
  ]
  static let strings = [
    "plain", #""quoted string""#, #""""#, #""with \"quotes\" and \\ and \200""#, #"esc\;aped"#,
    #""v=spf1 -all""#, #"a\032b"#, #""\065\066""#, #""\256""#, #""\25""#, #"\""#, #""a""b""#,
    "\"\(String(repeating: "x", count: 255))\"", "\"\(String(repeating: "x", count: 256))\"",
    String(repeating: "y", count: 255), String(repeating: "y", count: 256), "\"\u{E9}\"", "a=b",
    "\"tab\tinside\"", "@", ".", #""a;b""#, #""a(b)""#,
  ]
  static let durations = [
    "0", "1", "2h", "30m", "2w", "5m", "1h30m", "1w2d", "1D", "2147483647", "2147483648",
    "4294967295", "1x", "h", "1h30", "-1", "", "1.5h", "68y", "3551w",
  ]
  static let generic = [
    ##"\# 0"##, ##"\# 4 C0000201"##, ##"\# 4 C0 00 02 01"##, ##"\# 3 C0000201"##,
    ##"\# 4 C000020"##,
    ##"\# 4 C000020g"##, ##"\# -1 00"##, ##"\# 65536 00"##, ##"\#"##, ##"\# 1 00"##,
    ##"\# 5 000a016100"##, ##"\# 16 20010db8000000000000000000000001"##, ##"\# 3 016100"##,
  ]

  /// Words that are refused here and not by libldns, which cuts numbers to their field, takes signs, durations
  /// with nothing in front of a unit or behind a sum, and quotes as part of a name; and which does not compare
  /// the octets of `\#` with their number (RFC 3597 §5), nor with what the type asks for.
  static let stricter: Set<String> = [
    "65536", "99999", "4294967295", "4294967296", "18446744073709551616", "2147483648", "-1", "+1",
    "h", "1h30", "3551w", "\"\"", #""a""b""#, ##"\#"##,
  ]
  /// Words that are another name here: an escaped `@` is no origin (RFC 1035 §5.1: `\X` stands for X as it is).
  static let otherwise: Set<String> = [#"\@"#]

  static let types = ["A", "AAAA", "NS", "CNAME", "PTR", "MX", "TXT", "SRV", "SOA"]

  private static func pick(_ list: [String], _ random: inout RandomGenerator) -> String {
    list.randomElement(using: &random) ?? ""
  }

  /// RDATA of a type, right or wrong: a field in a few is one of another kind, is missing, or is one too many.
  private static func text(_ type: String, _ random: inout RandomGenerator) -> String {
    if Int.random(in: 0..<12, using: &random) == 0 { return pick(generic, &random) }
    var kinds: [[String]] =
      switch type {
      case "A", "AAAA": [addresses]
      case "MX": [numbers, names]
      case "SRV": [numbers, numbers, numbers, names]
      case "SOA": [names, names, numbers, durations, durations, durations, durations]
      case "TXT": Array(repeating: strings, count: Int.random(in: 1...3, using: &random))
      default: [names]
      }
    switch Int.random(in: 0..<12, using: &random) {
    case 0: kinds.removeLast()
    case 1: kinds.append(names)
    case 2: kinds[0] = [names, numbers, addresses, strings].randomElement(using: &random) ?? names
    default: break
    }
    // Most fields are right, or most lines would be wrong in several.
    return kinds.map { kind in
      let isAny = Int.random(in: 0..<3, using: &random) == 0
      return isAny ? pick(kind, &random) : kind[Int.random(in: 0..<2, using: &random)]
    }.joined(separator: " ")
  }

  private func read(_ type: RecordType, _ text: String) -> [UInt8]? {
    let bytes = Array("x \(text)".utf8)
    var lexer = Lexer(bytes: bytes, file: 0)
    var entry = Entry(bytes: bytes, file: 0)
    var octets: [UInt8] = []
    guard lexer.next(&entry), entry.problems.isEmpty,
      (try? RecordData(entry: entry, first: 1, origin: example).append(type, to: &octets)) != nil
    else { return nil }
    return octets
  }

  /// All fields alone where a type has one, and many together.
  private static func corpus(_ type: String) -> [String] {
    var random = RandomGenerator(seed: 2026)
    let alone: [String] =
      switch type {
      case "A", "AAAA": addresses
      case "TXT": strings
      case "MX": numbers.map { "\($0) mail" } + names.map { "10 \($0)" }
      case "SRV": numbers.map { "0 5 \($0) sip" } + names.map { "0 5 5060 \($0)" }
      case "SOA":
        numbers.map { "ns h \($0) 2 3 4 5" } + durations.map { "ns h 1 \($0) 3 4 5" }
          + names.map { "\($0) h 1 2 3 4 5" } + names.map { "ns \($0) 1 2 3 4 5" }
      default: names
      }
    return alone + generic + (0..<1500).map { _ in text(type, &random) }
  }

  @Test("the same octets as libldns, or none", arguments: types)
  func sameAsLDNS(name: String) throws {
    let type = try #require(LDNS.type(named: name))
    for text in Self.corpus(name) {
      let mine = read(type, text)
      let theirs = try? LDNS.rdata(type: type, text: Array(text.utf8), origin: example).get()
      let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      let isKnown =
        mine == nil
        ? words.contains { Self.stricter.contains($0) }
        : type != .txt && words.contains { Self.otherwise.contains($0) || $0.hasPrefix("\"") }
      #expect(mine == theirs || isKnown, "\(name) \(text)")
    }
  }

  @Test("a plain line is read as the same line with parentheses is", arguments: types)
  func sameWithParentheses(name: String) {
    for text in Self.corpus(name) {
      let plain = load(head + "x \(name) \(text)\n")
      let general = load(head + "x \(name) ( \(text)\n)\n")
      #expect(
        plain.zone.map { zone in zone.records.entries.map { ZoneFileTests.text($0, zone) } }
          == general.zone.map { zone in zone.records.entries.map { ZoneFileTests.text($0, zone) } },
        "\(name) \(text)")
      #expect(
        plain.diagnostics.map(\.message) == general.diagnostics.map(\.message), "\(name) \(text)")
    }
  }

  @Test("addresses are those that inet_pton reads")
  func addressesAsTheSystemReadsThem() {
    var random = RandomGenerator(seed: 53)
    let characters = Array("0123456789abcdefABCDEF:::....gx%".utf8)
    for round in 0..<20_000 {
      var text = Array((Self.addresses.randomElement(using: &random) ?? "").utf8)
      for _ in 0..<(round & 3) {
        let at = Int.random(in: 0...text.count, using: &random)
        let character = characters.randomElement(using: &random) ?? 0
        if at < text.count, Bool.random(using: &random) {
          text[at] = character
        } else if at < text.count, Bool.random(using: &random) {
          text.remove(at: at)
        } else {
          text.insert(character, at: at)
        }
      }
      let string = String(decoding: text, as: UTF8.self)
      let mine =
        AddressText.ipv4(text.span).map { IPAddress(ipv4: $0) }
        ?? AddressText.ipv6(text.span).map { IPAddress(high: $0.high, low: $0.low) }
      #expect(mine == IPAddress(string), "\(string)")
    }
  }
}
