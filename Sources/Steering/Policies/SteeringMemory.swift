import DNSWire

/// What steering remembers from query to query, for one worker: its random numbers and whose turn it is.
/// A plain pointer, free to copy; one thread uses it.
@frozen
@safe
public struct SteeringMemory: @unchecked Sendable {
  // SAFETY: `random` points to one generator and `turns` to `turnCount` counters; both live as long as
  // the process, and one thread uses them.
  @usableFromInline let random: UnsafeMutablePointer<RandomGenerator>
  @usableFromInline let turns: UnsafeMutablePointer<UInt32>
  @usableFromInline static var turnCount: Int { 4096 }

  /// Memory whose random numbers follow from `seed`.
  public init(seed: UInt64) {
    unsafe random = .allocate(capacity: 1)
    unsafe random.initialize(to: RandomGenerator(seed: seed))
    unsafe turns = .allocate(capacity: Self.turnCount)
    unsafe turns.initialize(repeating: 0, count: Self.turnCount)
  }

  /// The next random number below `bound`.
  @inlinable
  public func random(below bound: UInt64) -> Int {
    Int(truncatingIfNeeded: unsafe random.pointee.next(below: bound))
  }

  /// Whose turn it is among `count`, and moves on. `key` names the wheel: a policy or pool and a type.
  ///
  /// Wheels whose keys agree in their lower 12 bits turn together.
  @inlinable
  public func turn(_ key: Int, of count: Int) -> Int {
    let slot = key & (Self.turnCount - 1)
    let now = unsafe turns[slot]
    unsafe turns[slot] = now &+ 1
    return Int(now) % max(1, count)
  }
}
