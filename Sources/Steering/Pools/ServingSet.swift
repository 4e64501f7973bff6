import FlatMemory
import HealthState

/// What a pool answers with, worked out whenever the health or load of one of its targets turns.
@frozen
public struct ServingSet: Sendable, BitwiseCopyable {
  /// Whether a policy may lead here.
  public var isUp: Bool
  /// The addresses of A, without those that do not serve.
  public var ipv4: Placed<AddressSet>
  /// The addresses of AAAA; empty where IPv6 alone has failed.
  public var ipv6: Placed<AddressSet>
  /// The host names, for a pool of host names.
  public var hosts: HostSet
}

/// The addresses of one family that serve.
@frozen
public struct AddressSet: Sendable, BitwiseCopyable {
  /// Whether they are of A, and not of AAAA.
  public var isIPv4: Bool
  /// The addresses as they stand in RDATA: 4 octets each, or 16.
  public var octets: Table<UInt8>
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
  public var live: Placed<ServingSet>
  /// What would serve if all probes passed; for `when-down=all`.
  public var all: Placed<ServingSet>
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
public struct PoolTable: Sendable, BitwiseCopyable {
  @usableFromInline let pools: Table<Placed<PoolSets>>

  init(_ pools: Table<Placed<PoolSets>>) { self.pools = pools }

  /// Pool `index`.
  @inlinable
  public subscript(index: Int) -> Placed<PoolSets> { pools[index] }
}

extension Placed<PoolSets> {
  /// What serves: now, or if all probes passed.
  @inlinable
  public func serving(ignoringHealth: Bool) -> Placed<ServingSet> {
    ignoringHealth ? value.all : value.live
  }

  /// The soonest moment, in monotonic milliseconds, at which a probe could turn one of its targets.
  @inlinable
  public var soonestChange: UInt64 {
    let cells = value.cells
    var soonest = UInt64.max
    var at = 0
    while at < cells.count {
      soonest = min(soonest, cells[at].load().soonestChange)
      at &+= 1
    }
    return soonest
  }
}
