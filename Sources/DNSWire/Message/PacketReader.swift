/// The only way in which octets from the network are read: each access is checked.
@frozen
@safe
public struct PacketReader {
  // SAFETY: readable for `count` octets while the reader is in use; every access is checked against it.
  @usableFromInline let base: UnsafeRawPointer

  /// How many octets there are.
  public let count: Int

  /// A reader of `buffer`, which must outlive it.
  @unsafe
  @inlinable
  public init(_ buffer: UnsafeRawBufferPointer) {
    if let start = buffer.baseAddress {
      unsafe base = unsafe start
      count = buffer.count
    } else {
      unsafe base = UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
      count = 0
    }
  }

  /// The octet at `offset`; nil behind the end.
  @inlinable
  public func octet(_ offset: Int) -> UInt8? {
    // Unsigned, one compare serves for both ends.
    guard UInt(bitPattern: offset) < UInt(bitPattern: count) else { return nil }
    return unsafe base.load(fromByteOffset: offset, as: UInt8.self)
  }

  /// The 16-bit number at `offset`, from network order; nil where it is not all there.
  @inlinable
  public func uint16(_ offset: Int) -> UInt16? {
    guard offset >= 0, offset <= count &- 2 else { return nil }
    return UInt16(bigEndian: unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  /// The 32-bit number at `offset`, from network order; nil where it is not all there.
  @inlinable
  public func uint32(_ offset: Int) -> UInt32? {
    guard offset >= 0, offset <= count &- 4 else { return nil }
    return UInt32(bigEndian: unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// The 64-bit number at `offset`, from network order; nil where it is not all there.
  @inlinable
  public func uint64(_ offset: Int) -> UInt64? {
    guard offset >= 0, offset <= count &- 8 else { return nil }
    return UInt64(bigEndian: unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The 8 octets from `offset` on, the first in the low end; what lies behind the end is 0.
  @inlinable
  public func word(_ offset: Int) -> UInt64 {
    let missing = offset &- (count &- 8)
    if count >= 8, offset >= 0, missing < 8 {
      // The last 8 octets have what is left.
      let word = unsafe base.loadUnaligned(
        fromByteOffset: offset &- max(0, missing), as: UInt64.self)
      return UInt64(littleEndian: word) &>> UInt64(8 &* max(0, missing))
    }
    var word: UInt64 = 0
    var index = 0
    while index < 8 {
      word |= UInt64(octet(offset &+ index) ?? 0) &<< UInt64(8 &* index)
      index &+= 1
    }
    return word
  }

  /// The octets of `range`; nil where they are not all there. Valid as long as the reader's buffer.
  @unsafe
  @inlinable
  public func slice(_ start: Int, _ length: Int) -> UnsafeRawBufferPointer? {
    guard start >= 0, length >= 0, start <= count &- length else { return nil }
    return unsafe UnsafeRawBufferPointer(start: base + start, count: length)
  }

  /// The offset behind the name at `start`, which may end in a compression pointer (RFC 1035 §4.1.4);
  /// nil where it is cut off or has a label type that does not exist.
  @inlinable
  @inline(__always)
  public func skipName(_ start: Int) -> Int? {
    // Most often it is the root, which owns an OPT.
    octet(start) == 0 ? start &+ 1 : skipLabels(start)
  }

  @inlinable
  func skipLabels(_ start: Int) -> Int? {
    var at = start
    while let length = octet(at) {
      if length == 0 { return at + 1 }
      if length >= 0xC0 { return at + 2 <= count ? at + 2 : nil }
      guard length <= 63, at - start < 255 else { return nil }
      at += 1 + Int(length)
    }
    return nil
  }

  /// The offset behind the RR whose TYPE is at `fixed`; nil where it is cut off.
  @inlinable
  public func skipFixed(_ fixed: Int) -> Int? {
    guard let length = uint16(fixed &+ 8) else { return nil }
    let end = fixed &+ 10 &+ Int(length)
    return end <= count ? end : nil
  }
}
