import FlatMemory
import Synchronization

/// What one thread counts, in cache lines of its own: it writes, anybody reads.
@safe
package struct Counters: @unchecked Sendable {
  enum Counter: Int, CaseIterable {
    case queries, replies, drops, truncated, failedSends, queryOctets, replyOctets
    case connections, closedConnections, timedOutConnections, evictedConnections, failedAccepts
  }

  // SAFETY: `Counter.allCases.count` initialized atomics, owned by the server, which frees them when
  // its threads have ended.
  private let words: UnsafeMutablePointer<Atomic<UInt64>>

  package init() {
    let memory = unsafe CacheLines.allocate(byteCount: Self.byteCount)
    unsafe words = memory.bindMemory(to: Atomic<UInt64>.self, capacity: Counter.allCases.count)
    for index in Counter.allCases.indices {
      unsafe (words + index).initialize(to: Atomic(0))
    }
  }

  private static var byteCount: Int { Counter.allCases.count * MemoryLayout<UInt64>.stride }

  /// Where it counts, as addresses.
  var written: Range<UInt> {
    unsafe CacheLines.addresses(UnsafeRawPointer(words), byteCount: Self.byteCount)
  }

  func deallocate() { unsafe words.deallocate() }

  /// Adds to a counter. Only the thread that owns the counters does, so it needs no locked instruction.
  @inline(__always)
  func add(_ counter: Counter, _ count: Int = 1) {
    let word = unsafe words + counter.rawValue
    let value = unsafe word.pointee.load(ordering: .relaxed)
    unsafe word.pointee.store(value &+ UInt64(truncatingIfNeeded: count), ordering: .relaxed)
  }

  /// The value of a counter.
  subscript(_ counter: Counter) -> UInt64 {
    unsafe words[counter.rawValue].load(ordering: .relaxed)
  }
}

extension TransportStatistics.Messages {
  mutating func add(_ counters: Counters) {
    queries += counters[.queries]
    replies += counters[.replies]
    drops += counters[.drops]
    truncated += counters[.truncated]
    failedSends += counters[.failedSends]
    queryOctets += counters[.queryOctets]
    replyOctets += counters[.replyOctets]
  }
}
