/// A small, fast generator of random numbers (SplitMix64; Steele, Lea and Flood 2014). Not for secrets.
@frozen
public struct RandomGenerator: RandomNumberGenerator, Sendable, BitwiseCopyable {
  @usableFromInline var state: UInt64

  /// A generator whose numbers follow from `seed`.
  @inlinable
  public init(seed: UInt64) { state = seed }

  /// The next 64 random bits.
  @inlinable
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// A number below `bound`, 0 where `bound` is 0; biased by less than `bound` / 2^64 (Lemire 2019).
  @inlinable
  public mutating func next(below bound: UInt64) -> UInt64 {
    next().multipliedFullWidth(by: bound).high
  }
}
