import Addresses
import DNSWire
import GeoMap
import Testing

@testable import GeoDatabase

@Suite struct LongestPrefixTests {
  private static let edges = [
    "0.0.0.0/0", "0.0.0.0/32", "255.255.255.255/32", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8",
    "10.255.255.255/32", "11.0.0.0/32", "10.0.0.0/9", "10.128.0.0/9", "::/0", "::1/128",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", "8000::/1", "2001:db8::/32", "2001:db8::/33",
    "2001:db8:8000::/33", "2001:db8::/64", "2001:db8::/128", "2001:db8:0:1::/64",
  ]

  /// Networks of all lengths, half of them around, inside or beside an earlier one.
  private func networks(_ count: Int, _ generator: inout RandomGenerator) throws -> [IPPrefix] {
    var networks = try Self.edges.map { try IPPrefix(parsing: $0) }
    while networks.count < count {
      let isIPv4 = Bool.random(using: &generator)
      var address =
        isIPv4
        ? IPAddress(ipv4: .random(in: 0 ... .max, using: &generator))
        : IPAddress(ipv6: .random(in: 0x2000 << 112..<0x4000 << 112, using: &generator))
      if Bool.random(using: &generator), let other = networks.randomElement(using: &generator) {
        let bit = Int.random(in: 0..<other.address.bitWidth, using: &generator)
        let number = other.address.number ^ (1 << UInt128(bit))
        address =
          other.address.isIPv4
          ? IPAddress(ipv4: UInt32(truncatingIfNeeded: number)) : IPAddress(ipv6: number)
      }
      let length = Int.random(in: 1...address.bitWidth, using: &generator)
      networks.append(IPPrefix(address.masked(to: length), length: length))
    }
    return Array(Set(networks)).sorted {
      ($0.address.bitWidth, $0.address.number, $0.length)
        < ($1.address.bitWidth, $1.address.number, $1.length)
    }
  }

  @Test(
    "Of all networks around a client the longest wins, as in a list that is read through",
    arguments: [(40, 3), (900, 3), (900, 900)])
  func theLongestPrefixWins(count: Int, ruleCount: Int) throws {
    var generator = RandomGenerator(seed: UInt64(count + ruleCount))
    let networks = try networks(count, &generator)
    // The last rule is `default` alone.
    var rules = (0...ruleCount).map { GeoRule(matchers: [], items: [$0]) }
    rules[ruleCount].matchers = [.default]
    var ruleOf: [IPPrefix: Int] = [:]
    for network in networks {
      let rule = Int.random(in: 0..<ruleCount, using: &generator)
      ruleOf[network] = rule
      rules[rule].matchers.append(.network(network))
    }
    let map = try GeoDatabases([]).compile(rules)

    var clients = try ["0.0.0.0", "255.255.255.255", "::", "ffff::"]
      .map { try #require(IPAddress($0)) }
    for network in networks {
      let address = network.address
      let size = (1 as UInt128) << UInt128(address.bitWidth - network.length)
      for number in [address.number, address.number &- 1, address.number &+ size] {
        clients.append(
          address.isIPv4
            ? IPAddress(ipv4: UInt32(truncatingIfNeeded: number)) : IPAddress(ipv6: number))
      }
    }
    for client in clients where client.canonical == client {
      let longest = networks.filter { $0.contains(client) }.max { $0.length < $1.length }
      let expected = longest.flatMap { ruleOf[$0] } ?? ruleCount
      #expect(
        CompiledMapTests.lookup(map, rules, client).items == [expected],
        "\(client): \(longest?.description ?? "no network")")
    }
  }
}
