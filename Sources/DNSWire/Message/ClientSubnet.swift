import Addresses

/// The EDNS Client Subnet option of a query (RFC 7871 §6).
@frozen
public struct ClientSubnet: Sendable {
  /// Whether the option came.
  public var isPresent = false
  /// Where the option stands in the query.
  public var offset = 0
  /// SOURCE PREFIX-LENGTH in bits.
  public var sourceLength = 0
  /// The address; the bits behind the prefix are 0. As it was written: `::ffff:0:0/96` is still IPv6.
  public var address = IPAddress(ipv4: 0)

  /// No option.
  public init() {}

  /// How many octets the option has.
  @inlinable public var length: Int { 8 &+ (sourceLength &+ 7) &>> 3 }
}

extension ClientSubnet {
  /// Reads the option whose data are the `length` octets at `start`.
  @inline(__always)
  mutating func read(_ message: PacketReader, at start: Int, length: Int) throws(EDNSError) {
    // FAMILY, SOURCE PREFIX-LENGTH and, 0 in a query, SCOPE PREFIX-LENGTH.
    guard length >= 4, let head = message.uint32(start) else { throw .malformed }
    let family = head &>> 16
    isPresent = true
    offset = start &- 4
    sourceLength = Int(head &>> 8 & 0xFF)
    let width = family == 1 ? 32 : family == 2 ? 128 : 0
    guard width > 0, sourceLength <= width, head & 0xFF == 0, length &+ 4 == self.length
    else { throw .malformed }
    let end = start &+ length
    if family == 1 {
      let prefix = try Self.prefix(of: message, upTo: end, octets: length &- 4, bits: sourceLength)
      address = IPAddress(ipv4: UInt32(truncatingIfNeeded: prefix &>> 32))
    } else {
      let lower = max(0, length &- 12)
      address = IPAddress(
        high: try Self.prefix(
          of: message, upTo: end &- lower, octets: length &- 4 &- lower,
          bits: min(sourceLength, 64)),
        low: try Self.prefix(
          of: message, upTo: end, octets: lower, bits: max(0, sourceLength &- 64)))
    }
  }

  /// The prefix of so many `bits` in the last `octets` (0…8) before `end`, in the upper end; what fills the last
  /// octet has to be 0.
  @inline(__always)
  private static func prefix(
    of message: PacketReader, upTo end: Int, octets: Int, bits: Int
  ) throws(EDNSError) -> UInt64 {
    // What stands before it, which may be of the header, is shifted out.
    guard let word = message.uint64(end &- 8) else { throw .malformed }
    let prefix = word << UInt64(truncatingIfNeeded: 64 &- 8 &* octets)
    guard prefix & UInt64.max >> UInt64(truncatingIfNeeded: bits) == 0 else { throw .malformed }
    return prefix
  }
}

extension PacketWriter {
  /// Appends the client subnet of a query with the scope of the answer (RFC 7871 §7.2.1).
  public mutating func append(_ subnet: ClientSubnet, of query: PacketReader, scope: Int) {
    guard let option = unsafe query.slice(subnet.offset, subnet.length) else { return }
    let start = count
    unsafe append(option)
    set(UInt8(truncatingIfNeeded: scope), at: start &+ 7)
  }
}
