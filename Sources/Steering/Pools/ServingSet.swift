import FlatMemory
import HealthState

/// What a pool answers with, worked out whenever the health or load of one of its targets turns.
@frozen
public struct ServingSet: Sendable, BitwiseCopyable {
  /// Whether a policy may lead here.
  public var isUp: Bool
  /// The A records, without those that do not serve.
  public var ipv4: AddressSet
  /// The AAAA records; empty where IPv6 alone has failed.
  public var ipv6: AddressSet
  /// The host names, for a pool of host names.
  public var hosts: HostSet
}

/// The addresses of one family that serve.
@frozen
public struct AddressSet: Sendable, BitwiseCopyable {
  /// Whole RRs (16 octets for A, 28 for AAAA): the owner a pointer to offset 12, the TTL 0.
  public var records: Table<UInt8>
  /// What selection looks up.
  public var tables: SelectionTables

  /// How many there are.
  @inlinable public var count: Int { tables.count }
}

/// The host names that serve.
@frozen
public struct HostSet: Sendable, BitwiseCopyable {
  /// Their nodes in the zone.
  public var nodes: Table<UInt32>
  /// What selection looks up.
  public var tables: SelectionTables
}

/// A pool as it is published.
@frozen
public struct PoolSets: Sendable, BitwiseCopyable {
  /// What serves now.
  public var live: ServingSet
  /// What would serve if all probes passed; for `when-down=all`.
  public var all: ServingSet
  /// How its targets are picked.
  public var picking: PoolPicking
  /// The load of the pool as a whole; `SelectionTables.unknownLoad` where nobody reports it.
  public var load: UInt32
  /// The largest TTL, in seconds, that its addresses may have: they were resolved, and theirs is no larger.
  public var ttlLimit: UInt32
  /// The health of its probed targets, for TTLs that follow it.
  public var cells: Table<HealthCell>
}

/// How the targets of a pool are picked.
@frozen
public struct PoolPicking: Sendable, BitwiseCopyable {
  /// Which comes first.
  public var selection: Selection
  /// Which network of a client is hashed.
  public var network: ClientNetwork
  /// How many addresses an answer carries, 1 to 256.
  public var answers: UInt16

  /// Picking from its parts.
  public init(
    selection: Selection = .roundRobin, network: ClientNetwork = .standard,
    answers: Int = TargetOrder.maximumCount
  ) {
    self.selection = selection
    self.network = network
    self.answers = UInt16(clamping: answers)
  }
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

  /// The addresses that pool `index` answers with: now, or if all probes passed.
  @inlinable
  public func addresses(_ index: Int, isIPv6: Bool, ignoringHealth: Bool) -> AddressSet {
    let pool = unsafe pools[index]
    if ignoringHealth { return unsafe isIPv6 ? pool.pointee.all.ipv6 : pool.pointee.all.ipv4 }
    return unsafe isIPv6 ? pool.pointee.live.ipv6 : pool.pointee.live.ipv4
  }

  /// The host names that pool `index` answers with; none for a pool of addresses.
  @inlinable
  public func hosts(_ index: Int, ignoringHealth: Bool) -> HostSet {
    let pool = unsafe pools[index]
    return unsafe ignoringHealth ? pool.pointee.all.hosts : pool.pointee.live.hosts
  }

  /// How pool `index` picks its targets.
  @inlinable
  public func picking(_ index: Int) -> PoolPicking { unsafe pools[index].pointee.picking }

  /// The reported load of pool `index`.
  @inlinable
  public func load(_ index: Int) -> UInt32 { unsafe pools[index].pointee.load }

  /// The largest TTL that an answer from pool `index` may have, in seconds.
  @inlinable
  public func ttlLimit(_ index: Int) -> UInt32 { unsafe pools[index].pointee.ttlLimit }

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
