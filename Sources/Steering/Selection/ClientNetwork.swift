import Addresses

/// Which network around a client stands for it where clients are told apart by a hash.
@frozen
public struct ClientNetwork: Hashable, Sendable, BitwiseCopyable {
  /// The prefix length for IPv4, 1…32.
  public var ipv4Length: UInt8
  /// The prefix length for IPv6, 1…64.
  public var ipv6Length: UInt8

  /// A /24 and a /56, as RFC 7871 §11.1 recommends for client subnets.
  public static let standard = ClientNetwork(ipv4Length: 24, ipv6Length: 56)

  /// Networks of these prefix lengths.
  public init(ipv4Length: UInt8, ipv6Length: UInt8) {
    self.ipv4Length = ipv4Length
    self.ipv6Length = ipv6Length
  }

  /// The prefix length for a client. One in `::ffff:0:0/96` is told apart by its IPv4 address.
  @inlinable
  public func length(for client: IPAddress) -> Int {
    if client.isIPv4 { return Int(ipv4Length) }
    return client.canonical.isIPv4 ? 96 + Int(ipv4Length) : Int(ipv6Length)
  }

  /// A number below `HashSlots.count`, the same for all clients of a network on every server; each
  /// `attempt`, of `HashSlots.attempts`, has its own.
  @inlinable
  public func slot(of client: IPAddress, attempt: Int) -> Int {
    HashSlots.slot(hash(of: client), attempt: attempt)
  }

  /// A uniform hash, the same for all clients of a network on every server.
  @inlinable
  func hash(of client: IPAddress) -> UInt64 {
    let client = client.canonical
    let network: UInt64
    if client.isIPv4 {
      network = client.low >> UInt64(32 - min(32, ipv4Length))
    } else {
      network = ~(client.high >> UInt64(64 - min(64, ipv6Length)))
    }
    return HashSlots.mix(network)
  }
}
