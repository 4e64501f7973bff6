/// The addresses that a host name has been resolved to.
public struct HostAddresses: Hashable, Sendable {
  /// Of both families; empty where it has none, or none is known.
  public var addresses: [IPAddress]
  /// The largest TTL that they may be answered with, in seconds.
  public var ttl: UInt32

  /// Addresses and their TTL; without any, none.
  public init(_ addresses: [IPAddress] = [], ttl: UInt32 = .max) {
    self.addresses = addresses
    self.ttl = ttl
  }
}
