import FlatMemory

/// Which choices are up, worked out whenever the health of a pool turns: with it a query costs the same however many
/// choices are down.
@frozen
public struct ServingChoices: Sendable, BitwiseCopyable {
  /// A word for each choice of each policy, and of each outcome of a geo policy. All are 0 where one of the choices is
  /// no pool: which of those are up depends on the client. Else
  /// - where weights draw: the sum of the weights of those that are up, up to and with this one; weights of 0 count
  ///   as 1 where no other choice is up;
  /// - where load decides: the same, each choice having a weight of 1;
  /// - else how many choices on, this one counted, the first is that is up, around the last one; `none` where
  ///   none is.
  @usableFromInline let words: Table<UInt32>

  /// What stands where no choice is up.
  @usableFromInline static let none = UInt32.max

  /// The choices in zones that have this steering and begin there, with these pools; valid as long as `arena`.
  public init(
    of zones: [(steering: SteeringImage, bases: SteeringBases)], pools: PoolTable, in arena: Arena
  ) {
    var words = [UInt32](
      repeating: 0,
      count: zones.last.map { $0.bases.choice + $0.steering.choices.count } ?? 0)
    for (steering, bases) in zones {
      func fill(
        _ first: UInt32, _ count: UInt32, _ made: ([(weight: UInt32, isUp: Bool)]) -> [UInt32]
      ) {
        guard
          let choices = Self.choices(first, count, in: steering, { pools[bases.pool + $0] })
        else { return }
        let start = bases.choice + Int(first)
        words.replaceSubrange(start..<(start + Int(count)), with: made(choices))
      }
      for index in 0..<steering.policies.count {
        let node = steering.policies[index]
        switch node.kind {
        case .pool: break
        case .geo:
          for outcome in node.first..<(node.first + node.count) {
            let span = steering.outcomes[outcome]
            fill(span.first, span.count, Self.steps)
          }
        case .choice(.leastLoad): fill(node.first, node.count, Self.counts)
        case .choice(.weighted), .choice(.smooth): fill(node.first, node.count, Self.sums)
        case .failover, .choice: fill(node.first, node.count, Self.steps)
        }
      }
    }
    self.words = arena.table(words)
  }

  /// The weight of each choice, and whether it is up; nil where one of them is no pool.
  private static func choices(
    _ first: UInt32, _ count: UInt32, in steering: SteeringImage,
    _ pool: (Int) -> Placed<PoolSets>
  ) -> [(weight: UInt32, isUp: Bool)]? {
    var choices: [(weight: UInt32, isUp: Bool)] = []
    var before: UInt32 = 0
    for index in first..<(first + count) {
      let choice = steering.choices[index]
      let target = steering.policies[choice.policy]
      guard target.kind == .pool else { return nil }
      choices.append(
        (choice.weightSum &- before, pool(Int(target.first)).value.live.value.isUp))
      before = choice.weightSum
    }
    return choices
  }

  private static func sums(_ choices: [(weight: UInt32, isUp: Bool)]) -> [UInt32] {
    let hasWeight = choices.contains { $0.isUp && $0.weight > 0 }
    var sum: UInt32 = 0
    return choices.map { choice in
      if choice.isUp { sum += hasWeight ? choice.weight : 1 }
      return sum
    }
  }

  private static func counts(_ choices: [(weight: UInt32, isUp: Bool)]) -> [UInt32] {
    sums(choices.map { (1, $0.isUp) })
  }

  private static func steps(_ choices: [(weight: UInt32, isUp: Bool)]) -> [UInt32] {
    guard let first = choices.firstIndex(where: \.isUp) else {
      return choices.map { _ in none }
    }
    var steps = UInt32(first + 1)
    return choices.reversed().map { choice in
      steps = choice.isUp ? 1 : steps + 1
      return steps
    }.reversed()
  }

  /// The word of a choice, by its index among those of all zones.
  @inlinable
  subscript(index: Int) -> UInt32 { words[index] }

  /// The first of `count` choices from `first` on whose sum is above `point`.
  @inlinable
  func choice(from first: Int, count: Int, above point: UInt64) -> Int {
    words.firstIndex(above: point, from: first, count: count) { $0 }
  }
}
