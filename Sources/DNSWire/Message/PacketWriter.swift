/// Builds a message in the caller's buffer. What does not fit sets `overflowed` and changes nothing, so
/// that a whole RRset can be written and then taken back.
@frozen
@safe
public struct PacketWriter {
  // SAFETY: writable for `limit` octets (and never more) while the writer is in use; every write is
  // checked against `limit`.
  @usableFromInline let base: UnsafeMutableRawPointer

  /// How many octets the message may have now.
  public private(set) var limit: Int
  @usableFromInline var end = 0
  @usableFromInline var isFull = false

  /// How many octets it has.
  @inlinable public var count: Int { end }
  /// Whether something did not fit since the last `rollBack`.
  @inlinable public var overflowed: Bool { isFull }

  /// A writer at the start of `buffer`, which must outlive it.
  @unsafe
  public init(_ buffer: UnsafeMutableRawBufferPointer) {
    if let start = buffer.baseAddress {
      unsafe base = unsafe start
      limit = min(buffer.count, 65_535)
    } else {
      unsafe base = UnsafeMutableRawPointer(bitPattern: 1).unsafelyUnwrapped
      limit = 0
    }
  }

  /// Lowers the limit to `octets`.
  public mutating func lowerLimit(to octets: Int) { limit = max(count, min(limit, octets)) }

  /// Gives `octets` more room, which an earlier `lowerLimit` had taken away.
  public mutating func raiseLimit(by octets: Int) { limit += octets }

  /// Goes back to where the message had `mark` octets and forgets an overflow since.
  public mutating func rollBack(to mark: Int) {
    end = min(mark, end)
    isFull = false
  }

  @inlinable
  @inline(__always)
  mutating func reserve(_ octets: Int) -> Bool {
    if isFull || octets > limit &- count {
      isFull = true
      return false
    }
    return true
  }

  /// Appends one octet.
  public mutating func append(_ value: UInt8) {
    guard reserve(1) else { return }
    unsafe base.storeBytes(of: value, toByteOffset: count, as: UInt8.self)
    end &+= 1
  }

  /// Appends a 16-bit number in network order.
  public mutating func append(_ value: UInt16) {
    guard reserve(2) else { return }
    unsafe base.storeBytes(of: value.bigEndian, toByteOffset: count, as: UInt16.self)
    end &+= 2
  }

  /// Appends a 32-bit number in network order.
  public mutating func append(_ value: UInt32) {
    guard reserve(4) else { return }
    unsafe base.storeBytes(of: value.bigEndian, toByteOffset: count, as: UInt32.self)
    end &+= 4
  }

  /// Appends a 64-bit number in network order.
  public mutating func append(_ value: UInt64) {
    guard reserve(8) else { return }
    unsafe base.storeBytes(of: value.bigEndian, toByteOffset: count, as: UInt64.self)
    end &+= 8
  }

  /// Appends an A record: the owner as a compression pointer; TYPE, CLASS and TTL as they follow each other in
  /// 64 bits; the address.
  @inlinable
  @inline(__always)
  public mutating func append(owner: UInt16, _ fields: UInt64, ipv4 address: UInt32) {
    guard reserve(16) else { return }
    unsafe base.storeBytes(of: owner.bigEndian, toByteOffset: count, as: UInt16.self)
    unsafe base.storeBytes(of: fields.bigEndian, toByteOffset: count &+ 2, as: UInt64.self)
    unsafe base.storeBytes(of: UInt16(4).bigEndian, toByteOffset: count &+ 10, as: UInt16.self)
    unsafe base.storeBytes(of: address.bigEndian, toByteOffset: count &+ 12, as: UInt32.self)
    end &+= 16
  }

  /// Appends an AAAA record in the same way.
  public mutating func append(
    owner: UInt16, _ fields: UInt64, ipv6 high: UInt64, _ low: UInt64
  ) {
    guard reserve(28) else { return }
    unsafe base.storeBytes(of: owner.bigEndian, toByteOffset: count, as: UInt16.self)
    unsafe base.storeBytes(of: fields.bigEndian, toByteOffset: count &+ 2, as: UInt64.self)
    unsafe base.storeBytes(of: UInt16(16).bigEndian, toByteOffset: count &+ 10, as: UInt16.self)
    unsafe base.storeBytes(of: high.bigEndian, toByteOffset: count &+ 12, as: UInt64.self)
    unsafe base.storeBytes(of: low.bigEndian, toByteOffset: count &+ 20, as: UInt64.self)
    end &+= 28
  }

  /// Appends the fixed part of an OPT pseudo-RR (RFC 6891 §6.1.2): the root, TYPE, CLASS and TTL as they follow
  /// each other in 64 bits, and an RDLENGTH of 0.
  @inlinable
  @inline(__always)
  public mutating func append(opt fields: UInt64) {
    guard reserve(11) else { return }
    unsafe base.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
    unsafe base.storeBytes(of: fields.bigEndian, toByteOffset: count &+ 1, as: UInt64.self)
    unsafe base.storeBytes(of: 0, toByteOffset: count &+ 9, as: UInt16.self)
    end &+= 11
  }

  /// Appends the octets of `source`.
  @unsafe
  public mutating func append(_ source: UnsafeRawBufferPointer) {
    guard let start = source.baseAddress, reserve(source.count) else { return }
    unsafe copy(source.count, from: start, to: base + count)
    end &+= source.count
  }

  /// Overwrites the octet at `offset`, which must have been written.
  public func set(_ value: UInt8, at offset: Int) {
    guard offset >= 0, offset < count else { return }
    unsafe base.storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
  }

  /// Overwrites the 16-bit number at `offset`, which must have been written.
  public func set(_ value: UInt16, at offset: Int) {
    guard offset >= 0, offset <= count &- 2 else { return }
    unsafe base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt16.self)
  }

  /// Overwrites the header (RFC 1035 §4.1.1), which must have been written: the ID, the flags and the four
  /// counts as they follow each other.
  public func setHeader(_ idFlagsQuestionsAnswers: UInt64, _ authorityAdditional: UInt32) {
    guard count >= Header.length else { return }
    unsafe base.storeBytes(of: idFlagsQuestionsAnswers.bigEndian, as: UInt64.self)
    unsafe base.storeBytes(of: authorityAdditional.bigEndian, toByteOffset: 8, as: UInt32.self)
  }

  /// The message so far.
  @unsafe
  public var written: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: base, count: count)
  }
}

/// Copies octets. Few of them, as most of what makes up a message, go in overlapping words: a call would take longer.
///
/// SAFETY: both must be there for `count` octets, and must not overlap.
@unsafe
@inline(__always)
private func copy(
  _ count: Int, from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer
) {
  func move<Word: BitwiseCopyable>(_ type: Word.Type, _ offset: Int) {
    unsafe target.storeBytes(
      of: source.loadUnaligned(fromByteOffset: offset, as: type), toByteOffset: offset, as: type)
  }
  switch count {
  case 8...16:
    move(UInt64.self, 0)
    move(UInt64.self, count &- 8)
  case 17...64:
    move(SIMD2<UInt64>.self, 0)
    move(SIMD2<UInt64>.self, count &- 16)
    if count > 32 {
      move(SIMD2<UInt64>.self, 16)
      move(SIMD2<UInt64>.self, count &- 32)
    }
  default:
    unsafe target.copyMemory(from: source, byteCount: count)
  }
}
