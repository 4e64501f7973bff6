import Addresses

/// How long the pools of a zone take to answer the clients of networks, as it was measured.
public struct LatencyTable: Sendable {
  /// The path of the file it was read from.
  public var path: String
  /// By network, what was measured: for the full name of a pool, or for a site, milliseconds.
  public var networks: [IPPrefix: [Measurement]]

  /// So many of the quickest are put in order, which bounds how many orders there are.
  private static let orderedCount = 3

  /// A line of the table.
  public struct Measurement: Sendable {
    /// A pool's full name, or a site's.
    public var name: String
    /// The time to answer, in milliseconds.
    public var milliseconds: Double
  }
}

extension LatencyTable {
  /// Whether any line is for one of the pools or their sites.
  func names(anyOf pools: [Int], in zone: Zone) -> Bool {
    let names = Set(pools.map { zone.pools[$0].fullName(in: zone) })
      .union(pools.compactMap { zone.pools[$0].site.map { zone.sites[$0].name } })
    return networks.values.contains { $0.contains { names.contains($0.name) } }
  }

  /// For each order in which the table puts `pools` (indexes in the zone) the networks that have it: as
  /// positions in `pools`, the quickest first, as far as they were measured, at most `orderedCount`. Equal
  /// times stay as written.
  public func orders(of pools: [Int], in zone: Zone) -> [[Int]: [IPPrefix]] {
    var orders: [[Int]: [IPPrefix]] = [:]
    let positions = pools.indices.map {
      (position: $0, name: zone.pools[pools[$0]].fullName(in: zone))
    }
    let sites = pools.map { zone.pools[$0].site.map { zone.sites[$0].name } }
    for (network, measurements) in networks {
      let times = positions.compactMap { position, name -> (Double, Int)? in
        let found =
          measurements.first { $0.name == name }
          ?? measurements.first { $0.name == sites[position] }
        return found.map { ($0.milliseconds, position) }
      }
      let order = times.sorted { $0 < $1 }.prefix(Self.orderedCount).map(\.1)
      if !order.isEmpty { orders[order, default: []].append(network) }
    }
    return orders
  }
}
