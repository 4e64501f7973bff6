import DNSWire
import QueryEngine
import TestSupport
import Testing

/// The options of EDNS, and the names of class CHAOS.
struct EDNSTests {
  static let zone = """
    $TTL 300
    @ SOA ns1 hostmaster 1 7200 1800 1209600 120
    @ NS ns1
    ns1 A 192.0.2.53

    """

  static func octets(_ hexadecimal: String) -> [UInt8] {
    var result: [UInt8] = []
    var rest = hexadecimal[...]
    while rest.count >= 2 {
      result.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
      rest = rest.dropFirst(2)
    }
    return result
  }

  /// The options of a reply's OPT, by code.
  static func options(_ reply: [UInt8]?) -> [UInt16: [UInt8]] {
    // The OPT is last: what is asked for in these tests has no additional records.
    guard let reply, let message = Message(reply), message.hasEDNS else { return [:] }
    var start = reply.count
    // Looks for the OPT's fixed part from behind: root owner, TYPE 41.
    while start > 12 {
      start -= 1
      guard reply[start] == 0, start + 11 <= reply.count, reply[start + 1] == 0,
        reply[start + 2] == 41,
        start + 11 + Int(reply[start + 9]) << 8 + Int(reply[start + 10]) == reply.count
      else { continue }
      var options: [UInt16: [UInt8]] = [:]
      var at = start + 11
      while at + 4 <= reply.count {
        let length = Int(reply[at + 2]) << 8 | Int(reply[at + 3])
        options[UInt16(reply[at]) << 8 | UInt16(reply[at + 1])] = Array(
          reply[(at + 4)..<(at + 4 + length)])
        at += 4 + length
      }
      return options
    }
    return [:]
  }

  static func cookieOption(_ octets: [UInt8]) -> [UInt8] {
    [0, 10, 0, UInt8(octets.count)] + octets
  }

  private func engine(
    secret: String = "e5e973e5a6b2a43f48e7dc849e37bfcf", previous: String? = nil, now: Int64 = 0
  ) throws -> Engine {
    var settings = EngineSettings(
      cookieSecret: try #require(CookieSecret(octets: Self.octets(secret))))
    settings.previousCookieSecret = previous.flatMap { CookieSecret(octets: Self.octets($0)) }
    settings.identifier = "node-7"
    return try Engine([("example.com.", Self.zone)], now: now, settings: settings)
  }

  /// The examples of RFC 9018, Appendix A: a new client, one that comes back, and one with a roll-over.
  @Test(
    arguments: [
      (
        "2464c4abcf10c957", "", "198.51.100.100", 1_559_731_985,
        "2464c4abcf10c957010000005cf79f111f8130c3eee29480"
      ),
      (
        "2464c4abcf10c957", "010000005cf79f111f8130c3eee29480", "198.51.100.100", 1_559_734_385,
        "2464c4abcf10c957010000005cf7a871d4a564a1442aca77"
      ),
    ] as [(String, String, String, Int64, String)])
  func serverCookies(
    _ client: String, _ server: String, _ address: String, _ now: Int64, _ expected: String
  ) throws {
    let engine = try engine(now: now)
    let query = Query("ns1.example.com.", options: Self.cookieOption(Self.octets(client + server)))
    let reply = engine.answer(query.octets, from: address)
    #expect(Self.options(reply)[10] == Self.octets(expected))
  }

  /// RFC 9018, Appendix A.4: over IPv6, the cookie being one of the secret before.
  @Test func aCookieOfThePreviousSecretIsReplaced() throws {
    let engine = try engine(
      secret: "445536bcd2513298075a5d379663c962", previous: "dd3bdf9344b678b185a6f5cb60fca715",
      now: 1_559_741_961)
    let cookie = Self.octets("22681ab97d52c298010000005cf7c57926556bd0934c72f8")
    let query = Query("ns1.example.com.", options: Self.cookieOption(cookie))
    let reply = engine.answer(query.octets, from: "2001:db8:220:1:59de:d0f4:8769:82b8")
    #expect(
      Self.options(reply)[10] == Self.octets("22681ab97d52c298010000005cf7c609a6bb79d16625507a"))
  }

