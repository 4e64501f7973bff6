/// The fixed first 12 octets of a message (RFC 1035 §4.1.1).
public enum Header {
  /// Its length in octets.
  @inlinable public static var length: Int { 12 }
}

/// The bits of a header's second 16-bit word (RFC 1035 §4.1.1, RFC 4035 §3.2).
@frozen
public struct HeaderFlags: OptionSet, Sendable {
  /// The bits in host order; OPCODE and RCODE are among them.
  public let rawValue: UInt16

  /// Flags from their bits.
  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// QR: this is a response.
  @inlinable public static var response: HeaderFlags { HeaderFlags(rawValue: 0x8000) }
  /// AA: the answer is authoritative.
  @inlinable public static var authoritative: HeaderFlags { HeaderFlags(rawValue: 0x0400) }
  /// TC: the message was cut to the transport's limit.
  @inlinable public static var truncated: HeaderFlags { HeaderFlags(rawValue: 0x0200) }
  /// RD: recursion is asked for.
  @inlinable public static var recursionDesired: HeaderFlags { HeaderFlags(rawValue: 0x0100) }

  /// OPCODE.
  @inlinable public var opcode: Opcode {
    Opcode(rawValue: UInt8(truncatingIfNeeded: rawValue >> 11) & 15)
  }
}

/// What kind of request a message is (RFC 1035 §4.1.1, RFC 6895 §2.2).
@frozen
public struct Opcode: RawRepresentable, Hashable, Sendable {
  /// The code, 0…15.
  public let rawValue: UInt8

  /// The opcode with the given number.
  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// QUERY.
  @inlinable public static var query: Opcode { Opcode(rawValue: 0) }
  /// NOTIFY: a zone has changed (RFC 1996).
  @inlinable public static var notify: Opcode { Opcode(rawValue: 4) }
  /// UPDATE of a zone (RFC 2136).
  @inlinable public static var update: Opcode { Opcode(rawValue: 5) }
}

/// A response code; values above 15 need EDNS (RFC 6895 §2.3).
@frozen
public struct ResponseCode: RawRepresentable, Hashable, Sendable {
  /// The code, 0…4095.
  public let rawValue: UInt16

  /// The response code with the given number.
  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// No error.
  @inlinable public static var noError: ResponseCode { ResponseCode(rawValue: 0) }
  /// The query could not be read.
  @inlinable public static var formatError: ResponseCode { ResponseCode(rawValue: 1) }
  /// The server could not answer.
  @inlinable public static var serverFailure: ResponseCode { ResponseCode(rawValue: 2) }
  /// The name does not exist.
  @inlinable public static var nameError: ResponseCode { ResponseCode(rawValue: 3) }
  /// The kind of query is not supported.
  @inlinable public static var notImplemented: ResponseCode { ResponseCode(rawValue: 4) }
  /// The server does not answer this.
  @inlinable public static var refused: ResponseCode { ResponseCode(rawValue: 5) }
  /// The key of a TSIG is not known (RFC 8945 §5.2.1).
  @inlinable public static var notAuthorized: ResponseCode { ResponseCode(rawValue: 9) }
  /// A DNAME made the name too long (RFC 6672 §2.2).
  @inlinable public static var nameTooLong: ResponseCode { ResponseCode(rawValue: 6) }
  /// The EDNS version is not supported (RFC 6891 §9).
  @inlinable public static var badVersion: ResponseCode { ResponseCode(rawValue: 16) }
  /// The server cookie is not one of this server's (RFC 7873 §8).
  @inlinable public static var badCookie: ResponseCode { ResponseCode(rawValue: 23) }
}
