import Addresses

/// What the OPT pseudo-RR of a query says (RFC 6891).
@frozen
public struct EDNS: Sendable {
  /// Whether there is one.
  public var isPresent = false
  /// The largest datagram the client takes, in octets; at least 512 (§6.2.3).
  public var payloadSize = 512
  /// The version.
  public var version: UInt8 = 0
  /// Whether it has any option, known or not.
  public var hasOptions = false
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

  /// None, which is as good as the smallest size and no option.
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
  /// Reads the OPT pseudo-RR whose TYPE, CLASS and TTL follow each other in `fields` and whose options stand
  /// from `start` to `end`.
  @inline(__always)
  mutating func read(
    _ fields: UInt64, _ message: PacketReader, from start: Int, to end: Int
  ) throws(EDNSError) {
    isPresent = true
    payloadSize = max(512, Int(truncatingIfNeeded: fields &>> 32 & 0xFFFF))
    version = UInt8(truncatingIfNeeded: fields &>> 16)
    wantsSignatures = fields & 0x8000 != 0
    // Another version's options may have another form.
    if version == 0, start < end {
      hasOptions = true
      try readOptions(message, from: start, to: end)
    }
  }

  private mutating func readOptions(
    _ message: PacketReader, from start: Int, to end: Int
  ) throws(EDNSError) {
    var at = start
    while at < end {
      // OPTION-CODE and OPTION-LENGTH.
      guard let head = message.uint32(at) else { throw .malformed }
      let length = Int(head & 0xFFFF)
      guard at &+ 4 &+ length <= end else { throw .malformed }
      try take(UInt16(truncatingIfNeeded: head &>> 16), message, at: at &+ 4, length: length)
      at &+= 4 &+ length
    }
  }

  /// Takes an option; the first of its code counts, and unknown ones are ignored (RFC 6891 §6.1.2).
  private mutating func take(
    _ code: UInt16, _ message: PacketReader, at start: Int, length: Int
  ) throws(EDNSError) {
    switch code {
    case EDNSOption.clientSubnet where !clientSubnet.isPresent:
      try clientSubnet.read(message, at: start, length: length)
    case EDNSOption.cookie where !cookie.isPresent:
      try cookie.read(message, at: start, length: length)
    case EDNSOption.identifier: wantsIdentifier = true
    case EDNSOption.keepalive: wantsKeepalive = true
    default: break
    }
  }
}
