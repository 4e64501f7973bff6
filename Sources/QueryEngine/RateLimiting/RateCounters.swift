import Addresses
import FlatMemory
import Synchronization

/// What one worker's rate limit has done: the worker writes, anybody reads.
@safe
struct RateCounters: @unchecked Sendable {
  private enum Word: Int, CaseIterable {
    case dropped, truncated, passed, high, low, family
  }

  // SAFETY: `Word.allCases.count` initialized atomics in cache lines of their own, which live as long as
  // the process.
  private let words: UnsafeMutablePointer<Atomic<UInt64>>

  init() {
    let memory = unsafe CacheLines.allocate(byteCount: Self.byteCount)
    unsafe words = memory.bindMemory(to: Atomic<UInt64>.self, capacity: Word.allCases.count)
    for index in Word.allCases.indices { unsafe (words + index).initialize(to: Atomic(0)) }
  }

  private static var byteCount: Int { Word.allCases.count * MemoryLayout<UInt64>.stride }

  /// Where they are written to, as addresses.
  var written: Range<UInt> {
    unsafe CacheLines.addresses(UnsafeRawPointer(words), byteCount: Self.byteCount)
  }

  /// Counts an answer that was limited, or that would have been.
  func count(_ verdict: RateAccounts.Verdict, to network: IPPrefix, isLogOnly: Bool) {
    let word: Word = isLogOnly ? .passed : verdict == .drop ? .dropped : .truncated
    // Only this thread writes, so no locked instruction is needed.
    set(word, value(word) &+ 1)
    set(.high, network.address.high)
    set(.low, network.address.low)
    set(.family, UInt64(network.length) << 1 | (network.address.isIPv4 ? 1 : 0))
  }

  /// What has been counted. The network may be mixed of two where it is just changing.
  var counts: RateLimitCounts {
    let family = value(.family)
    let address =
      family & 1 == 1
      ? IPAddress(ipv4: UInt32(truncatingIfNeeded: value(.low)))
      : IPAddress(high: value(.high), low: value(.low))
    let isAny = value(.dropped) | value(.truncated) | value(.passed) > 0
    return RateLimitCounts(
      dropped: value(.dropped), truncated: value(.truncated), passed: value(.passed),
      network: isAny ? IPPrefix(address, length: Int(family >> 1)) : nil)
  }

  private func value(_ word: Word) -> UInt64 {
    unsafe words[word.rawValue].load(ordering: .relaxed)
  }

  private func set(_ word: Word, _ value: UInt64) {
    unsafe words[word.rawValue].store(value, ordering: .relaxed)
  }
}
