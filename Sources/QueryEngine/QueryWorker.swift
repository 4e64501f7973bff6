/// The memory of one worker: scratch space, random numbers, counters. A plain pointer, free to copy.
@safe
public struct QueryWorker: @unchecked Sendable {
  /// A worker whose random numbers follow from `seed`.
  public init(seed: UInt64) {}
}
