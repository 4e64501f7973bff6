import FlatMemory
import Glibc

/// Page-aligned memory of a fixed size. Pages that were never touched cost nothing.
@safe
struct Region: ~Copyable {
  // SAFETY: owned, `count` octets; `bytes` hands out only what lies inside.
  private let base: UnsafeMutableRawPointer
  let count: Int

  init(count: Int) {
    self.count = count
    unsafe base = UnsafeMutableRawPointer.allocate(
      byteCount: CacheLines.padded(count), alignment: 4096)
  }

  deinit { unsafe base.deallocate() }

  /// Where it is, as addresses, to the end of its last cache line.
  var addresses: Range<UInt> {
    unsafe CacheLines.addresses(UnsafeRawPointer(base), byteCount: count)
  }

  /// The place of `count` octets from `offset`, valid while the region is.
  @inline(__always)
  func pointer(_ offset: Int, _ count: Int) -> UnsafeMutableRawPointer {
    precondition(offset >= 0 && count >= 0 && offset + count <= self.count)
    return unsafe base + offset
  }

  /// `count` octets from `offset`, valid while the region is.
  @inline(__always)
  func bytes(_ offset: Int, _ count: Int) -> UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(start: pointer(offset, count), count: count)
  }

  // SAFETY, for the rest: `bytes` and `pointer` keep the bounds.

  /// Copies octets inside the region; the two places may overlap.
  func move(from source: Int, to target: Int, count: Int) {
    unsafe bytes(target, count).copyMemory(from: UnsafeRawBufferPointer(bytes(source, count)))
  }

  /// The 16-bit number in network order at `offset`.
  @inline(__always)
  func number(at offset: Int) -> Int {
    unsafe Int(UInt16(bigEndian: pointer(offset, 2).loadUnaligned(as: UInt16.self)))
  }

  /// Writes a 16-bit number in network order.
  @inline(__always)
  func setNumber(_ value: Int, at offset: Int) {
    unsafe pointer(offset, 2).storeBytes(
      of: UInt16(truncatingIfNeeded: value).bigEndian, as: UInt16.self)
  }
}
