extension Timeline {
  /// The moment `D = at - lead` from which nobody holds a copy with more than `low` to live, in seconds
  /// since 1970.
  @inlinable public var deadline: Int64 { at.saturatingSubtracting(max(lead, 0)) }

  /// The moment at which the TTL starts to come down for the first networks, in seconds since 1970.
  public var countdownStart: Int64 {
    deadline.saturatingSubtracting(margin).saturatingSubtracting(Int64(old) + Int64(old / 2))
  }

  /// The moment `at + hold` from which the normal TTL is sent again, in seconds since 1970.
  @inlinable public var end: Int64 { at.saturatingAdding(max(hold, 0)) }

  /// Seconds by which the countdown is ahead of the deadline: one for clocks read in whole seconds, and
  /// the skew, so that the promise holds by the clock of every server.
  @inlinable var margin: Int64 { max(skew, 0).saturatingAdding(1) }

  /// The TTL to send at `now`; never above `normal`, and never rising before `end`.
  ///
  /// A copy handed out at `t` expires by `max(deadline, t + low)`, so that from `deadline` on nobody holds
  /// one with more than `low` to live, and by `at + low` no copy predates `at`.
  ///
  /// - Parameters:
  ///   - normal: The TTL of the RRset without the plan, in seconds; at most `old`.
  ///   - now: Seconds since 1970 (UTC).
  ///   - spread: A uniform hash of the packet's source network: copies of different networks expire at
  ///     different moments of the half of `old` that ends with the deadline.
  @inlinable
  public func ttl(normal: UInt32, now: Int64, spread: UInt32) -> UInt32 {
    if now >= end { return normal }
    let share = Int64((UInt64(spread) * (UInt64(old / 2) + 1)) >> 32)
    let remaining = deadline.saturatingSubtracting(margin).saturatingSubtracting(share)
      .saturatingSubtracting(now)
    guard remaining < Int64(old) else { return normal }
    return min(normal, max(low, UInt32(max(remaining, 0))))
  }

  /// The earliest `at` that leaves this plan its countdown when it is first served at `now`: copies with
  /// the old TTL handed out until then have expired by the deadline.
  public func earliestSafeAt(now: Int64) -> Int64 {
    now.saturatingAdding(margin).saturatingAdding(Int64(old)).saturatingAdding(max(lead, 0))
  }

  /// Where `now`, in seconds since 1970, lies in the plan.
  public func phase(now: Int64) -> TimelinePhase {
    if now >= end { return .after }
    if now >= deadline { return .low }
    return now >= countdownStart ? .countdown : .before
  }
}

extension Int64 {
  /// The difference, or the nearest end of the range where it overflows.
  @inlinable
  func saturatingSubtracting(_ other: Int64) -> Int64 {
    let (difference, overflows) = subtractingReportingOverflow(other)
    return overflows ? (self < 0 ? .min : .max) : difference
  }

  /// The sum, or the nearest end of the range where it overflows.
  @inlinable
  func saturatingAdding(_ other: Int64) -> Int64 {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? (self < 0 ? .min : .max) : sum
  }
}
