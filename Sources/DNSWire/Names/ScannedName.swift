import FlatMemory

/// A name of a query, taken apart once: lower-case wire form, where each label begins, and the hash of
/// every suffix. A plain pointer to memory that a worker makes once and uses for each query.
@frozen
@safe
public struct ScannedName: @unchecked Sendable {
  // SAFETY: `base` points to `size` octets that live as long as the worker; one thread uses them, and
  // every offset written there was checked against 255 octets and 128 labels.
  @usableFromInline let base: UnsafeMutableRawPointer

  // Layout: 0 label count, 8 length, 16 octets (255, and 9 that a read of whole words may touch), 280 label
  // offsets (128), 408 hashes (129 × 8). So what is read of a name of usual length lies in three cache lines.
  @usableFromInline static var capacity: Int { 255 }
  @usableFromInline static var labelCountAt: Int { 0 }
  @usableFromInline static var lengthAt: Int { 8 }
  @usableFromInline static var octetsAt: Int { 16 }
  @usableFromInline static var offsetsAt: Int { 280 }
  @usableFromInline static var hashesAt: Int { 408 }
  static var size: Int { 1440 }

  /// Memory for one name, holding the root.
  public init() {
    unsafe base = unsafe CacheLines.allocate(byteCount: Self.size)
    unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: Self.size)
    unsafe base.storeBytes(of: 1, toByteOffset: Self.lengthAt, as: Int.self)
  }

  /// Where a name is written to, as addresses.
  public var written: Range<UInt> {
    unsafe CacheLines.addresses(UnsafeRawPointer(base), byteCount: Self.size)
  }

  /// Frees the memory; for names of the control plane, which end.
  public func deallocate() { unsafe base.deallocate() }

  /// How many labels the name has, the root's empty one not counted: 0…127.
  @inlinable public var labelCount: Int {
    unsafe base.load(fromByteOffset: Self.labelCountAt, as: Int.self)
  }

  /// How many octets its wire form has: 1…255.
  @inlinable public var length: Int {
    unsafe base.load(fromByteOffset: Self.lengthAt, as: Int.self)
  }

  /// Where label `index` (0 is the leftmost) begins; for `labelCount`, where the root's zero octet is.
  @inlinable
  public func offset(ofLabel index: Int) -> Int {
    if index >= labelCount { return length &- 1 }
    return Int(unsafe base.load(fromByteOffset: Self.offsetsAt &+ index, as: UInt8.self))
  }

  /// The hash of the suffix that begins with label `index`; for `labelCount`, the root's.
  @inlinable
  public func hash(ofSuffix index: Int) -> UInt64 {
    unsafe base.load(fromByteOffset: Self.hashesAt &+ 8 &* index, as: UInt64.self)
  }

  /// The lower-case wire form, for comparison and copying.
  @unsafe
  @inlinable public var octets: UnsafeRawPointer {
    unsafe UnsafeRawPointer(base + Self.octetsAt)
  }

  /// Whether the lower-case wire form is `wire`.
  public func isEqual(to wire: StaticString) -> Bool {
    guard length == wire.utf8CodeUnitCount else { return false }
    // SAFETY: both have `length` octets.
    return unsafe UnsafeRawBufferPointer(start: octets, count: length)
      .elementsEqual(UnsafeRawBufferPointer(start: wire.utf8Start, count: length))
  }

  /// Takes the uncompressed name at `start` of `message` apart.
  ///
  /// Returns the offset behind it, or nil where it is cut off, compressed or over 255 octets.
  @inlinable
  public func scan(_ message: PacketReader, at start: Int, key: NameHashKey) -> Int? {
    var at = start
    var labels = 0
    while let length = message.octet(at), length != 0 {
      let position = at &- start
      guard length <= 63, position < Self.capacity - 2 else { return nil }
      unsafe base.storeBytes(
        of: UInt8(truncatingIfNeeded: position), toByteOffset: Self.offsetsAt &+ labels,
        as: UInt8.self)
      labels &+= 1
      at &+= 1 &+ Int(length)
    }
    let length = at &- start &+ 1
    guard length <= Self.capacity, at < message.count else { return nil }
    // The octets of lengths are below those of letters, so that whole words are made lower case.
    let rest = message.count &- start
    guard let octets = unsafe message.slice(start, rest)?.baseAddress else { return nil }
    func copy(_ at: Int) {
      let word = unsafe octets.loadUnaligned(fromByteOffset: at, as: SIMD2<UInt64>.self)
      unsafe base.storeBytes(
        of: lowercased(word), toByteOffset: Self.octetsAt &+ at, as: SIMD2<UInt64>.self)
    }
    var copied = 0
    while copied < min(length, rest & ~15) {
      copy(copied)
      copied &+= 16
    }
    if copied < length, rest >= 16 {
      // The message ends within the next 16 octets: some are copied once more.
      copy(rest &- 16)
      copied = length
    }
    while copied < length {
      unsafe base.storeBytes(
        of: lowercased(SIMD2(message.word(start &+ copied), 0)).x.littleEndian,
        toByteOffset: Self.octetsAt &+ copied, as: UInt64.self)
      copied &+= 8
    }
    finish(labels: labels, length: length, key: key)
    return at &+ 1
  }

  /// Takes the name whose uncompressed, lower-case wire form is `wire` apart; nothing changes where it is
  /// not one valid name.
  @unsafe
  public func load(_ wire: UnsafeRawBufferPointer, key: NameHashKey) {
    _ = unsafe scan(PacketReader(wire), at: 0, key: key)
  }

  @inlinable
  @inline(__always)
  func finish(labels: Int, length: Int, key: NameHashKey) {
    unsafe base.storeBytes(of: labels, toByteOffset: Self.labelCountAt, as: Int.self)
    unsafe base.storeBytes(of: length, toByteOffset: Self.lengthAt, as: Int.self)
    var hash = key.root
    unsafe base.storeBytes(of: hash, toByteOffset: Self.hashesAt &+ 8 &* labels, as: UInt64.self)
    var index = labels
    var end = length &- 1
    while index > 0 {
      index &-= 1
      let at = Int(unsafe base.load(fromByteOffset: Self.offsetsAt &+ index, as: UInt8.self))
      hash = unsafe key.extend(
        hash, label: octets + (at &+ 1), length: end &- at &- 1)
      unsafe base.storeBytes(of: hash, toByteOffset: Self.hashesAt &+ 8 &* index, as: UInt64.self)
      end = at
    }
  }
}

/// Sixteen octets with the capital letters of ASCII among them made small.
@inlinable
@inline(__always)
func lowercased(_ octets: SIMD2<UInt64>) -> SIMD2<UInt64> {
  let each: UInt64 = 0x0101_0101_0101_0101
  // In each octet, bit 7 of these sums says whether its lower bits are at least `A`, or above `Z`.
  let low = octets & SIMD2(repeating: 0x7F &* each)
  let fromA = low &+ SIMD2(repeating: (0x80 - 0x41) &* each)
  let behindZ = low &+ SIMD2(repeating: (0x7F - 0x5A) &* each)
  let capitals = (fromA ^ behindZ) & ~octets & SIMD2(repeating: 0x80 &* each)
  return octets | capitals &>> 2
}
