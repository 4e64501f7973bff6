import DNSWire
import FlatMemory
import Steering

/// The memory of one worker: scratch space and what steering remembers. A plain pointer, free to copy;
/// one thread uses it, and it lives as long as the process.
@safe
public struct QueryWorker: @unchecked Sendable {
  private struct Parts {
    let name: ScannedName
    let chain: NameChain
    let compression: CompressionTable
    let steering: SteeringMemory
    let accounts: RateAccounts
    let rateCounters: RateCounters
  }

  // SAFETY: points to initialized parts that nobody writes to and that are never freed.
  private let parts: UnsafePointer<Parts>

  /// A worker whose random numbers follow from `seed`. What its answers come from is noted in `journal`.
  public init(seed: UInt64, journal: SteeringJournal? = nil) {
    let memory = unsafe CacheLines.allocate(byteCount: MemoryLayout<Parts>.size)
    let made = unsafe memory.bindMemory(to: Parts.self, capacity: 1)
    unsafe made.initialize(
      to: Parts(
        name: ScannedName(), chain: NameChain(), compression: CompressionTable(),
        steering: SteeringMemory(seed: seed, journal: journal),
        accounts: RateAccounts(key: NameHashKey(seed: ~seed)), rateCounters: RateCounters()))
    unsafe parts = UnsafePointer(made)
  }

  var name: ScannedName { unsafe parts.pointee.name }

  var steering: SteeringMemory { unsafe parts.pointee.steering }

  var compression: CompressionTable { unsafe parts.pointee.compression }

  var chain: NameChain { unsafe parts.pointee.chain }

  var accounts: RateAccounts { unsafe parts.pointee.accounts }

  var rateCounters: RateCounters { unsafe parts.pointee.rateCounters }

  /// What its rate limit has done. Any thread may ask.
  public var rateLimitCounts: RateLimitCounts { rateCounters.counts }

  /// Where queries are written to, as addresses.
  public var written: [Range<UInt>] {
    [
      name.written, steering.written, compression.written, chain.written, accounts.written,
      rateCounters.written,
    ]
  }
}
