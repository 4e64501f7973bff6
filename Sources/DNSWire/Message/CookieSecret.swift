import Addresses

/// The secret that server cookies are made with (RFC 9018 §4.4), shared by all servers of an anycast
/// address.
@frozen
public struct CookieSecret: Sendable, BitwiseCopyable, Equatable {
  /// The 128 bits as two little-endian words, as SipHash takes them.
  @usableFromInline let low: UInt64
  @usableFromInline let high: UInt64

  /// A secret from 16 octets; nil for another count.
  public init?(octets: [UInt8]) {
    guard octets.count == 16 else { return nil }
    low = octets[0..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    high = octets[8..<16].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A secret that nobody knows, of the system's random numbers.
  public static func random() -> CookieSecret {
    CookieSecret(low: .random(in: .min ... .max), high: .random(in: .min ... .max))
  }

  init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// The hash of a server cookie, as it stands in the option, from network order (RFC 9018 §4.4):
  /// SipHash-2-4 over client cookie, version, reserved, time and the client's address.
  public func hash(client: UInt64, head: UInt64, address: IPAddress) -> UInt64 {
    var hash = SipHash(low: low, high: high)
    hash.absorb(client.byteSwapped)
    hash.absorb(head.byteSwapped)
    if address.isIPv4 {
      return hash.finish(UInt64(address.ipv4.byteSwapped), count: 4, total: 20).byteSwapped
    }
    hash.absorb(address.high.byteSwapped)
    hash.absorb(address.low.byteSwapped)
    return hash.finish(0, count: 0, total: 32).byteSwapped
  }
}
