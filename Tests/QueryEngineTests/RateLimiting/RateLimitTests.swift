import Addresses
import DNSWire
import QueryEngine
import TestSupport
import Testing

/// What the rate limit lets through, with the time in the test's hands.
@Suite("Rate limit") struct RateLimitTests {
  static let zone = """
    $TTL 300
    @ SOA ns1 hostmaster 1 7200 1800 1209600 120
    @ NS ns1
    ns1 A 192.0.2.53
    www A 192.0.2.80
    other A 192.0.2.81
    *.wild A 192.0.2.82
    dn DNAME www
    child NS ns.child
    ns.child A 192.0.2.99
    second NS ns.child
    $CHECK web tcp port=80
    $POOL api ( 192.0.2.90 )
    geo 60 STEER failover api

    """

  /// What came of queries, in order: answers, truncated ones, nothing.
  enum Result: Character {
    case answer = "a"
    case truncated = "t"
    case nothing = "-"
  }

  /// A server with a limit, whose monotonic clock stands.
  struct Server {
    let engine: Engine

    init(_ limit: RateLimit, workers: Int = 1, seed: UInt64 = 1) throws {
      var settings = EngineSettings(cookieSecret: .random())
      settings.rateLimit = limit
      settings.workers = workers
      engine = try Engine([("example.com.", RateLimitTests.zone)], seed: seed, settings: settings)
    }

    func ask(
      _ name: String = "www.example.com.", _ type: RecordType = .a, from peer: String = "192.0.2.1",
      transport: QueryTransport = .udp, options: [UInt8] = []
    ) -> Result {
      let query = Query(name, type, options: options)
      guard let reply = engine.answer(query.octets, from: peer, transport: transport) else {
        return .nothing
      }
      return reply[2] & 2 != 0 ? .truncated : .answer
    }

    /// Asks so many times; the results as text.
    func ask(_ count: Int, _ name: String = "www.example.com.", from peer: String = "192.0.2.1")
      -> String
    {
      String((0..<count).map { _ in ask(name, from: peer).rawValue })
    }
  }

  static func limit(_ rate: Int, window: Int = 15, slip: Int = 0) -> RateLimit {
    var limit = RateLimit(answersPerSecond: rate, exempt: [])
    limit.window = window
    limit.slip = slip
    return limit
  }

  @Test("without a limit everything is answered")
  func none() throws {
    var limit = Self.limit(1)
    limit.answersPerSecond = nil
    #expect(try Server(limit).ask(5000) == String(repeating: "a", count: 5000))
  }

  @Test("a burst of the rate goes out, and then the rate, where nothing is remembered")
  func rate() throws {
    let server = try Server(Self.limit(10, window: 0))
    #expect(server.ask(12) == "aaaaaaaaaa--")
    server.engine.monotonic += 99
    #expect(server.ask(1) == "-")
    server.engine.monotonic += 1
    #expect(server.ask(2) == "a-")
    server.engine.monotonic += 500
    #expect(server.ask(7) == "aaaaa--")
    server.engine.monotonic += 1_000_000
    #expect(server.ask(12) == "aaaaaaaaaa--")
  }

  @Test("who does not cease is limited until the window has passed")
  func window() throws {
    let server = try Server(Self.limit(10, window: 2))
    #expect(server.ask(60) == String(repeating: "a", count: 10) + String(repeating: "-", count: 50))
    // The debt is 3 s now; answers go out again from a debt of 0.9 s on.
    server.engine.monotonic += 2099
    #expect(server.ask(1) == "-")
    // That one cost 0.1 s.
    server.engine.monotonic += 101
    #expect(server.ask(2) == "a-")
  }

  @Test("a steady flood gets no more than the rate, however long it lasts")
  func steady() throws {
    let server = try Server(Self.limit(10, window: 2, slip: 1))
    var sent = 0
    for _ in 0..<200 {
      sent += server.ask(50).count { $0 != "-" }
      server.engine.monotonic += 100
    }
    // 20 s at 10 a second, and the first 3 s.
    #expect(sent == 30 + 199)
  }

