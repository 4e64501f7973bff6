import Addresses
import DNSWire
import GeoMap
import HealthState
import Steering
import ZoneFile
import ZoneStore

/// A compiled zone with its health as it is supposed to be, asked for what it can answer.
public struct SupposedZone: Sendable {
  /// The zone.
  public let zone: CompiledZone
  let pools: PublishedPools
  /// For each pool the host names that are resolved. Nobody is asked for them here: an address that is the
  /// index of a host stands for all that it has.
  private let resolvedHosts: [[DomainName]]

  /// Its pools as they would be published.
  public var publishedPools: [PublishedPool] { pools.pools }

  /// The zone with everything up but what its file drains or forces down.
  public init(_ zone: CompiledZone) {
    self.zone = zone
    resolvedHosts = zone.pools.map(\.hostsInOrder)
    pools = PublishedPools(zone.pools.map { $0.supposing(down: []) })
  }

  private init(_ supposed: SupposedZone, _ pools: [PublishedPool]) {
    zone = supposed.zone
    resolvedHosts = supposed.resolvedHosts
    self.pools = PublishedPools(pools)
  }

  /// The same with some targets down: of the rest all is up.
  public func supposing(down: Set<TargetIndex>) -> SupposedZone {
    var published = pools.pools
    for (index, targets) in Dictionary(grouping: down, by: \.pool) {
      let pool = zone.pools[index].supposing(down: Set(targets.map(\.target)))
      for place in [index] + zone.images(of: index) { published[place] = pool }
    }
    return SupposedZone(self, published)
  }

  /// What can be answered to a question of type A, AAAA or CNAME, and with what share of the answers. The shares
  /// add up to 1. A chain of CNAMEs is followed as far as the zone goes.
  ///
  /// `outcome` says what the client gets of the zone's map with an index.
  public func answers(
    to name: DomainName, _ type: RecordType, outcome: @escaping (_ map: UInt32) -> UInt32
  ) -> [PossibleAnswer: Double] {
    var walk = AnswerWalk(supposed: self, type: type, outcome: outcome)
    walk.follow(name, PossibleAnswer(), share: 1)
    return walk.answers
  }

  /// The same for a `canonical` address.
  public func answers(
    to name: DomainName, _ type: RecordType, for client: IPAddress
  ) -> [PossibleAnswer: Double] {
    answers(to: name, type) { [zone] in zone.maps[Int($0)].lookup(client).outcome }
  }
}

extension SupposedZone {
  /// The map that `answers` asks for by an index.
  public func map(_ index: UInt32) -> GeoMapStorage { zone.maps[Int(index)] }

  /// The maps that can play a part in the answers to `name`.
  public func maps(for name: DomainName) -> [GeoMapStorage] {
    let image = zone.storage.image
    guard let found = image.closestEncloser(of: name, key: zone.key), found.isExact else {
      return zone.maps
    }
    let node = image.nodes[found.node]
    guard node.steer != noIndex else { return zone.maps }
    let entry = zone.steering.value.entries[node.steer]
    // A CNAME may go on with other names.
    if entry.canYieldCNAME { return zone.maps }
    return zone.steering.value.maps(of: entry.policy).map { zone.maps[Int($0)] }
  }

  /// The name that owns the answers to `name`: itself, or a wildcard; nil where it does not exist.
  public func owner(of name: DomainName) -> DomainName? {
    let image = zone.storage.image
    guard let found = image.closestEncloser(of: name, key: zone.key) else { return nil }
    if found.isExact { return name }
    let wildcard = image.nodes[found.node].wildcard
    return wildcard == noIndex ? nil : image.name(of: image.nodes[wildcard])
  }

  /// The host names whose addresses a set of the pool with an index stands for, in the order of the set; none
  /// where its addresses are those of the zone.
  func resolvedHosts(_ set: AddressSet, ofPool index: Int) -> [DomainName] {
    let hosts = resolvedHosts[index]
    return hosts.isEmpty ? [] : set.addresses.map { hosts[Int($0.number)] }
  }

  /// The addresses, or host names, that the pool with an index can answer with.
  public func targets(ofPool index: Int) -> [String] {
    let image = zone.storage.image
    let serving = pools.table[index].value.live.value
    let ipv4 = serving.ipv4.value
    let resolved = resolvedHosts(ipv4, ofPool: index)
    if !resolved.isEmpty { return resolved.map(\.description) }
    let addresses = ipv4.addresses + serving.ipv6.value.addresses
    let hosts = serving.hosts.nodes
    return addresses.map(\.description)
      + (0..<hosts.count).compactMap { image.name(of: image.nodes[hosts[$0]])?.description }
  }
}

extension AddressSet {
  /// Its addresses.
  var addresses: [IPAddress] {
    (0..<count).map { index in
      isIPv4
        ? IPAddress(ipv4: octets.word32(4 * index))
        : IPAddress(high: octets.word64(16 * index), low: octets.word64(16 * index + 8))
    }
  }
}

extension PoolDefinition {
  /// The health of what is supposed down.
  private static let downCell: HealthCell = {
    let nobody = ProbeKey(zone: "", check: "", address: IPAddress(ipv4: 0), port: 0)
    let cell = HealthTable().cell(for: nobody)
    cell.store(HealthWord(isUp: false, isKnown: true, soonestChange: 0))
    return cell
  }()

  /// The host names that are resolved, in the order by which they are stood for.
  fileprivate var hostsInOrder: [DomainName] { resolvedHosts.sorted() }

  /// The pool with all of its targets up but those at `down`, whatever their probes say. Each host name that
  /// is resolved has its stand-in in both families.
  fileprivate func supposing(down: Set<Int>) -> PublishedPool {
    var supposed = self
    for index in targets.indices {
      supposed.targets[index].cell = down.contains(index) ? Self.downCell : nil
    }
    let hosts = hostsInOrder
    return supposed.publishable { name in
      let index = UInt32(hosts.firstIndex(of: name) ?? 0)
      return HostAddresses([IPAddress(ipv4: index), IPAddress(ipv6: UInt128(index))])
    }
  }
}
