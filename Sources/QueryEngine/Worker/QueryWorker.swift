import DNSWire
import Steering

/// The memory of one worker: scratch space and what steering remembers. A plain pointer, free to copy;
/// one thread uses it, and it lives as long as the process.
@safe
public struct QueryWorker: @unchecked Sendable {
  let name: ScannedName
  let steering: SteeringMemory
  let compression: CompressionTable
  let chain: NameChain
  let accounts: RateAccounts
  let rateCounters: RateCounters

  /// A worker whose random numbers follow from `seed`. What its answers come from is noted in `journal`.
  public init(seed: UInt64, journal: SteeringJournal? = nil) {
    name = ScannedName()
    steering = SteeringMemory(seed: seed, journal: journal)
    compression = CompressionTable()
    chain = NameChain()
    accounts = RateAccounts(key: NameHashKey(seed: ~seed))
    rateCounters = RateCounters()
  }

  /// What its rate limit has done. Any thread may ask.
  public var rateLimitCounts: RateLimitCounts { rateCounters.counts }
}
