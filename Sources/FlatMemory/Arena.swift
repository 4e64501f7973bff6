import Glibc

/// Owns the memory of tables; frees it all when it goes.
///
/// Tables are made by the one thread that builds a version; after that an arena is only kept and freed.
@safe
public final class Arena: @unchecked Sendable {
  // SAFETY: made by `table` only, freed in `deinit` only; every block comes from `malloc` and its kin.
  private var blocks: [UnsafeMutableRawPointer] = unsafe []

  // SAFETY: what tables without elements point to. Nobody reads or writes it.
  nonisolated(unsafe) private static let nothing = UnsafeMutableRawPointer.allocate(
    byteCount: 64, alignment: 64)

  /// An arena with nothing in it.
  public init() {}

  deinit { unsafe blocks.forEach { unsafe free($0) } }

  /// A table with the elements of `array`, aligned to a cache line; valid as long as the arena.
  public func table<Element: BitwiseCopyable>(_ array: [Element]) -> Table<Element> {
    let size = array.count * MemoryLayout<Element>.stride
    guard size > 0 else { return empty() }
    guard let block = unsafe aligned_alloc(64, (size + 63) & ~63) else {
      preconditionFailure("no memory for \(size) octets")
    }
    unsafe blocks.append(block)
    let base = unsafe block.bindMemory(to: Element.self, capacity: array.count)
    unsafe array.withUnsafeBufferPointer { source in
      if let start = source.baseAddress {
        unsafe base.initialize(from: start, count: source.count)
      }
    }
    return unsafe Table(base: base, count: array.count)
  }

  /// What `builder` has as a table, not copied; valid as long as the arena.
  public func table<Element: BitwiseCopyable>(
    _ builder: consuming TableBuilder<Element>
  ) -> Table<Element> {
    let count = builder.count
    guard let base = unsafe builder.finish() else { return empty() }
    unsafe blocks.append(UnsafeMutableRawPointer(base))
    return unsafe Table(base: base, count: count)
  }

  private func empty<Element: BitwiseCopyable>() -> Table<Element> {
    unsafe Table(base: Self.nothing.assumingMemoryBound(to: Element.self), count: 0)
  }
}
