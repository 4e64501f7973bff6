import DNSWire
import FlatMemory

/// What steering remembers from query to query, for one worker: its random numbers and whose turn it is.
/// A plain pointer, free to copy; one thread uses it.
@frozen
@safe
public struct SteeringMemory: @unchecked Sendable {
  // SAFETY: `generator` points to one generator and `turns` to `turnCount` counters; both live as long as
  // the process, and one thread uses them.
  @usableFromInline let generator: UnsafeMutablePointer<RandomGenerator>
  @usableFromInline let turns: UnsafeMutablePointer<UInt32>
  @usableFromInline static var turnCount: Int { 65_536 }

  /// Where each step of an answer is noted; nil for the server's own workers.
  public let journal: SteeringJournal?

  /// Memory whose random numbers follow from `seed`.
  public init(seed: UInt64, journal: SteeringJournal? = nil) {
    let memory = unsafe CacheLines.allocate(byteCount: Self.byteCount)
    unsafe generator = memory.bindMemory(to: RandomGenerator.self, capacity: 1)
    unsafe generator.initialize(to: RandomGenerator(seed: seed))
    unsafe turns = (memory + CacheLines.stride).bindMemory(
      to: UInt32.self, capacity: Self.turnCount)
    unsafe turns.initialize(repeating: 0, count: Self.turnCount)
    self.journal = journal
  }

  private static var byteCount: Int {
    CacheLines.stride + turnCount * MemoryLayout<UInt32>.stride
  }

  /// Where a query is written to, as addresses.
  public var written: Range<UInt> {
    unsafe CacheLines.addresses(UnsafeRawPointer(generator), byteCount: Self.byteCount)
  }

  /// The next random number.
  @inlinable
  public func random() -> UInt64 { unsafe generator.pointee.next() }

  /// The next random number below `bound`.
  @inlinable
  public func random(below bound: UInt64) -> UInt64 { unsafe generator.pointee.next(below: bound) }

  /// Two different random numbers below `count`; both 0 where `count` is 1.
  @inlinable
  func twoOf(_ count: Int) -> (Int, Int) {
    guard count > 1 else { return (0, 0) }
    let one = Int(truncatingIfNeeded: random(below: UInt64(truncatingIfNeeded: count)))
    let other = Int(truncatingIfNeeded: random(below: UInt64(truncatingIfNeeded: count &- 1)))
    return (one, other < one ? other : other &+ 1)
  }

  /// Whose turn it is among `count` (at least 1), and moves on. `wheel` names the policy or pool and the
  /// type.
  ///
  /// Wheels whose numbers agree in their lower 16 bits turn together.
  @inlinable
  public func turn(_ wheel: Int, of count: Int) -> Int { Int(advance(wheel)) % count }

  /// Lets `count` turns of a wheel pass.
  @inlinable
  func skip(_ wheel: Int, _ count: Int) {
    let slot = wheel & (Self.turnCount &- 1)
    unsafe turns[slot] &+= UInt32(truncatingIfNeeded: count)
  }

  /// A number; those of one wheel lie evenly spread, however few they are: multiples of the golden ratio, whose
  /// discrepancy after n is O(log n / n) (Niederreiter 1992, theorem 3.3).
  @inlinable
  public func step(_ wheel: Int) -> UInt64 { UInt64(advance(wheel)) &* 0x9E37_79B9_7F4A_7C15 }

  @inlinable
  func advance(_ wheel: Int) -> UInt32 {
    let slot = wheel & (Self.turnCount &- 1)
    let now = unsafe turns[slot]
    unsafe turns[slot] = now &+ 1
    return now
  }
}
