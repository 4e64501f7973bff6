/// The timeline of a planned move: a pure function of plan and time.
@frozen
public struct Timeline: Hashable, Sendable, BitwiseCopyable {
  /// The planned moment `T`, in seconds since 1970 (UTC).
  public var at: Int64
  /// How long before `T` every copy in the world has at most `low` to live, in seconds.
  public var lead: Int64
  /// The TTL to come down to, in seconds.
  public var low: UInt32
  /// The largest TTL that any copy may have been sent with before, in seconds.
  public var old: UInt32
  /// How long after `T` the TTL stays low, in seconds.
  public var hold: Int64
  /// How far the clocks of two servers may be apart, in seconds.
  public var skew: Int64

  /// A timeline from its parts.
  public init(at: Int64, lead: Int64, low: UInt32, old: UInt32, hold: Int64, skew: Int64 = 2) {
    self.at = at
    self.lead = lead
    self.low = low
    self.old = old
    self.hold = hold
    self.skew = skew
  }
}
