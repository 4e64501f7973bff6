/// Whom host names are resolved by.
public struct ResolverSettings: Hashable, Sendable {
  /// The resolvers, in the order in which they are asked; nil: those of `/etc/resolv.conf`.
  public var servers: [ResolverAddress]?
  /// How long each may take before the next is asked; twice as long when all are asked a second time.
  public var timeout = Duration.seconds(2)

  /// The system's resolvers.
  public init() {}
}
