import FlatMemory

/// Owns what one pool publishes.
public final class PublishedPool: Sendable {
  /// The sets; one element.
  let sets: Table<PoolSets>
  private let arena: Arena

  init(sets: Table<PoolSets>, arena: Arena) {
    self.sets = sets
    self.arena = arena
  }

  /// Whether the pool serves.
  public var isUp: Bool { sets[0].live.isUp }
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
    // SAFETY: the pools, and so their one-element tables, are kept as long as this object.
    table = unsafe PoolTable(arena.table(pools.map { unsafe $0.sets.pointer(at: 0) }))
  }
}
