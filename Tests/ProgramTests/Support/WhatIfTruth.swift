import Addresses
import DNSWire

/// Places, clients and a zone that are made at random from a seed, and where each single address is sent: what
/// `sextant whatif` has to say is counted here address by address.
struct WhatIfTruth {
  /// What a version of the zone does.
  struct Version {
    /// The sites of each country, in order.
    var countries: [String: [String]]
    /// The sites of 10.0.8.0/23; none where no rule is for it.
    var network: [String]
    /// The weights of the name `split` by site.
    var weights: [String: Int]

    /// Steering lines.
    var text: String {
      let rules =
        (network.isEmpty ? [] : ["net:10.0.8.0/23 -> \(network.joined(separator: " "))"])
        + countries.sorted { $0.key < $1.key }
        .map { "country:\($0.key) -> \($0.value.joined(separator: " "))" }
      return """
        $SITE us
        $SITE eu
        $SITE ap
        $POOL api@us ( 192.0.2.1 )
        $POOL api@eu ( 192.0.2.2 name=eu1  192.0.2.3 )
        $POOL api@ap ( 192.0.2.4 )
        $MAP world ( \(rules.joined(separator: "  "))  default -> ap )
        api 60 STEER geo map=world pools=api
        *.wild 60 STEER geo map=world pools=api
        alias CNAME api
        split 60 STEER weighted \(weights.sorted { $0.key < $1.key }
          .map { "api@\($0.key)=\($0.value)" }.joined(separator: " "))
        """
    }
  }

  static let before = Version(
    countries: ["DE": ["eu", "us"], "FR": ["eu", "ap"], "US": ["us"]], network: ["ap", "us"],
    weights: ["us": 70, "eu": 20, "ap": 10])
  static let after = Version(
    countries: ["DE": ["eu"], "FR": ["us"], "US": ["us"], "IN": ["eu"]], network: [],
    weights: ["us": 30, "eu": 40, "ap": 30])

  /// How many addresses there are.
  static let size = 4096

  /// The places of networks inside 10.0.0.0/20, which has others too.
  let places: [(network: IPPrefix, country: String)]
  /// Clients by network.
  let clients: [(network: IPPrefix, count: Int)]
  private let countryOf: [String?]

  init(seed: UInt64) {
    var random = RandomGenerator(seed: seed)
    func network(_ lengths: ClosedRange<Int>) -> IPPrefix {
      let low = UInt32.random(in: 0..<UInt32(Self.size), using: &random)
      return IPPrefix(
        IPAddress(ipv4: 0x0A00_0000 | low), length: .random(in: lengths, using: &random))
    }
    var byNetwork: [IPPrefix: String] = [:]
    for _ in 0..<150 {
      byNetwork[network(23...31)] = ["DE", "FR", "US", "IN"].randomElement(using: &random)
    }
    places = byNetwork.map { ($0.key, $0.value) }.sorted { $0.network.length < $1.network.length }
    clients = (0..<400).map { _ in (network(21...32), .random(in: 0...5000, using: &random)) }
    var countryOf = [String?](repeating: nil, count: Self.size)
    for (network, country) in places {
      for address in Self.addresses(network) { countryOf[address] = country }
    }
    self.countryOf = countryOf
  }

  /// The addresses of a network as offsets into 10.0.0.0/20.
  static func addresses(_ network: IPPrefix) -> Range<Int> {
    let first = Int(network.address.ipv4) & (size - 1)
    return first..<(first + 1 << (32 - network.length))
  }

  /// A file for `geoip build`.
  var csv: String {
    "network,country\n" + places.map { "\($0.network),\($0.country)\n" }.joined()
  }

  /// How many addresses have a place.
  var placedCount: Int { countryOf.count { $0 != nil } }

  /// The clients of each offset.
  var clientsByAddress: [Double] {
    var counts = [Double](repeating: 0, count: Self.size)
    for (network, count) in clients {
      let addresses = Self.addresses(network)
      for address in addresses { counts[address] += Double(count) / Double(addresses.count) }
    }
    return counts
  }

  /// One client at each address that has a place.
  var placedByAddress: [Double] { countryOf.map { $0 == nil ? 0 : 1 } }

  /// What changes.
  struct Change {
    var clients = 0.0
    var moved = 0.0
    var before: [String: Double] = [:]
    var after: [String: Double] = [:]
  }

  /// What happens to the clients of a name, counted by address.
  func change(
    _ name: String, _ counts: [Double], to after: Version, down: Set<String>
  ) -> Change {
    var change = Change()
    for (address, count) in counts.enumerated() where count > 0 {
      let old = shares(name, address, Self.before, down: [])
      let new = shares(name, address, after, down: down)
      change.clients += count
      for site in ["us", "eu", "ap"] {
        change.before["api@\(site)", default: 0] += count * old[site, default: 0]
        change.after["api@\(site)", default: 0] += count * new[site, default: 0]
        change.moved += count * abs(old[site, default: 0] - new[site, default: 0]) / 2
      }
    }
    return change
  }

  private func shares(
    _ name: String, _ address: Int, _ version: Version, down: Set<String>
  ) -> [String: Double] {
    if name == "split" {
      let up = version.weights.filter { !down.contains($0.key) }
      let total = Double(up.values.reduce(0, +))
      return up.mapValues { Double($0) / total }
    }
    var sites = countryOf[address].flatMap { version.countries[$0] } ?? ["ap"]
    if !version.network.isEmpty, (0x800..<0xA00).contains(address) { sites = version.network }
    // Where none is up, all are taken to be.
    return [sites.first { !down.contains($0) } ?? sites[0]: 1]
  }
}
