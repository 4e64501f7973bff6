import FlatMemory
import QueryEngine
import Testing

/// Law of the data plane: workers share nothing that is written for a query, nor a cache line of it.
struct LayoutTests {
  @Test("each worker writes to cache lines of its own")
  func workers() {
    let written = (0..<8).flatMap { QueryWorker(seed: $0).written }
    #expect(written.count == 8 * 6)
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
