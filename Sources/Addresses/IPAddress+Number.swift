extension IPAddress {
  /// An IPv6 address from its 128 bits in host order.
  @inlinable
  public init(ipv6: UInt128) {
    self.init(
      high: UInt64(truncatingIfNeeded: ipv6 >> 64), low: UInt64(truncatingIfNeeded: ipv6))
  }

  /// The bits of the address as a number: 32 of them for IPv4, 128 for IPv6.
  @inlinable public var number: UInt128 { UInt128(high) << 64 | UInt128(low) }
}
