import Addresses

/// What the OPT pseudo-RR of a query says (RFC 6891).
@frozen
public struct EDNS: Sendable {
  /// The largest datagram the client takes, in octets; at least 512 (§6.2.3).
  public var payloadSize = 512
  /// The version.
  public var version: UInt8 = 0
  /// DO: the client wants DNSSEC records (RFC 3225).
  public var wantsSignatures = false
  /// The client subnet option, where there is one.
  public var clientSubnet = ClientSubnet()

  /// No option, the smallest size.
  public init() {}
}

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

/// Why the additional section of a query is wrong.
@frozen
public enum EDNSError: Error {
  /// FORMERR.
  case malformed
}

extension EDNS {
  static var clientSubnetCode: UInt16 { 8 }

  /// Reads the `count` RRs of a query's additional section, from `start` to the end of the message.
  ///
  /// Nil where there is no OPT. More than one OPT, an OPT that is not at the root, a malformed option and
  /// octets behind the last RR are errors (RFC 6891 §6.1.1, RFC 7871 §7.1.1).
  public static func read(
    _ message: PacketReader, at start: Int, count: Int
  ) throws(EDNSError) -> EDNS? {
    var found: EDNS?
    var at = start
    for _ in 0..<count {
      guard
        let fixed = message.skipName(at), let type = message.uint16(fixed),
        let length = message.uint16(fixed + 8), fixed + 10 + Int(length) <= message.count
      else { throw .malformed }
      if type == RecordType.opt.rawValue {
        guard found == nil, fixed == at + 1 else { throw .malformed }
        found = try read(message, fixed: fixed, length: Int(length))
      }
      at = fixed + 10 + Int(length)
    }
    guard at == message.count else { throw .malformed }
    return found
  }

  private static func read(
    _ message: PacketReader, fixed: Int, length: Int
  ) throws(EDNSError) -> EDNS {
    var edns = EDNS()
    guard let size = message.uint16(fixed + 2), let flags = message.uint32(fixed + 4) else {
      throw .malformed
    }
    edns.payloadSize = max(512, Int(size))
    edns.version = UInt8(truncatingIfNeeded: flags >> 16)
    edns.wantsSignatures = flags & 0x8000 != 0
    guard edns.version == 0 else { return edns }
    var at = fixed + 10
    let end = at + length
    while at < end {
      guard at + 4 <= end, let code = message.uint16(at), let size = message.uint16(at + 2),
        at + 4 + Int(size) <= end
      else { throw .malformed }
      if code == clientSubnetCode, !edns.clientSubnet.isPresent {
        edns.clientSubnet = try ClientSubnet(message, at: at + 4, length: Int(size))
      }
      at += 4 + Int(size)
    }
    return edns
  }
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
  /// How many octets `appendOPT` appends (RFC 6891 §6.1.2).
  public static func optLength(_ edns: EDNS) -> Int {
    11 + (edns.clientSubnet.isPresent ? 8 + edns.clientSubnet.addressOctets : 0)
  }

  /// Appends the OPT of a response: the server's payload size, the upper bits of `code`, and the client
  /// subnet of the query with the scope of the answer (RFC 7871 §7.2.1).
  public mutating func appendOPT(
    payloadSize: Int, code: ResponseCode, edns: EDNS, scope: Int
  ) {
    append(UInt8(0))
    append(RecordType.opt.rawValue)
    append(UInt16(truncatingIfNeeded: payloadSize))
    append(UInt8(truncatingIfNeeded: code.rawValue >> 4))
    append(UInt8(0))
    append(edns.wantsSignatures ? 0x8000 : UInt16(0))
    let subnet = edns.clientSubnet
    guard subnet.isPresent else { return append(UInt16(0)) }
    append(UInt16(truncatingIfNeeded: 8 + subnet.addressOctets))
    append(EDNS.clientSubnetCode)
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