  @Test(
    "every Nth limited answer is truncated",
    arguments: [
      (0, "aa------------"), (1, "aatttttttttttt"), (2, "aa-t-t-t-t-t-t"), (3, "aa--t--t--t--t"),
    ])
  func slip(slip: Int, pattern: String) throws {
    #expect(try Server(Self.limit(2, slip: slip)).ask(14) == pattern)
  }

  @Test("a truncated answer has the question and nothing else, and is no longer than the query")
  func truncated() throws {
    let server = try Server(Self.limit(1, slip: 1))
    for name in ["www.example.com.", "no.example.com.", "x.child.example.com.", "example.net."] {
      _ = server.ask(name)
      let plain = Query(name).octets
      let reply = try #require(server.engine.answer(plain))
      let message = try #require(Message(reply))
      #expect(message.flags.contains("TC"))
      #expect(!message.flags.contains("AA"))
      #expect(message.question.count == 1)
      #expect(message.answer + message.authority + message.additional == [])
      #expect(reply.count == plain.count)
      // With EDNS: NSID is not told, and the OPT has the size of the query's.
      let extended = Query(name, options: [0, 3, 0, 0]).octets
      let other = try #require(server.engine.answer(extended))
      #expect(try #require(Message(other)).hasEDNS)
      #expect(other.count < extended.count)
    }
  }

  @Test("a share of each worker")
  func workers() throws {
    #expect(try Server(Self.limit(10, window: 0), workers: 5).ask(4) == "aa--")
    // A share below one a second still lets an answer out, but not every second.
    let server = try Server(Self.limit(1, window: 0), workers: 4)
    #expect(server.ask(2) == "a-")
    server.engine.monotonic += 3999
    #expect(server.ask(1) == "-")
    server.engine.monotonic += 1
    #expect(server.ask(1) == "a")
  }

  @Test(
    "networks have accounts of their own",
    arguments: [
      ("192.0.2.1", "192.0.2.255", true), ("192.0.2.1", "192.0.3.1", false),
      ("2001:db8:0:100::1", "2001:db8:0:1ff::", true), ("2001:db8::1", "2001:db8:0:100::1", false),
      ("0.0.0.1", "::1", false), ("192.0.2.1", "::ffff:192.0.2.9", true),
    ])
  func networks(first: String, second: String, same: Bool) throws {
    let server = try Server(Self.limit(1))
    #expect(server.ask(from: first) == .answer)
    #expect(server.ask(from: second) == (same ? .nothing : .answer))
  }

  @Test("the networks' lengths can be set")
  func lengths() throws {
    var limit = Self.limit(1)
    limit.ipv4Length = 32
    limit.ipv6Length = 32
    let server = try Server(limit)
    #expect(server.ask(from: "192.0.2.1") == .answer)
    #expect(server.ask(from: "192.0.2.2") == .answer)
    #expect(server.ask(from: "192.0.2.2") == .nothing)
    #expect(server.ask(from: "2001:db8:1::1") == .answer)
    #expect(server.ask(from: "2001:db8:2::1") == .nothing)
  }

  /// Pairs of questions, and whether they are of one kind.
  static let pairs: [(String, RecordType, String, RecordType, Bool)] = [
    ("www.example.com.", .a, "WWW.example.com.", .a, true),
    ("www.example.com.", .a, "other.example.com.", .a, false),
    ("www.example.com.", .a, "www.example.com.", .aaaa, false),
    ("a.wild.example.com.", .a, "b.c.wild.example.com.", .a, true),
    ("a.dn.example.com.", .a, "b.dn.example.com.", .a, true),
    ("no.example.com.", .a, "nor.this.example.com.", .a, true),
    ("no.example.com.", .a, "www.example.com.", .txt, true),
    ("a.child.example.com.", .a, "b.child.example.com.", .a, true),
    ("a.child.example.com.", .a, "b.second.example.com.", .a, false),
    ("a.child.example.com.", .a, "no.example.com.", .a, false),
    ("example.net.", .a, "example.org.", .a, true),
    ("example.net.", .a, "www.example.com.", .axfr, true),
    ("geo.example.com.", .a, "geo.example.com.", .a, true),
    ("geo.example.com.", .a, "www.example.com.", .a, false),
  ]

