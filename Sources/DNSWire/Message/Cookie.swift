import Addresses

/// The COOKIE option of a query (RFC 7873 §4), its server part in the interoperable form (RFC 9018 §4).
@frozen
public struct Cookie: Sendable {
  /// Whether the option came.
  public var isPresent = false
  /// Whether there is a server cookie behind the client's, of whatever form.
  public var hasServerPart = false
  /// The client cookie, from network order.
  public var client: UInt64 = 0
  /// The first 8 octets of the server cookie: version, three reserved octets, a time. 0 where there is no
  /// server cookie of 16 octets.
  public var serverHead: UInt64 = 0
  /// The last 8 octets of the server cookie: the hash.
  public var serverHash: UInt64 = 0

  /// No option.
  public init() {}

  /// Reads the option's `length` octets at `start`: 8, or 16 to 40 (RFC 7873 §4).
  mutating func read(_ message: PacketReader, at start: Int, length: Int) throws(EDNSError) {
    guard length == 8 || (16...40).contains(length), let client = message.uint64(start)
    else { throw .malformed }
    isPresent = true
    hasServerPart = length > 8
    self.client = client
    guard length == 24, let head = message.uint64(start + 8), let hash = message.uint64(start + 16)
    else { return }
    serverHead = head
    serverHash = hash
  }
}

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
