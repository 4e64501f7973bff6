import Addresses
import DNSWire
import HealthState
import Steering
import ZoneFile

/// A compiled zone with its health as it is supposed to be, asked for what it can answer.
public struct SupposedZone {
  /// The zone.
  public let zone: CompiledZone
  let pools: PublishedPools

  /// The zone with everything up but what its file drains or forces down.
  public init(_ zone: CompiledZone) {
    self.zone = zone
    pools = PublishedPools(zone.pools.map { $0.supposing(down: []).publishable() })
  }

  private init(_ zone: CompiledZone, _ pools: [PublishedPool]) {
    self.zone = zone
    self.pools = PublishedPools(pools)
  }

  /// The same with some targets down: of the rest all is up.
  public func supposing(down: Set<TargetIndex>) -> SupposedZone {
    var published = pools.pools
    for (index, targets) in Dictionary(grouping: down, by: \.pool) {
      let pool = zone.pools[index].supposing(down: Set(targets.map(\.target)))
      for place in [index] + zone.images(of: index) { published[place] = pool.publishable() }
    }
    return SupposedZone(zone, published)
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

extension PoolDefinition {
  /// The health of what is supposed down.
  private static let downCell: HealthCell = {
    let nobody = ProbeKey(zone: "", check: "", address: IPAddress(ipv4: 0), port: 0)
    let cell = HealthTable().cell(for: nobody)
    cell.store(HealthWord(isUp: false, isKnown: true, soonestChange: 0))
    return cell
  }()

  /// The pool with all of its targets up but those at `down`, whatever their probes say.
  fileprivate func supposing(down: Set<Int>) -> PoolDefinition {
    var supposed = self
    for index in targets.indices {
      supposed.targets[index].cell = down.contains(index) ? Self.downCell : nil
    }
    return supposed
  }
}
