import HealthState

/// All that is known of one target, for a person to read.
public struct TargetStatus: Equatable, Sendable {
  /// The target and how it is probed.
  public var target: ProbeTarget
  /// Up or down, and how many results of one kind came last.
  public var health: TargetHealth
  /// What the last probe saw; nil before the first has ended.
  public var lastResult: String?
  /// When the target last went up or down, in milliseconds of the monotonic clock; nil where it never has.
  public var lastChange: UInt64?
  /// When its next probe starts, or when the running one started, in milliseconds of the monotonic clock.
  public var nextStart: UInt64
}
