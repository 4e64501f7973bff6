import Addresses
import DNSWire
import Foundation
import GeoMap
import Testing

@testable import GeoDatabase

@Suite struct CompiledMapTests {
  /// A client's items from a compiled map, in their order, and the scope.
  static func lookup(
    _ map: CompiledGeoMap, _ rules: [GeoRule], _ client: IPAddress
  ) -> (items: [Int], scope: Int) {
    let result = map.storage.lookup(client)
    let outcome = map.outcomes[Int(result.outcome)]
    return (outcome.order.map { rules[outcome.rule].items[$0] }, result.scope)
  }

  static func prefix(_ text: String) -> GeoMatcher {
    (try? IPPrefix(parsing: text)).map { .network($0) } ?? .default
  }

  // MARK: without files

  static let networkRules = [
    GeoRule(matchers: [prefix("192.0.2.0/24"), prefix("2001:db8::/32")], items: [1]),
    GeoRule(matchers: [prefix("192.0.2.128/25")], items: [2]),
    GeoRule(matchers: [prefix("192.0.2.255/32"), prefix("2001:db8:1::/48")], items: [3]),
    GeoRule(matchers: [prefix("::ffff:198.51.100.0/120")], items: [4]),
    GeoRule(matchers: [prefix("255.255.255.0/24"), prefix("ffff::/16")], items: [5]),
    GeoRule(matchers: [.country("US"), .asn(1), .default], items: [0]),
  ]

