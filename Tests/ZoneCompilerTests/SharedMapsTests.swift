import Addresses
import DNSWire
import GeoDatabase
import HealthState
import TestSupport
import Testing

@testable import ZoneCompiler

struct SharedMapsTests {
  private static let sites = """
    $ORIGIN example.com.
    @ 300 SOA ns hostmaster 1 3600 900 604800 300
    @ 300 NS ns
    ns 300 A 192.0.2.53
    $SITE us location=39,-77
    $SITE eu location=53,-6
    $SITE ap location=19,73
    $POOL api@us ( 192.0.2.1 )
    $POOL api@eu ( 192.0.2.2 )
    $POOL api@ap ( 192.0.2.3 )
    $POOL pay@us ( 192.0.2.4 )
    $POOL pay@eu ( 192.0.2.5 )
    $POOL one location=39,-77 ( 192.0.2.6 )
    $POOL two location=53,-6 ( 192.0.2.7 )

    """

  /// The maps of the steered names "a" and "b", and what a client gets of each name.
  private func outcome(
    _ lines: String, of clients: [String] = ["198.51.100.1", "203.0.113.1", "192.0.2.1"]
  ) throws -> (isShared: Bool, answers: [String: [[String]]]) {
    let zone = try TrialZone(Self.sites + lines)
    let supposed = SupposedZone(zone.compiled)
    func name(_ label: String) throws -> DomainName {
      try #require(DomainName("\(label).example.com."))
    }
    let maps = try ["a", "b"].map { supposed.maps(for: try name($0)) }
    #expect(maps.allSatisfy { $0.count == 1 })
    var answers: [String: [[String]]] = [:]
    for label in ["a", "b"] {
      answers[label] = try clients.map { client in
        let possible = supposed.answers(
          to: try name(label), .a, for: try #require(IPAddress(client)))
        return possible.keys.flatMap { answer -> [String] in
          guard case .records(let addresses) = answer.ending else { return [] }
          return addresses.map(\.description)
        }.sorted()
      }
    }
    return (maps[0][0] === maps[1][0], answers)
  }

  @Test func thePoolsHaveNoPart() throws {
    // "pay" has no pool at "ap", so its lists are shorter.
    let seen = try outcome(
      """
      $MAP world ( net:198.51.100.0/24 -> us ap
                   net:203.0.113.0/24 -> ap eu us
                   default -> eu )
      a 60 STEER geo map=world pools=api
      b 60 STEER geo map=world pools=pay
      """)
    #expect(seen.isShared)
    #expect(
      seen.answers == [
        "a": [["192.0.2.1"], ["192.0.2.3"], ["192.0.2.2"]],
        "b": [["192.0.2.4"], ["192.0.2.5"], ["192.0.2.5"]],
      ])
  }

  @Test func whereListsAreTheSameTheirClientsShareAScope() throws {
    // Without a pool at "ap" two rules lead to the same.
    let seen = try outcome(
      """
      $MAP world ( net:198.51.100.0/24 -> us ap
                   net:203.0.113.0/24 -> us
                   default -> eu )
      a 60 STEER geo map=world pools=api
      b 60 STEER geo map=world pools=pay
      """)
    #expect(!seen.isShared)
    #expect(seen.answers["b"] == [["192.0.2.4"], ["192.0.2.4"], ["192.0.2.5"]])
  }

  @Test func placesHaveAPartAndNamesHaveNone() throws {
    let seen = try outcome(
      """
      $MAP one ( net:198.51.100.0/24 -> eu us
                 default -> nearest us eu )
      $MAP two ( net:198.51.100.0/24 -> two one
                 default -> nearest one two )
      a 60 STEER geo map=one pools=pay
      b 60 STEER geo map=two
      """)
    #expect(seen.isShared)
    #expect(
      seen.answers == [
        "a": [["192.0.2.5"], ["192.0.2.4"], ["192.0.2.4"]],
        "b": [["192.0.2.7"], ["192.0.2.6"], ["192.0.2.6"]],
      ])
    #expect(
      try outcome("a 60 STEER nearest pay@us pay@eu\nb 60 STEER nearest one two").isShared)
    #expect(
      try !outcome("a 60 STEER nearest pay@us pay@eu\nb 60 STEER nearest two one").isShared)
  }

  @Test func zonesOfOneCompilerShareAndSoDoThreads() async throws {
    let zone = try TrialZone(
      Self.sites + "a 60 STEER geo ( net:198.51.100.0/24 -> api@us  default -> api@eu )")
    let compiler = ZoneCompiler(
      databases: GeoDatabases([]), health: HealthTable(), key: NameHashKey(seed: 2))
    let made = try await withThrowingTaskGroup(of: CompiledZone.self) { group in
      for _ in 0..<8 { group.addTask { try compiler.compile(zone.zone) } }
      return try await group.reduce(into: [CompiledZone]()) { $0.append($1) }
    }
    #expect(made.count == 8)
    #expect(Set(made.flatMap(\.maps).map(ObjectIdentifier.init)).count == 1)
  }

  @Test func aMapIsKeptAsLongAsAZoneHasIt() throws {
    let zone = try TrialZone(
      Self.sites + "a 60 STEER geo ( net:198.51.100.0/24 -> api@us  default -> api@eu )")
    let compiler = ZoneCompiler(
      databases: GeoDatabases([]), health: HealthTable(), key: NameHashKey(seed: 2))
    var first: CompiledZone? = try compiler.compile(zone.zone)
    weak let map = first?.maps.first
    compiler.forgetUnusedMaps()
    #expect(try compiler.compile(zone.zone).maps.first === map && map != nil)
    withExtendedLifetime(first) {}
    first = nil
    #expect(map != nil)
    compiler.forgetUnusedMaps()
    #expect(map == nil)
  }
}
