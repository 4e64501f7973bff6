import Glibc

/// An array of 25 MB that is read at random: what a look-up is held against.
@safe
final class RandomArray: @unchecked Sendable {
  // SAFETY: `count` elements, written in `init` and freed in `deinit`.
  private let elements: UnsafeMutablePointer<UInt32>
  /// How many elements it has, of 4 octets.
  static let count: UInt32 = 25_000_000 / 4

  /// In pages of 2 MiB where the kernel has them, or in small ones.
  init(hugePages: Bool) {
    let size = Int(Self.count) * 4
    let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 2 << 20)
    _ = unsafe madvise(block, size, hugePages ? MADV_HUGEPAGE : MADV_NOHUGEPAGE)
    unsafe elements = block.bindMemory(to: UInt32.self, capacity: Int(Self.count))
    for index in 0..<Self.count { unsafe elements[Int(index)] = index & 0xFF_FFFF }
  }

  deinit { unsafe elements.deallocate() }

  /// The element at an index below `count`.
  @inline(__always)
  func load(_ index: UInt32) -> UInt32 {
    precondition(index < Self.count)
    return unsafe elements[Int(index)]
  }
}
