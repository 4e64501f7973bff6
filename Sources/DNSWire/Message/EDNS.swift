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
  /// Whether the name server's identifier is asked for (RFC 5001).
  public var wantsIdentifier = false
  /// Whether the idle timeout of a TCP connection is asked for (RFC 7828).
  public var wantsKeepalive = false
  /// The client subnet option, where there is one.
  public var clientSubnet = ClientSubnet()
  /// The cookie option, where there is one.
  public var cookie = Cookie()

  /// No option, the smallest size.
  public init() {}
}

/// Why the additional section of a query is wrong.
@frozen
public enum EDNSError: Error {
  /// FORMERR.
  case malformed
}

/// A code of an EDNS option (IANA DNS parameters).
public enum EDNSOption {
  /// NSID (RFC 5001).
  @inlinable public static var identifier: UInt16 { 3 }
  /// EDNS Client Subnet (RFC 7871).
  @inlinable public static var clientSubnet: UInt16 { 8 }
  /// COOKIE (RFC 7873).
  @inlinable public static var cookie: UInt16 { 10 }
  /// edns-tcp-keepalive (RFC 7828).
  @inlinable public static var keepalive: UInt16 { 11 }
  /// Extended DNS Error (RFC 8914).
  @inlinable public static var extendedError: UInt16 { 15 }
}

extension EDNS {
  /// Reads the `count` RRs of a query's additional section, from `start` to the end of the message.
  ///
  /// Nil where there is no OPT. More than one OPT, an OPT that is not at the root, a malformed option and
  /// octets behind the last RR are errors (RFC 6891 §6.1.1, RFC 7871 §7.1.1, RFC 7873 §5.2.2).
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
    // Another version's options may have another form.
    guard edns.version == 0 else { return edns }
    var at = fixed + 10
    let end = at + length
    while at < end {
      guard at + 4 <= end, let code = message.uint16(at), let size = message.uint16(at + 2),
        at + 4 + Int(size) <= end
      else { throw .malformed }
      try edns.take(code, message, at: at + 4, length: Int(size))
      at += 4 + Int(size)
    }
    return edns
  }

  /// Takes an option; the first of its code counts, and unknown ones are ignored (RFC 6891 §6.1.2).
  private mutating func take(
    _ code: UInt16, _ message: PacketReader, at start: Int, length: Int
  ) throws(EDNSError) {
    switch code {
    case EDNSOption.clientSubnet where !clientSubnet.isPresent:
      clientSubnet = try ClientSubnet(message, at: start, length: length)
    case EDNSOption.cookie where !cookie.isPresent:
      cookie = try Cookie(message, at: start, length: length)
    case EDNSOption.identifier: wantsIdentifier = true
    case EDNSOption.keepalive: wantsKeepalive = true
    default: break
    }
  }
}
