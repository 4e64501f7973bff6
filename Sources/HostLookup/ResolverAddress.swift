import Addresses

/// Where a resolver is asked, over UDP and TCP.
public struct ResolverAddress: Hashable, Sendable {
  /// The address.
  public var address: IPAddress
  /// The port, 1 to 65535.
  public var port: UInt16

  /// An address and a port.
  public init(_ address: IPAddress, port: UInt16 = 53) {
    self.address = address
    self.port = port
  }
}

extension ResolverAddress: CustomStringConvertible {
  /// `192.0.2.1:53` or `[2001:db8::1]:53`.
  public var description: String {
    address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }
}
