import FlatMemory
import Glibc
import Synchronization

/// One word a reader, each in a cache line of its own.
@safe
struct ReaderSlots: @unchecked Sendable {
  // SAFETY: never freed: a publication lives as long as the process. Access is atomic.
  private let base: UnsafeMutableRawPointer
  private static let stride = CacheLines.stride

  init(count: Int) {
    unsafe base = CacheLines.allocate(byteCount: count * Self.stride)
    for index in 0..<count {
      unsafe (base + index * Self.stride).initializeMemory(
        as: Atomic<UInt>.self, to: Atomic<UInt>(ReaderSlot.free))
    }
  }

  func slot(_ index: Int) -> ReaderSlot {
    unsafe ReaderSlot(
      word: (base + index * Self.stride).assumingMemoryBound(to: Atomic<UInt>.self))
  }
}

/// The word of one reader: the epoch it was last seen in, or one of two marks.
@safe
struct ReaderSlot: @unchecked Sendable {
  /// The reader uses nothing.
  static let offline: UInt = 0
  /// There is no reader.
  static let free = UInt.max

  // SAFETY: points into `ReaderSlots`, which are never freed; access is atomic.
  private let word: UnsafeMutablePointer<Atomic<UInt>>

  init(word: UnsafeMutablePointer<Atomic<UInt>>) { unsafe self.word = unsafe word }

  /// Where it is, as addresses.
  var written: Range<UInt> {
    unsafe CacheLines.addresses(UnsafeRawPointer(word), byteCount: MemoryLayout<UInt>.size)
  }

  /// Makes a free slot an offline reader's; false where it was not free.
  func claim() -> Bool {
    unsafe word.pointee.compareExchange(
      expected: Self.free, desired: Self.offline, ordering: .sequentiallyConsistent
    ).exchanged
  }

  func load() -> UInt {
    unsafe word.pointee.load(ordering: .sequentiallyConsistent)
  }

  func store(_ value: UInt) {
    unsafe word.pointee.store(value, ordering: .sequentiallyConsistent)
  }
}

/// Waits a little: a few turns for a reader that is in the middle of a batch, then in steps of 50 µs.
func pause(_ spins: Int) {
  if spins < 64 { sched_yield() } else { usleep(50) }
}
