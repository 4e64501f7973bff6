/// When a choice of a failover serves again that was down and is up.
public enum Failback: Hashable, Sendable {
  /// At once.
  case auto
  /// After so many milliseconds without another failure.
  case after(milliseconds: UInt64)
  /// When an operator says so.
  case manual
}
