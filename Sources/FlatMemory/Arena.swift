/// Owns the memory of tables; frees it all when it goes.
///
/// Tables are made by the one thread that builds a version; after that an arena is only kept and freed.
@safe
public final class Arena: @unchecked Sendable {
  // SAFETY: made by `table` only, freed in `deinit` only.
  private var blocks: [UnsafeMutableRawPointer] = unsafe []

  /// An arena with nothing in it.
  public init() {}

  deinit { unsafe blocks.forEach { unsafe $0.deallocate() } }

  /// A table with the elements of `array`, aligned to a cache line; valid as long as the arena.
  public func table<Element: BitwiseCopyable>(_ array: [Element]) -> Table<Element> {
    let size = max(1, array.count) * MemoryLayout<Element>.stride
    let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    unsafe blocks.append(block)
    let base = unsafe block.bindMemory(to: Element.self, capacity: max(1, array.count))
    unsafe array.withUnsafeBufferPointer { source in
      if let start = source.baseAddress {
        unsafe base.initialize(from: start, count: source.count)
      }
    }
    return unsafe Table(base: base, count: array.count)
  }
}