  @Test(
    "kinds have accounts of their own, and names that a client makes up have one", arguments: pairs)
  func kinds(
    first: String, type: RecordType, second: String, secondType: RecordType, same: Bool
  ) throws {
    let server = try Server(Self.limit(1))
    #expect(server.ask(first, type) == .answer)
    #expect(server.ask(second, secondType) == (same ? .nothing : .answer))
  }

  @Test("malformed queries are errors like others")
  func malformed() throws {
    let server = try Server(Self.limit(1))
    let broken = Array(Query("www.example.com.").octets.dropLast())
    #expect(server.engine.answer(broken) != nil)
    #expect(server.engine.answer(broken) == nil)
    #expect(server.engine.answer(Query(".", flags: 0x2800).octets) == nil)
    #expect(server.ask("example.net.") == .nothing)
  }

  @Test("TCP is never limited, and costs nothing")
  func tcp() throws {
    let server = try Server(Self.limit(1))
    for _ in 0..<100 { #expect(server.ask(transport: .tcp) == .answer) }
    #expect(server.ask() == .answer)
  }

  @Test("a client with a cookie of ours is not limited, one with any other is")
  func cookies() throws {
    let server = try Server(Self.limit(1, slip: 1))
    let client: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    _ = server.ask()
    // The truncated answer brings the cookie.
    let first = server.engine.answer(
      Query("www.example.com.", options: EDNSTests.cookieOption(client)).octets)
    #expect(try #require(first)[2] & 2 != 0)
    let cookie = try #require(EDNSTests.options(first)[10])
    #expect(cookie.count == 24)
    #expect(server.ask(options: EDNSTests.cookieOption(cookie)) == .answer)
    #expect(server.ask(from: "192.0.2.2", options: EDNSTests.cookieOption(cookie)) == .truncated)
    #expect(
      server.ask(options: EDNSTests.cookieOption(Array(cookie.dropLast()) + [cookie[23] ^ 1]))
        == .truncated)
    #expect(server.ask(options: EDNSTests.cookieOption(client)) == .truncated)
  }

  @Test("answers of all kinds together have no more than their octets")
  func octets() throws {
    var limit = RateLimit(answersPerSecond: nil, octetsPerSecond: 10_000, exempt: [])
    limit.window = 2
    limit.slip = 0
    let server = try Server(limit)
    let names = ["www", "other", "x.wild", "no", "x.child", "x.second", "x.dn", "geo"]
    func ask(_ rounds: Int) -> (octets: Int, answers: Int) {
      var octets = 0
      var answers = 0
      for round in 0..<rounds {
        let query = Query("\(names[round % names.count]).example.com.").octets
        if let reply = server.engine.answer(query, from: "192.0.2.\(round % 256)") {
          octets += reply.count
          answers += 1
        }
      }
      return (octets, answers)
    }
    let first = ask(5000)
    #expect((9000...10_000).contains(first.octets) && first.answers > 100)
    #expect(ask(5000).octets == 0)
    // Another network has its own, and so has TCP.
    #expect(server.ask(50, from: "192.0.3.1") == String(repeating: "a", count: 50))
    #expect(server.ask(transport: .tcp) == .answer)
    // Over a minute: the rate, and the first three seconds' worth.
    server.engine.monotonic += 3000
    var octets = 0
    for _ in 0..<600 {
      octets += ask(40).octets
      server.engine.monotonic += 100
    }
    #expect(octets > 9000 && octets <= 630_000)
  }

