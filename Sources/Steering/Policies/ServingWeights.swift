import FlatMemory

/// The weights of the choices that are up, worked out whenever the health of a pool turns: with them a draw costs the
/// same however many choices are down.
@frozen
public struct ServingWeights: Sendable, BitwiseCopyable {
  /// For each choice of each policy that draws by weight, the sum of the weights of those that are up, up to and
  /// with this one; weights of 0 count as 1 where no other choice is up. All are 0 where a choice of the policy is
  /// no pool: which of those are up depends on the client.
  @usableFromInline let sums: Table<UInt32>

  /// The weights in zones that have this steering and begin there, with these pools; valid as long as `arena`.
  public init(
    of zones: [(steering: SteeringImage, bases: SteeringBases)], pools: PoolTable, in arena: Arena
  ) {
    var sums = [UInt32](
      repeating: 0,
      count: zones.last.map { $0.bases.choice + $0.steering.choices.count } ?? 0)
    for (steering, bases) in zones {
      for index in 0..<steering.policies.count {
        let node = steering.policies[index]
        guard node.kind == .choice(.weighted) || node.kind == .choice(.smooth) else { continue }
        let weights = Self.weights(of: node, in: steering) { pools[bases.pool + $0] }
        var sum: UInt32 = 0
        for (choice, weight) in weights.enumerated() {
          sum += weight
          sums[bases.choice + Int(node.first) + choice] = sum
        }
      }
    }
    self.sums = arena.table(sums)
  }

  /// The weight of each choice, 0 for one that is down; none where one of them is no pool.
  private static func weights(
    of node: PolicyNode, in steering: SteeringImage, _ pool: (Int) -> Placed<PoolSets>
  ) -> [UInt32] {
    var weights: [UInt32] = []
    var standing: [Bool] = []
    var before: UInt32 = 0
    for index in node.first..<(node.first + node.count) {
      let choice = steering.choices[index]
      let target = steering.policies[choice.policy]
      guard target.kind == .pool else { return [] }
      let isUp = pool(Int(target.first)).value.live.value.isUp
      standing.append(isUp)
      weights.append(isUp ? choice.weightSum - before : 0)
      before = choice.weightSum
    }
    return weights.contains { $0 > 0 } ? weights : standing.map { $0 ? 1 : 0 }
  }

  /// The sum of a choice, by its index among those of all zones.
  @inlinable
  subscript(index: Int) -> UInt64 { UInt64(sums[index]) }

  /// The first of `count` choices from `first` on whose sum is above `point`.
  @inlinable
  func choice(from first: Int, count: Int, above point: UInt64) -> Int {
    var base = first
    var length = count
    while length > 1 {
      let half = length &>> 1
      if self[base &+ half &- 1] <= point { base &+= half }
      length &-= half
    }
    return base
  }
}
