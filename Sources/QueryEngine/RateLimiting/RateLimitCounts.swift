import Addresses

/// What rate limits have done.
public struct RateLimitCounts: Hashable, Sendable {
  /// Answers that were not sent.
  public var dropped: UInt64
  /// Answers that were sent truncated, with nothing in them.
  public var truncated: UInt64
  /// Answers that were sent, and would have been limited were it not for the log-only mode.
  public var passed: UInt64
  /// A network that was limited lately; nil where none was.
  public var network: IPPrefix?

  /// Nothing yet, unless said otherwise.
  public init(
    dropped: UInt64 = 0, truncated: UInt64 = 0, passed: UInt64 = 0, network: IPPrefix? = nil
  ) {
    self.dropped = dropped
    self.truncated = truncated
    self.passed = passed
    self.network = network
  }

  /// The sums of two, with a network of either.
  public static func + (a: RateLimitCounts, b: RateLimitCounts) -> RateLimitCounts {
    RateLimitCounts(
      dropped: a.dropped &+ b.dropped, truncated: a.truncated &+ b.truncated,
      passed: a.passed &+ b.passed, network: b.network ?? a.network)
  }
}
