import Addresses

/// The EDNS Client Subnet option of a query (RFC 7871 §6).
@frozen
public struct ClientSubnet: Sendable {
  /// Whether the option came.
  public var isPresent = false
  /// The option's FAMILY: 1 for IPv4, 2 for IPv6.
  public var family: UInt16 = 0
  /// SOURCE PREFIX-LENGTH in bits.
  public var sourceLength = 0
  /// The address; the bits behind the prefix are 0. As it was written: `::ffff:0:0/96` is still IPv6.
  public var address = IPAddress(ipv4: 0)

  /// No option.
  public init() {}

  /// How many octets of address the option carries.
  @inlinable public var addressOctets: Int { (sourceLength + 7) / 8 }
}

extension ClientSubnet {
  /// Reads the option's `length` octets at `start`.
  init(_ message: PacketReader, at start: Int, length: Int) throws(EDNSError) {
    guard length >= 4, let family = message.uint16(start),
      let source = message.octet(start + 2), let scope = message.octet(start + 3)
    else { throw .malformed }
    let width = family == 1 ? 32 : family == 2 ? 128 : 0
    guard width > 0, Int(source) <= width, scope == 0, length == 4 + (Int(source) + 7) / 8 else {
      throw .malformed
    }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for index in 0..<(length - 4) {
      let octet = UInt64(message.knownOctet(start + 4 + index))
      if index < 8 {
        high |= octet << UInt64(56 - 8 * index)
      } else {
        low |= octet << UInt64(120 - 8 * index)
      }
    }
    isPresent = true
    self.family = family
    sourceLength = Int(source)
    address =
      family == 1
      ? IPAddress(ipv4: UInt32(truncatingIfNeeded: high >> 32)) : IPAddress(high: high, low: low)
    guard address.masked(to: sourceLength) == address else { throw .malformed }
  }
}

extension PacketWriter {
  /// Appends the client subnet of a query with the scope of the answer (RFC 7871 §7.2.1).
  public mutating func append(_ subnet: ClientSubnet, scope: Int) {
    append(EDNSOption.clientSubnet)
    append(UInt16(truncatingIfNeeded: 4 + subnet.addressOctets))
    append(subnet.family)
    append(UInt8(truncatingIfNeeded: subnet.sourceLength))
    append(UInt8(truncatingIfNeeded: scope))
    let high = subnet.family == 1 ? subnet.address.low << 32 : subnet.address.high
    for index in 0..<subnet.addressOctets {
      let half = index < 8 ? high : subnet.address.low
      append(UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * (index & 7))))
    }
  }
}
