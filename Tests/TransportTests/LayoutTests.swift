import FlatMemory
import Testing

@testable import Transport

/// Law of the data plane: workers share nothing that is written for a query, nor a cache line of it.
struct LayoutTests {
  @Test("each thread's batch and counters lie on cache lines of their own")
  func batchesAndCounters() {
    let first = DatagramBatch(sizeLimit: 1232, wantsDestination: true)
    let second = DatagramBatch(sizeLimit: 1232, wantsDestination: true)
    let counters = [Counters(), Counters()]
    let written = first.written + second.written + counters.map(\.written)
    #expect(written.count == 2 * 6 + 2)
    for range in written {
      #expect(range.lowerBound % UInt(CacheLines.stride) == 0)
      #expect(range.upperBound % UInt(CacheLines.stride) == 0)
    }
    let sorted = written.sorted { $0.lowerBound < $1.lowerBound }
    for (one, next) in zip(sorted, sorted.dropFirst()) {
      #expect(one.upperBound <= next.lowerBound)
    }
  }
}
