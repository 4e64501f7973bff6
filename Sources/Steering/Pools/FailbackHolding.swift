/// A failover that does not go back at once to a pool that has been down.
public struct FailbackHolding: Sendable {
  /// Whose it is, for people: the owner or the policy's name, and the zone.
  public var subject: String
  /// When it goes back.
  public var failback: Failback
  /// In the order of the failover the index of each pool of the zone, and that of its image: the same pool,
  /// published as down while it is held back.
  public var pools: [(pool: Int, image: Int)]

  /// A holding from its parts.
  public init(subject: String, failback: Failback, pools: [(pool: Int, image: Int)]) {
    self.subject = subject
    self.failback = failback
    self.pools = pools
  }
}
