import FlatMemory
import Testing

@testable import QueryEngine

/// Law of the data plane: workers share nothing that is written for a query, nor a cache line of it.
struct LayoutTests {
  @Test("each worker writes to cache lines of its own")
  func workers() {
    let written = (0..<8).flatMap { QueryWorker(seed: $0).written }
    #expect(written.count == 8 * 6)
    expectApart(written)
  }

  @Test("each reader of the published version writes to a cache line of its own")
  func readers() {
    let publication = Publication(Snapshot(bits: 1))
    let first = publication.register()
    let second = publication.register()
    let third = publication.register()
    expectApart([first.written, second.written, third.written])
  }

  private func expectApart(_ written: [Range<UInt>]) {
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