  @Test("a limit of octets lets one answer through whatever its length, and truncates the next")
  func oneAnswer() throws {
    var limit = RateLimit(answersPerSecond: nil, octetsPerSecond: 1, exempt: [])
    limit.window = 3600
    let server = try Server(limit)
    #expect(server.ask(3) == "att")
    #expect(
      server.engine.rateLimitCounts
        == RateLimitCounts(truncated: 2, network: try IPPrefix(parsing: "192.0.2.0/24")))
  }

  @Test("of two limits the stricter one counts")
  func both() throws {
    var limit = Self.limit(10, window: 0)
    limit.octetsPerSecond = 1_000_000
    #expect(try Server(limit).ask(12) == "aaaaaaaaaa--")
    limit.octetsPerSecond = 150
    // An answer has 49 octets.
    #expect(try Server(limit).ask(12) == "aaa---------")
  }

  @Test("networks on the list are not limited")
  func exempt() throws {
    var limit = Self.limit(1)
    limit.exempt = [
      try IPPrefix(parsing: "192.0.2.128/25"), try IPPrefix(parsing: "2001:db8::1"),
    ]
    let server = try Server(limit)
    #expect(server.ask(3, from: "192.0.2.128") == "aaa")
    #expect(server.ask(3, from: "2001:db8::1") == "aaa")
    #expect(server.ask(1, from: "2001:db8::2") == "-")
    #expect(server.ask(1, from: "192.0.2.1") == "-")
    let loopback = try Server(RateLimit(answersPerSecond: 1))
    #expect(loopback.ask(3, from: "127.1.2.3") == "aaa")
    #expect(loopback.ask(3, from: "::1") == "aaa")
    #expect(loopback.ask(2, from: "128.0.0.1") != "aa")
  }

  @Test("the log-only mode sends everything, and counts")
  func logOnly() throws {
    var limit = Self.limit(2, slip: 2)
    limit.isLogOnly = true
    let server = try Server(limit)
    #expect(server.ask(10) == "aaaaaaaaaa")
    #expect(
      server.engine.rateLimitCounts
        == RateLimitCounts(passed: 8, network: try IPPrefix(parsing: "192.0.2.0/24")))
  }

  @Test("what is limited is counted, with its network")
  func counts() throws {
    let server = try Server(Self.limit(2, slip: 3))
    #expect(server.engine.rateLimitCounts == RateLimitCounts())
    #expect(server.ask(2) == "aa")
    #expect(server.engine.rateLimitCounts == RateLimitCounts())
    #expect(server.ask(7) == "--t--t-")
    #expect(
      server.engine.rateLimitCounts
        == RateLimitCounts(dropped: 5, truncated: 2, network: try IPPrefix(parsing: "192.0.2.0/24"))
    )
    _ = server.ask(4, from: "2001:db8:1:2:3::")
    #expect(
      server.engine.rateLimitCounts
        == RateLimitCounts(
          dropped: 7, truncated: 2, network: try IPPrefix(parsing: "2001:db8:1::/56")))
  }

  @Test("a network in debt is not forgotten over a flood from hundreds of thousands of others")
  func collisions() throws {
    let server = try Server(Self.limit(2))
    #expect(server.ask(3) == "aa-")
    for network in 0..<300_000 {
      _ = server.engine.answer(
        Query("www.example.com.").octets,
        from: "\(IPAddress(ipv4: UInt32(0x0A00_0000 + network * 256)))")
    }
    #expect(server.ask(1) == "-")
  }

  @Test(
    "the clock may begin, and wrap around, anywhere", arguments: [0, UInt64.max / 1_000_000, .max])
  func wrapAround(start: UInt64) throws {
    let server = try Server(Self.limit(10, window: 0))
    server.engine.monotonic = start
    #expect(server.ask(12) == "aaaaaaaaaa--")
    server.engine.monotonic &+= 100
    #expect(server.ask(2) == "a-")
    server.engine.monotonic &+= 5000
    #expect(server.ask(12) == "aaaaaaaaaa--")
  }

  @Test("an account of another age of the clock is no debt for ever")
  func oldAccounts() throws {
    let server = try Server(Self.limit(1, window: 3600))
    server.engine.monotonic = 1 << 50
    #expect(server.ask(2) == "a-")
    server.engine.monotonic = 1000
    #expect(server.ask(2) == "a-")
  }
}
