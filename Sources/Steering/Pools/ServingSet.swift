import FlatMemory
import HealthState

/// What a pool answers with, worked out whenever the health of one of its targets turns.
@frozen
public struct ServingSet: Sendable, BitwiseCopyable {
  /// Whether a policy may lead here.
  public var isUp: Bool
  /// The A records, without those that do not serve.
  public var ipv4: AddressSet
  /// The AAAA records; empty where IPv6 alone has failed.
  public var ipv6: AddressSet
  /// The nodes of the host names, for a pool of host names.
  public var hosts: Table<UInt32>
  /// Their weights.
  public var hostWeights: Table<UInt32>
}

/// The addresses of one family that serve.
@frozen
public struct AddressSet: Sendable, BitwiseCopyable {
  /// Whole RRs (16 octets for A, 28 for AAAA): the owner a pointer to offset 12, the TTL 0.
  public var records: Table<UInt8>
  /// A weight for each.
  public var weights: Table<UInt32>

  /// How many there are.
  @inlinable public var count: Int { weights.count }
}

/// A pool as it is published.
@frozen
public struct PoolSets: Sendable, BitwiseCopyable {
  /// What serves now.
  public var live: ServingSet
  /// What would serve if all probes passed; for `when-down=all`.
  public var all: ServingSet
  /// How many addresses an answer carries; 0 is all.
  public var answers: UInt32
  /// Whether targets are picked by weight; else in turns.
  public var isWeighted: Bool
  /// The health of its probed targets, for TTLs that follow it.
  public var cells: Table<HealthCell>
}

/// The published pools of all zones; a zone finds its own from its base on.
@frozen
@safe
public struct PoolTable: @unchecked Sendable, BitwiseCopyable {
  // SAFETY: each pointer is to the one element of a table that lives as long as the version it is in.
  @usableFromInline let pools: Table<UnsafePointer<PoolSets>>

  init(_ pools: Table<UnsafePointer<PoolSets>>) { unsafe self.pools = unsafe pools }

  /// Whether pool `index` may serve: now, or if all probes passed.
  @inlinable
  public func isUp(_ index: Int, ignoringHealth: Bool) -> Bool {
    let pool = unsafe pools[index]
    return unsafe ignoringHealth ? pool.pointee.all.isUp : pool.pointee.live.isUp
  }

  /// What pool `index` answers with: now, or if all probes passed.
  @inlinable
  public func servingSet(_ index: Int, ignoringHealth: Bool) -> ServingSet {
    let pool = unsafe pools[index]
    return unsafe ignoringHealth ? pool.pointee.all : pool.pointee.live
  }

  /// How pool `index` picks: the number of addresses (0 is all) and whether by weight.
  @inlinable
  public func selection(_ index: Int) -> (answers: Int, isWeighted: Bool) {
    let pool = unsafe pools[index]
    return unsafe (Int(pool.pointee.answers), pool.pointee.isWeighted)
  }

  /// The soonest moment, in monotonic milliseconds, at which a probe could turn a target of pool `index`.
  @inlinable
  public func soonestChange(_ index: Int) -> UInt64 {
    let cells = unsafe pools[index].pointee.cells
    var soonest = UInt64.max
    var at = 0
    while at < cells.count {
      soonest = min(soonest, cells[at].load().soonestChange)
      at += 1
    }
    return soonest
  }
}
