/// The load that was reported for a pool and for its targets, on any scale that is the same for all that
/// are compared.
public struct PoolLoad: Hashable, Sendable {
  /// That of the pool as a whole; where it is nil, the mean of its targets' counts.
  public var pool: Double?
  /// That of targets, by `PoolDefinition.Target.hashKey`.
  public var targets: [UInt64: Double]

  /// A load from its parts; without any, all is unknown.
  public init(pool: Double? = nil, targets: [UInt64: Double] = [:]) {
    self.pool = pool
    self.targets = targets
  }

  /// The load of one target as the data plane compares it.
  func ofTarget(_ target: PoolDefinition.Target) -> UInt32 {
    targets[target.hashKey].map(Self.scaled) ?? SelectionTables.unknownLoad
  }

  /// The load of a pool that has `targets`.
  func ofPool(_ targets: [PoolDefinition.Target]) -> UInt32 {
    if let pool { return Self.scaled(pool) }
    let known = targets.compactMap { $0.isEnabled ? self.targets[$0.hashKey] : nil }
    guard !known.isEmpty else { return SelectionTables.unknownLoad }
    return Self.scaled(known.reduce(0, +) / Double(known.count))
  }

  /// Thousandths; loads above four million are all the same.
  private static func scaled(_ load: Double) -> UInt32 {
    UInt32(max(0, min(load * 1000, Double(SelectionTables.unknownLoad - 1))))
  }
}
