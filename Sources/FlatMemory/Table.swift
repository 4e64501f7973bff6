/// A read-only array of plain values for the data plane: a pointer and a count, free to copy, never
/// reference-counted. An `Arena` owns what it points to.
@frozen
@safe
public struct Table<Element: BitwiseCopyable>: @unchecked Sendable, BitwiseCopyable {
  // SAFETY: `base` has `count` initialized elements for as long as the arena that made the table lives;
  // the publication protocol keeps an arena alive while any worker can see its tables.
  @usableFromInline let base: UnsafePointer<Element>

  /// How many elements there are.
  public let count: Int

  @usableFromInline
  init(base: UnsafePointer<Element>, count: Int) {
    unsafe self.base = unsafe base
    self.count = count
  }

  /// The element at `index`; an index that the builder did not make is a defect and traps.
  @inlinable
  public subscript(index: Int) -> Element {
    // Unsigned, one compare serves for both ends.
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index outside a table")
    return unsafe base[index]
  }

  /// The element at an index that is stored as 32 bits.
  @inlinable
  public subscript(index: UInt32) -> Element { self[Int(index)] }

  /// A pointer to the elements from `start` on, for copying `length` of them.
  @unsafe
  @inlinable
  public func pointer(_ start: Int, _ length: Int) -> UnsafePointer<Element> {
    precondition(start >= 0 && length >= 0 && start <= count &- length, "range outside a table")
    return unsafe base + start
  }

  /// A pointer to the element at `index`, for what has to be read in place.
  @unsafe
  @inlinable
  public func pointer(at index: Int) -> UnsafePointer<Element> { unsafe pointer(index, 1) }
}

extension Table where Element == UInt8 {
  /// The octets of a range.
  @unsafe
  @inlinable
  public func octets(_ start: Int, _ length: Int) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: pointer(start, length), count: length)
  }

  /// The 32 bits that stand at `offset` in network order.
  @inlinable
  public func word32(_ offset: Int) -> UInt32 {
    // SAFETY: the range is checked, and a load need not be aligned.
    unsafe UInt32(bigEndian: octets(offset, 4).loadUnaligned(as: UInt32.self))
  }

  /// The 64 bits that stand at `offset` in network order.
  @inlinable
  public func word64(_ offset: Int) -> UInt64 {
    // SAFETY: the range is checked, and a load need not be aligned.
    unsafe UInt64(bigEndian: octets(offset, 8).loadUnaligned(as: UInt64.self))
  }
}