  /// RFC 9018 §4.3: less than half an hour old, a good cookie comes back as it is.
  @Test func aFreshCookieIsKept() throws {
    let first = try engine(now: 1_559_731_985)
    let client = Self.octets("2464c4abcf10c957")
    let cookie = try #require(
      Self.options(
        first.answer(Query("ns1.example.com.", options: Self.cookieOption(client)).octets))[10])
    let later = try engine(now: 1_559_731_985 + 1799)
    let query = Query("ns1.example.com.", options: Self.cookieOption(cookie))
    #expect(Self.options(later.answer(query.octets))[10] == cookie)
    // From another address it is worth nothing.
    #expect(Self.options(later.answer(query.octets, from: "192.0.2.2"))[10] != cookie)
  }

  /// RFC 7873 §5.2.2.
  @Test(arguments: [0, 7, 9, 15, 41])
  func cookiesOfOtherLengthsAreFormatErrors(_ length: Int) throws {
    let query = Query(
      "ns1.example.com.", options: Self.cookieOption([UInt8](repeating: 1, count: length)))
    #expect(try engine().answer(query.octets).flatMap { Message($0) }?.codeName == "FORMERR")
  }

  /// RFC 7873 §5.4: a query without a question asks for a cookie.
  @Test func aQueryMayAskForNothingButACookie() throws {
    var query = Query(".", options: Self.cookieOption([1, 2, 3, 4, 5, 6, 7, 8])).octets
    query.removeSubrange(12..<17)
    query[5] = 0
    let reply = try engine().answer(query)
    let message = try #require(reply.flatMap { Message($0) })
    #expect(message.codeName == "NOERROR")
    #expect(message.question.isEmpty)
    #expect(Self.options(reply)[10]?.count == 24)
    // Without the cookie it is a format error.
    #expect(
      try engine().answer(Array(query[0..<10]) + [0, 0]).flatMap { Message($0) }?.codeName
        == "FORMERR")
  }

  /// RFC 7873 §5.4: a server cookie that is sent alone is judged.
  @Test func aServerCookieMayBeSentToBeJudged() throws {
    let engine = try engine()
    func ask(_ cookie: [UInt8]) -> (code: Int?, cookie: [UInt8]?) {
      var query = Query(".", options: Self.cookieOption(cookie)).octets
      query.removeSubrange(12..<17)
      query[5] = 0
      let reply = engine.answer(query)
      return (reply.flatMap { Message($0) }?.code, Self.options(reply)[10])
    }
    let client: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    let fresh = try #require(ask(client).cookie)
    #expect(ask(fresh).code == 0)
    for length in [8, 9, 16, 32] {
      let bad = ask(client + [UInt8](repeating: 7, count: length))
      #expect(bad.code == 23)
      #expect(bad.cookie == fresh)
    }
  }

  /// RFC 5001 §2.1: only who asks is told.
  @Test func theIdentifierIsToldToWhoAsks() throws {
    let engine = try engine()
    let asked = engine.answer(Query("ns1.example.com.", options: [0, 3, 0, 0]).octets)
    #expect(Self.options(asked)[3] == Array("node-7".utf8))
    #expect(Self.options(engine.answer(Query("ns1.example.com.", edns: 1232).octets)).isEmpty)
  }

  /// RFC 7828 §3.3: over TCP only.
  @Test func keepaliveIsForConnections() throws {
    let engine = try engine()
    let query = Query("ns1.example.com.", options: [0, 11, 0, 0]).octets
    #expect(Self.options(engine.answer(query, transport: .tcp))[11] == [1, 44])
    #expect(Self.options(engine.answer(query))[11] == nil)
  }

  /// RFC 8914 §4.21, §4.22.
  @Test(
    arguments: [("www.elsewhere.net.", RecordType.a, [0, 20]), ("example.com.", .axfr, [0, 21])]
      as [(String, RecordType, [UInt8])])
  func refusalsSayWhy(_ name: String, _ type: RecordType, _ code: [UInt8]) throws {
    #expect(Self.options(try engine().answer(Query(name, type, edns: 1232).octets))[15] == code)
  }

  /// RFC 4892 §3.
  @Test(
    arguments: [
      ("id.server.", "\"node-7\""), ("HOSTNAME.bind.", "\"node-7\""),
      ("version.server.", "\"Sextant\""),
      ("version.bind.", "\"Sextant\""), ("other.server.", nil),
    ] as [(String, String?)])
  func chaosNames(_ name: String, _ text: String?) throws {
    let reply = try engine().answer(Query(name, .txt, recordClass: 3).octets)
    let message = try #require(reply.flatMap { Message($0) })
    #expect(message.codeName == (text == nil ? "REFUSED" : "NOERROR"))
    #expect(message.answer == (text.map { ["\(name) 0 CH TXT \($0)"] } ?? []))
  }
}
