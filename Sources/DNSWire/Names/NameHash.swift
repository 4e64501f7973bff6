/// The key of the name hash: random in a server, so that nobody can choose names that collide.
@frozen
public struct NameHashKey: Sendable, BitwiseCopyable {
  @usableFromInline let start: UInt64
  @usableFromInline let factor: UInt64

  /// A key that follows from `seed`.
  public init(seed: UInt64) {
    var generator = RandomGenerator(seed: seed)
    start = generator.next()
    factor = generator.next() | 1
  }

  /// The hash of the root.
  @inlinable public var root: UInt64 { start }

  /// The hash of `label` in front of the name whose hash is `parent`; the label is in lower case.
  ///
  /// Names are hashed from the root leftwards, so one pass yields the hash of every ancestor. Eight
  /// octets a step are folded in by a 64×64→128 bit multiplication (as in wyhash and MUM).
  ///
  /// SAFETY: `label` must be readable for `length` octets rounded up to a multiple of 8.
  @unsafe
  @inlinable
  public func extend(_ parent: UInt64, label: UnsafeRawPointer, length: Int) -> UInt64 {
    var hash = parent ^ UInt64(truncatingIfNeeded: length)
    var left = length
    var at = unsafe label
    while left > 8 {
      hash = unsafe fold(hash ^ UInt64(littleEndian: at.loadUnaligned(as: UInt64.self)))
      unsafe at += 8
      left &-= 8
    }
    let last = unsafe UInt64(littleEndian: at.loadUnaligned(as: UInt64.self))
    return fold(hash ^ (last & (UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- 8 &* left))))
  }

  /// Mixes 64 bits with the key.
  @inlinable
  public func fold(_ value: UInt64) -> UInt64 {
    let product = (value ^ start).multipliedFullWidth(by: factor)
    return product.high ^ product.low &+ start
  }
}
