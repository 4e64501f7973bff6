/// Where a block of addresses leads in an `IntervalTree`, in 32 bits: the lowest two say what it is, and the
/// others hang on it. Of a leaf they are the scope (8 bits) and the code (22), of a node the stride (5) and the
/// offset (25), of a chunk the count (5) and the offset (25), of a list its number.
@frozen
@usableFromInline
struct IntervalSlot: BitwiseCopyable, Sendable {
  @usableFromInline let bits: UInt32

  /// Codes of leaves are below.
  static let codeLimit = 1 << 22
  /// Offsets are below.
  static let offsetLimit = 1 << 25
  /// The most intervals of a chunk.
  static let maximumCount = 31

  private init(_ kind: UInt32, _ payload: Int) { bits = kind | UInt32(payload) << 2 }

  /// All of the block is of one interval.
  static func leaf(code: UInt32, scope: Int) -> IntervalSlot {
    IntervalSlot(0, Int(code) << 8 | scope)
  }

  /// The next `stride` bits of an address index the slots from `offset` on.
  static func node(stride: Int, offset: Int) -> IntervalSlot {
    IntervalSlot(1, offset << 5 | stride)
  }

  /// The block's intervals are the words from `offset` on.
  static func chunk(count: Int, offset: Int) -> IntervalSlot {
    IntervalSlot(2, offset << 5 | count)
  }

  /// The block's intervals are those of a list.
  static func list(_ number: Int) -> IntervalSlot { IntervalSlot(3, number) }

  @inlinable var isLeaf: Bool { bits & 3 == 0 }
  @inlinable var isNode: Bool { bits & 3 == 1 }
  @inlinable var isChunk: Bool { bits & 3 == 2 }
  /// The prefix length in a leaf.
  @inlinable var scope: Int { Int(bits &>> 2 & 0xFF) }
  /// The code of a leaf.
  @inlinable var code: UInt32 { bits &>> 10 }
  /// The stride of a node, the count of a chunk.
  @inlinable var size: Int { Int(bits &>> 2 & 0x1F) }
  /// Where the slots of a node begin, and the words of a chunk.
  @inlinable var offset: Int { Int(bits &>> 7) }
  /// The number of a list.
  @inlinable var list: Int { Int(bits &>> 2) }
}
