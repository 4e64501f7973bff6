import HealthState

/// A target went up or down.
public struct HealthChange: Equatable, Sendable {
  /// The target.
  public var key: ProbeKey
  /// What it is now.
  public var isUp: Bool
  /// What the deciding probe saw, in words: one line of printable ASCII.
  public var reason: String
  /// When the probe ended, in milliseconds of the monotonic clock.
  public var at: UInt64

  /// A change from its parts.
  public init(key: ProbeKey, isUp: Bool, reason: String, at: UInt64) {
    self.key = key
    self.isUp = isUp
    self.reason = reason
    self.at = at
  }
}
