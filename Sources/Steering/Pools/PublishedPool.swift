import FlatMemory

/// Owns what one pool publishes.
public final class PublishedPool: Sendable {
  let sets: Placed<PoolSets>
  private let arena: Arena

  init(sets: Placed<PoolSets>, arena: Arena) {
    self.sets = sets
    self.arena = arena
  }

  /// Whether the pool serves.
  public var isUp: Bool { sets.value.live.value.isUp }
}

/// Owns the table of all published pools.
public final class PublishedPools: Sendable {
  /// The table; valid as long as this object.
  public let table: PoolTable
  /// What it points to.
  public let pools: [PublishedPool]
  private let arena: Arena

  /// A table of `pools`; it keeps them.
  public init(_ pools: [PublishedPool]) {
    arena = Arena()
    self.pools = pools
    table = PoolTable(arena.table(pools.map(\.sets)))
  }
}