  @Test(
    "Without a database: networks, the longest prefix first, and default",
    arguments: [
      ("192.0.2.1", 1, 25), ("192.0.2.129", 2, 26), ("192.0.2.254", 2, 32),
      ("192.0.2.255", 3, 32), ("192.0.3.0", 0, 24), ("198.51.100.1", 4, 24),
      ("255.255.255.255", 5, 24), ("0.0.0.0", 0, 1), ("2001:db8::", 1, 48),
      ("::ffff:192.0.2.1", 1, 121), ("::1", 0, 81), ("::fffe:192.0.2.1", 0, 96),
      ("2001:db8:1::", 3, 48), ("2001:db8:8000::", 1, 33), ("2001:db9::", 0, 32),
      ("ffff::1", 5, 16), ("2002:c000:201::", 1, 41), ("64:ff9b::c000:2ff", 3, 128),
    ] as [(String, Int, Int)])
  func networks(client: String, item: Int, scope: Int) throws {
    let map = try GeoDatabases([]).compile(Self.networkRules)
    let found = try Self.lookup(map, Self.networkRules, #require(IPAddress(client)))
    #expect(found.items == [item])
    #expect(found.scope == scope)
  }

  @Test func aMapWithDefaultAloneHasScope0() throws {
    let map = try GeoDatabases([]).compile([GeoRule(matchers: [.default], items: [1, 2])])
    #expect(map.outcomes == [GeoOutcome(rule: 0, order: [0, 1])])
    for client in ["8.8.8.8", "2001:db8::", "2002::", "64:ff9b::1"] {
      #expect(try map.storage.lookup(#require(IPAddress(client))) == (0, 0))
    }
  }

  @Test func rulesWithTheSameListShareTheirOutcome() throws {
    let rules = [
      GeoRule(matchers: [Self.prefix("10.0.0.0/9")], items: [7, 8]),
      GeoRule(matchers: [Self.prefix("10.128.0.0/9")], items: [7, 8]),
      GeoRule(matchers: [.default], items: [8, 7]),
    ]
    let map = try GeoDatabases([]).compile(rules)
    #expect(map.outcomes.count == 2)
    let found = try Self.lookup(map, rules, #require(IPAddress("10.200.0.1")))
    #expect(found == ([7, 8], 8))
  }

  @Test(
    "A rule's network around an embedding wins over it",
    arguments: [
      ("2002:c000:201::", [1], 3), ("2001:db8::", [1], 3), ("64:ff9b::c000:201", [2], 120),
    ]
      as [(String, [Int], Int)])
  func networksAroundEmbeddings(client: String, items: [Int], scope: Int) throws {
    let rules = [
      GeoRule(matchers: [Self.prefix("2000::/3")], items: [1]),
      GeoRule(matchers: [Self.prefix("192.0.2.0/24")], items: [2]),
      GeoRule(matchers: [.default], items: [3]),
    ]
    let map = try GeoDatabases([]).compile(rules)
    #expect(try Self.lookup(map, rules, #require(IPAddress(client))) == (items, scope))
  }

  @Test(
    "Mapped addresses are IPv4 whatever is around them, and end the scopes beside them",
    arguments: [
      ("::ffff:192.0.2.1", [2], 120), ("::ffff:192.0.3.1", [3], 120), ("::1", [1], 81),
      ("192.0.2.1", [2], 24),
    ] as [(String, [Int], Int)])
  func mappedAddresses(client: String, items: [Int], scope: Int) throws {
    let rules = [
      GeoRule(matchers: [Self.prefix("::/0")], items: [1]),
      GeoRule(matchers: [Self.prefix("192.0.2.0/24")], items: [2]),
      GeoRule(matchers: [.default], items: [3]),
    ]
    let map = try GeoDatabases([]).compile(rules)
    #expect(try Self.lookup(map, rules, #require(IPAddress(client))) == (items, scope))
  }

  @Test(
    "The narrowest subdivision that a rule names wins", .enabled(if: TestData.isPresent),
    arguments: [(["GB-ENG", "GB-WBK"], 1), (["GB-WBK"], 0), (["GB-ENG"], 0), (["GB-WLS"], 9)])
  func subdivisions(named: [String], item: Int) throws {
    let rules =
      named.enumerated().map { GeoRule(matchers: [.subdivision($1)], items: [$0]) }
      + [GeoRule(matchers: [.country("GB"), .default], items: [9])]
    let file = try GeoDatabase(path: TestData.path("test-data/GeoIP2-City-Test.mmdb"))
    let map = try GeoDatabases([file]).compile(rules)
    // In England, and there in West Berkshire.
    #expect(try Self.lookup(map, rules, #require(IPAddress("2.125.160.216"))).items == [item])
  }

  @Test func withoutADefaultNothingIsCompiled() {
    #expect(throws: GeoDatabaseError.noDefaultRule) {
      try GeoDatabases([]).compile([GeoRule(matchers: [.asn(1)], items: [1])])
    }
  }

  @Test func locationsComeFromTheFirstFileThatHasThem() throws {
    func database(_ csv: String) throws -> GeoDatabase {
      try TestData.withFile(text: csv) { csv in
        var writer = MMDBWriter(type: "T", description: "", buildEpoch: 1)
        try writer.insert(csv: csv, ranges: [], countries: Countries())
        return try TestData.withFile(writer.encode()) { try GeoDatabase(path: $0) }
      }
    }
    let databases = try GeoDatabases(
      [
        database("network,asn\n192.0.0.0/16,64500\n"),
        database("network,country,asn\n192.0.2.0/24,DE,64501\n"),
        database("network,country\n192.0.2.0/24,FR\n"),
      ], countryCentres: ["DE": Coordinates(latitude: 51, longitude: 10)])
    for client in ["192.0.2.1", "::ffff:192.0.2.1", "2002:c000:201::", "64:ff9b::c000:201"] {
      let location = try databases.locate(#require(IPAddress(client)))
      #expect(location.country == "DE")
      #expect(location.asn == 64500)
      #expect(location.coordinates == Coordinates(latitude: 51, longitude: 10))
      #expect(location.network?.description == "192.0.2.0/24")
      #expect(location.asnNetwork?.description == "192.0.0.0/16")
    }
    #expect(GeoDatabases([]).locate(IPAddress(ipv4: 1)) == ClientLocation())
  }

  // MARK: against MaxMind's files

  static let sites = [
    Coordinates(latitude: 39.04, longitude: -77.49), Coordinates(latitude: 53.35, longitude: -6.26),
    Coordinates(latitude: 19.08, longitude: 72.88),
    Coordinates(latitude: -33.87, longitude: 151.21),
  ]

  /// Rules with every matcher, on data that MaxMind's test files have.
  static let ruleSets: [[GeoRule]] = [
    [
      GeoRule(matchers: [.continent("EU"), .continent("AF")], items: [1, 0]),
      GeoRule(matchers: [.country("GB"), .country("US")], items: [0, 1]),
      GeoRule(matchers: [.subdivision("US-WA"), .subdivision("GB-ENG")], items: [3, 0]),
      GeoRule(matchers: [.subdivision("GB-WBK")], items: [3]),
      GeoRule(matchers: [.city(2_643_743), .city(5_803_556)], items: [2, 0]),
      GeoRule(matchers: [.default], items: [0, 1, 2]),
    ],
    [
      GeoRule(matchers: [.default], items: [0, 1, 2, 3], itemPlaces: sites.map { GeoPlace($0) }),
      GeoRule(
        matchers: [.asn(15169), .asn(237), .asn(6661)], items: [3, 2, 1, 0],
        itemPlaces: sites.reversed().map { GeoPlace($0) }),
      GeoRule(matchers: [.asn(1221), .asn(9200)], items: [9]),
      GeoRule(
        matchers: [prefix("81.2.69.0/24"), prefix("2a02:cf00::/24")], items: [0, 2, 3],
        itemPlaces: [GeoPlace(sites[0]), nil, GeoPlace(sites[3])]),
      GeoRule(matchers: [.country("JP")], items: [2, 3]),
    ],
    [
      GeoRule(matchers: [prefix("2000::/5"), prefix("64.0.0.0/2")], items: [5]),
      GeoRule(matchers: [prefix("2002:5102::/32"), prefix("64:ff9b::5102:0/112")], items: [6]),
      GeoRule(matchers: [prefix("2002:5103::/32"), .asn(12271)], items: [7]),
      GeoRule(matchers: [.continent("AS"), .default], items: [5]),
      GeoRule(matchers: [.continent("NA")], items: [8]),
    ],
    [
      GeoRule(matchers: [prefix("64:ff9b::5102:0/112"), .continent("OC")], items: [6]),
      GeoRule(matchers: [prefix("2002:5102::/32"), .country("AU")], items: [7]),
      GeoRule(
        matchers: [.default], items: [1, 2, 3],
        itemPlaces: [nil, GeoPlace(sites[1]), GeoPlace(sites[2])]),
    ],
  ]

  /// The addresses at which what the files or the rules say can change, and those just before, with the
  /// mapped, 6to4 and NAT64 addresses of the IPv4 ones.
  static func edges(_ files: [MaxMindFile], _ rules: [GeoRule]) throws -> Set<IPAddress> {
    var four: Set<UInt32> = [0]
    var six: Set<UInt128> = [
      0, 0xFFFF << 32, 0x1_0000 << 32, 0x2002 << 112, 0x2003 << 112, 0x0064_FF9B << 96,
      (0x0064_FF9B << 96) + (1 << 32),
    ]
    for file in files {
      try file.forEachNetwork { (start: UInt32, _, _) in four.insert(start) }
      try file.forEachNetwork { (start: UInt128, _, _) in six.insert(start) }
    }
    for case .network(let prefix) in rules.flatMap(\.matchers) {
      let size = (1 as UInt128) << UInt128(prefix.address.bitWidth - prefix.length)
      let ends = [prefix.address.number, prefix.address.number &+ size]
      if prefix.address.isIPv4 {
        four.formUnion(ends.map { UInt32(truncatingIfNeeded: $0) })
      } else {
        six.formUnion(ends)
      }
    }
    four.formUnion(four.map { $0 &- 1 })
    for number in four {
      six.insert(0x2002 << 112 | UInt128(number) << 80)
      six.insert(0x0064_FF9B << 96 | UInt128(number))
      six.insert(0xFFFF << 32 | UInt128(number))
    }
    six.formUnion(six.map { $0 &- 1 })
    return Set(four.map { IPAddress(ipv4: $0) }).union(six.map { IPAddress(ipv6: $0) })
  }

  @Test(
    "A compiled map says for each client what the files and the rules say",
    .enabled(if: TestData.isPresent), arguments: ruleSets.indices,
    [
      ["GeoIP2-City-Test", "GeoLite2-ASN-Test"], ["GeoIP2-Country-Test", "GeoLite2-ASN-Test"],
      ["GeoLite2-ASN-Test"],
    ])
  func agreesWithPlainEvaluation(ruleSet: Int, names: [String]) throws {
    let rules = Self.ruleSets[ruleSet]
    let files = try names.map { try MaxMindFile(path: TestData.path("test-data/\($0).mmdb")) }
    let centres = try Countries(path: TestData.package + "/geoip/country-centres.csv").centres
    let databases = try GeoDatabases(
      files.map { try GeoDatabase(path: $0.path) }, countryCentres: centres)
    let map = try databases.compile(rules)
    let plain = PlainEvaluation(
      places: files.count > 1 ? files[0] : nil, systems: files.last, centres: centres, rules: rules)

    let edges = try Self.edges(files, rules)
    var generator = RandomGenerator(seed: UInt64(ruleSet))
    var clients = edges.shuffled(using: &generator).prefix(600)
    for _ in 0..<60 {
      clients.append(IPAddress(ipv4: .random(in: 0 ... .max, using: &generator)))
      clients.append(
        IPAddress(ipv6: .random(in: (0x2000 << 112)...(0x3000 << 112), using: &generator)))
    }
    let matcher = try RuleMatcher(rules)
    var seen: Set<[Int]> = []
    for client in clients {
      let found = Self.lookup(map, rules, client)
      #expect(try found.items == plain.items(for: client), "\(client)")
      let match = matcher.match(client, in: databases)
      #expect(Set(rules[match.rule].items) == Set(found.items), "\(client)")
      seen.insert(found.items)
    }
    #expect(seen.count > 1 || names.count == 1)
    try checkScopes(map, rules, edges: edges, clients: clients.suffix(300))
  }

  /// Nobody inside a scope gets anything else, and in a prefix that is one bit wider somebody does.
  private func checkScopes(
    _ map: CompiledGeoMap, _ rules: [GeoRule], edges: Set<IPAddress>,
    clients: some Sequence<IPAddress>
  ) throws {
    // What clients get changes only at edges, so these tell for all addresses between them.
    let outcomes = edges.map { ($0, map.storage.lookup($0).outcome) }
      .sorted { ($0.0.bitWidth, $0.0.number) < ($1.0.bitWidth, $1.0.number) }
    func isUniform(_ prefix: IPPrefix, _ outcome: UInt32) -> Bool {
      var low = 0
      var high = outcomes.count
      let first = (prefix.address.bitWidth, prefix.address.number)
      while low < high {
        let middle = (low + high) / 2
        let edge = outcomes[middle].0
        if (edge.bitWidth, edge.number) < first { low = middle + 1 } else { high = middle }
      }
      return outcomes[low...].lazy.prefix { prefix.contains($0.0) }.allSatisfy { $0.1 == outcome }
    }
    for client in clients {
      let (outcome, scope) = map.storage.lookup(client)
      #expect(isUniform(IPPrefix(client, length: scope), outcome), "\(client)/\(scope)")
      if scope > 0 {
        #expect(!isUniform(IPPrefix(client, length: scope - 1), outcome), "\(client)/\(scope - 1)")
      }
    }
  }
}
