/// An address of one family as an `IntervalTree` reads it.
@usableFromInline
protocol TreeAddress: FixedWidthInteger, UnsignedInteger, BitwiseCopyable, Sendable {
  /// What an interval takes in a chunk: the bits of its start that differ there, above its code.
  associatedtype Word: FixedWidthInteger, UnsignedInteger, BitwiseCopyable, Sendable

  /// As many bits from the top as a word has.
  var upperBits: Word { get }
}

extension UInt32: TreeAddress {
  @usableFromInline typealias Word = UInt32

  @inlinable var upperBits: UInt32 { self }
}

extension UInt128: TreeAddress {
  @usableFromInline typealias Word = UInt64

  @inlinable var upperBits: UInt64 { UInt64(truncatingIfNeeded: self &>> 64) }
}

extension TreeAddress {
  /// The length of the widest prefix around this address that lies in `start..<end`; an `end` of 0 is that
  /// of the address space.
  @inlinable
  func prefixLength(start: Self, end: Self) -> Int {
    let below = start == 0 ? 0 : (self ^ (start &- 1)).leadingZeroBitCount &+ 1
    let above = end == 0 ? 0 : (self ^ end).leadingZeroBitCount &+ 1
    return Swift.max(below, above)
  }
}
