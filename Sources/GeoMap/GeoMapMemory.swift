import Glibc

/// One block of memory, filled once and freed with its owner.
@safe
final class GeoMapMemory: @unchecked Sendable {
  // SAFETY: written by `append` only, which the initializer of the storage that owns it calls, before a view
  // of it exists; freed in `deinit` only.
  private let base: UnsafeMutableRawPointer
  private var end = 0

  /// How many octets it has.
  let octetCount: Int

  private static let cacheLine = 64
  private static let hugePage = 2 << 20

  /// Room for arrays whose `octetCount(of:)` add up to `octetCount`.
  init(octetCount: Int) {
    self.octetCount = octetCount
    guard octetCount >= Self.hugePage else {
      unsafe base = .allocate(byteCount: octetCount, alignment: Self.cacheLine)
      return
    }
    unsafe base = .allocate(byteCount: octetCount, alignment: Self.hugePage)
    // A random look-up would miss the TLB as often as the cache. Where the kernel has none, small pages do.
    _ = unsafe madvise(base, octetCount / Self.hugePage * Self.hugePage, MADV_HUGEPAGE)
  }

  deinit { unsafe base.deallocate() }

  /// How many octets an array takes: whole cache lines.
  static func octetCount<Element: BitwiseCopyable>(of elements: [Element]) -> Int {
    (elements.count * MemoryLayout<Element>.stride + cacheLine - 1) / cacheLine * cacheLine
  }

  /// Copies an array behind what is there already.
  @unsafe
  func append<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
    let size = Self.octetCount(of: elements)
    precondition(size <= octetCount - end, "more arrays than there is room for")
    let place = unsafe base + end
    end += size
    unsafe elements.withUnsafeBytes { source in
      guard let address = source.baseAddress else { return }
      unsafe place.copyMemory(from: address, byteCount: source.count)
    }
    return unsafe UnsafePointer(place.assumingMemoryBound(to: Element.self))
  }
}
