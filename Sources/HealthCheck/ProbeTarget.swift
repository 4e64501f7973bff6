import HealthState

/// One target and how it is probed.
public struct ProbeTarget: Hashable, Sendable {
  /// What is probed, and where its health is kept.
  public var key: ProbeKey
  /// How it is probed.
  public var settings: CheckSettings

  /// A target from its parts.
  public init(key: ProbeKey, settings: CheckSettings) {
    self.key = key
    self.settings = settings
  }
}
