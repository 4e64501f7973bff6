import Glibc

/// A growing array of plain values that becomes a table where it stands (`Arena.table`).
///
/// It grows with `realloc`, which moves a large block by its pages and not by its octets: to build a table
/// takes little more memory than the table.
@safe
public struct TableBuilder<Element: BitwiseCopyable>: ~Copyable {
  // SAFETY: `base` comes from `realloc` and has room for `capacity` elements, the first `count` of them
  // initialized; it is nil where `capacity` is 0. Only this value has it, and frees it or hands it on.
  @usableFromInline var base: UnsafeMutablePointer<Element>?
  @usableFromInline var capacity = 0

  /// How many elements there are.
  public var count: Int { length }
  @usableFromInline var length = 0

  /// A builder with nothing in it.
  public init() { unsafe base = nil }

  /// A builder with `count` times the same element.
  public init(repeating element: Element, count: Int) {
    self.init()
    reserve(count)
    unsafe base?.initialize(repeating: element, count: count)
    length = count
  }

  deinit { unsafe free(base) }

  /// The element at `index`; one beyond the end is a defect and traps.
  @inlinable
  public subscript(index: Int) -> Element {
    get {
      // SAFETY: the index is that of an initialized element.
      guard UInt(bitPattern: index) < UInt(bitPattern: count), let base = unsafe base else {
        preconditionFailure("index outside a table")
      }
      return unsafe base[index]
    }
    set {
      guard UInt(bitPattern: index) < UInt(bitPattern: count), let base = unsafe base else {
        preconditionFailure("index outside a table")
      }
      unsafe base[index] = newValue
    }
  }

  /// Adds an element.
  @inlinable
  public mutating func append(_ element: Element) {
    if count == capacity { grow(to: count + 1) }
    // SAFETY: there is room for one more.
    unsafe base?[count] = element
    length += 1
  }

  /// Adds elements.
  @inlinable
  public mutating func append(_ elements: Span<Element>) {
    let total = count + elements.count
    if total > capacity { grow(to: total) }
    // SAFETY: there is room for so many more, and nobody else sees the memory of this value.
    unsafe elements.withUnsafeBufferPointer {
      if let source = $0.baseAddress {
        unsafe base?.advanced(by: count).initialize(from: source, count: $0.count)
      }
    }
    length = total
  }

  /// Takes elements off the end.
  public mutating func removeLast(_ number: Int) {
    precondition(number >= 0 && number <= count, "more than there is")
    length -= number
  }

  /// The elements, as long as nothing is added.
  @unsafe
  @inlinable
  public func pointer(_ start: Int, _ length: Int) -> UnsafePointer<Element>? {
    precondition(start >= 0 && length >= 0 && start <= count - length, "range outside a table")
    return unsafe UnsafePointer(base).map { unsafe $0 + start }
  }

  /// Makes room for `total` elements, and no more than these.
  public mutating func reserve(_ total: Int) {
    if total > capacity { resize(total) }
  }

  @usableFromInline
  mutating func grow(to total: Int) { resize(max(total, capacity + capacity / 2, 8)) }

  private mutating func resize(_ total: Int) {
    let (size, overflow) = total.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    // SAFETY: the block is this value's own; the old pointer is not used again.
    guard !overflow, let block = unsafe realloc(base, max(1, size)) else {
      preconditionFailure("no memory for \(total) elements")
    }
    unsafe base = unsafe block.bindMemory(to: Element.self, capacity: total)
    capacity = total
  }

  /// The block, with no room left at its end; nil where there are no elements. The caller frees it.
  consuming func finish() -> UnsafeMutablePointer<Element>? {
    if count == 0 { return nil }
    if count < capacity { resize(count) }
    let block = unsafe base
    unsafe base = nil
    return unsafe block
  }
}

extension TableBuilder where Element == UInt8 {
  /// Adds a number in network order.
  @inlinable
  public mutating func append(bigEndian value: some FixedWidthInteger) {
    var shift = value.bitWidth
    while shift > 0 {
      shift -= 8
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
