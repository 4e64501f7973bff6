import Glibc

/// An IPv4 or IPv6 address as two words in host order.
///
/// An IPv4 address has `high` 0 and its 32 bits in the low half of `low`. `::ffff:0:0/96` is IPv4 only
/// after `canonical`; before it, it is the IPv6 address that it was written as.
@frozen
public struct IPAddress: Hashable, Sendable {
  /// The upper 64 bits of an IPv6 address; 0 for IPv4.
  public let high: UInt64
  /// The lower 64 bits of an IPv6 address; the 32 bits of an IPv4 one.
  public let low: UInt64
  /// Whether this is an IPv4 address.
  public let isIPv4: Bool

  /// An IPv4 address from its 32 bits in host order.
  @inlinable
  public init(ipv4: UInt32) {
    high = 0
    low = UInt64(ipv4)
    isIPv4 = true
  }

  /// An IPv6 address from its two halves in host order.
  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
    isIPv4 = false
  }

  /// The 32 bits of an IPv4 address, in host order; meaningless for IPv6.
  @inlinable public var ipv4: UInt32 { UInt32(truncatingIfNeeded: low) }

  /// How many bits an address of this family has: 32 or 128.
  @inlinable public var bitWidth: Int { isIPv4 ? 32 : 128 }

  /// The same address with `::ffff:0:0/96` (RFC 4291 §2.5.5.2) turned into IPv4.
  @inlinable public var canonical: IPAddress {
    if !isIPv4 && high == 0 && low >> 32 == 0xFFFF {
      return IPAddress(ipv4: UInt32(truncatingIfNeeded: low))
    }
    return self
  }

  /// The address with all bits after the first `length` cleared; `length` is clamped to the width.
  @inlinable
  public func masked(to length: Int) -> IPAddress {
    if isIPv4 {
      let bits = max(0, min(length, 32))
      return IPAddress(ipv4: bits == 0 ? 0 : ipv4 & (UInt32.max << UInt32(32 - bits)))
    }
    let bits = max(0, min(length, 128))
    let upper = bits >= 64 ? UInt64.max : bits == 0 ? 0 : UInt64.max << UInt64(64 - bits)
    let lower = bits <= 64 ? 0 : bits == 128 ? UInt64.max : UInt64.max << UInt64(128 - bits)
    return IPAddress(high: high & upper, low: low & lower)
  }
}

extension IPAddress {
  /// Parses the textual form of an address; nil where `text` is neither IPv4 nor IPv6.
  public init?(_ text: some StringProtocol) {
    var four = in_addr()
    var six = in6_addr()
    let string = String(text)
    // SAFETY: inet_pton writes at most the size of the structure it is handed.
    if unsafe inet_pton(AF_INET, string, &four) == 1 {
      self.init(ipv4: UInt32(bigEndian: four.s_addr))
    } else if unsafe inet_pton(AF_INET6, string, &six) == 1 {
      let halves = unsafe withUnsafeBytes(of: &six) {
        unsafe (
          UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
          UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
      }
      self.init(high: halves.0, low: halves.1)
    } else {
      return nil
    }
  }

  /// The address's octets in network order: 4 or 16.
  public var octets: [UInt8] {
    if isIPv4 { return (0..<4).map { UInt8(truncatingIfNeeded: ipv4 >> (24 - 8 * UInt32($0))) } }
    return (0..<16).map {
      UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> (56 - 8 * UInt64($0 & 7)))
    }
  }

  /// An address from 4 or 16 octets in network order; nil for any other count.
  public init?(octets: some Collection<UInt8>) {
    switch octets.count {
    case 4: self.init(ipv4: octets.reduce(0) { $0 << 8 | UInt32($1) })
    case 16:
      self.init(
        high: octets.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
        low: octets.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) })
    default: return nil
    }
  }
}

extension IPAddress: CustomStringConvertible {
  /// The text of the address; IPv6 as RFC 5952 recommends.
  public var description: String {
    var bytes = octets
    // SAFETY: `bytes` has the octets that the family asks for, `text` the longest form and its NUL.
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
      guard
        let base = text.baseAddress,
        unsafe inet_ntop(isIPv4 ? AF_INET : AF_INET6, &bytes, base, 64) != nil
      else { return "?" }
      return unsafe String(cString: base)
    }
  }
}
