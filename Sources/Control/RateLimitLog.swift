import QueryEngine

/// Says that the rate limit is at work, at once and then at most once a minute while it is.
struct RateLimitLog {
  private var reported = RateLimitCounts()
  private var silentUntil = Int64.min

  /// The line to log for what has been counted by `now`, in seconds; nil where there is nothing new to say,
  /// or it is too early.
  mutating func line(_ counts: RateLimitCounts, now: Int64) -> String? {
    var seen = counts
    seen.network = reported.network
    guard now >= silentUntil, seen != reported, let network = counts.network else { return nil }
    let dropped = counts.dropped &- reported.dropped
    let truncated = counts.truncated &- reported.truncated
    let passed = counts.passed &- reported.passed
    reported = counts
    silentUntil = now + 60
    var parts: [String] = []
    if dropped > 0 { parts.append("\(dropped) answers dropped") }
    if truncated > 0 { parts.append("\(truncated) truncated") }
    if passed > 0 { parts.append("\(passed) sent that would have been limited (log-only)") }
    return "rate limit: \(parts.joined(separator: ", ")), lately to \(network)"
  }
}
