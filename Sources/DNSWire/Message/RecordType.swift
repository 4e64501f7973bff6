/// An RR TYPE or QTYPE (RFC 1035 §3.2.2, IANA DNS parameters).
@frozen
public struct RecordType: RawRepresentable, Hashable, Sendable {
  /// The 16-bit code.
  public let rawValue: UInt16

  /// The type with the given code.
  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }
}

extension RecordType {
  /// An IPv4 address (RFC 1035).
  @inlinable public static var a: RecordType { RecordType(rawValue: 1) }
  /// A name server (RFC 1035).
  @inlinable public static var ns: RecordType { RecordType(rawValue: 2) }
  /// An alias (RFC 1035).
  @inlinable public static var cname: RecordType { RecordType(rawValue: 5) }
  /// The start of authority (RFC 1035).
  @inlinable public static var soa: RecordType { RecordType(rawValue: 6) }
  /// A pointer (RFC 1035).
  @inlinable public static var ptr: RecordType { RecordType(rawValue: 12) }
  /// A mail exchange (RFC 1035).
  @inlinable public static var mx: RecordType { RecordType(rawValue: 15) }
  /// Text (RFC 1035).
  @inlinable public static var txt: RecordType { RecordType(rawValue: 16) }
  /// An IPv6 address (RFC 3596).
  @inlinable public static var aaaa: RecordType { RecordType(rawValue: 28) }
  /// A service location (RFC 2782).
  @inlinable public static var srv: RecordType { RecordType(rawValue: 33) }
  /// A delegation of a whole subtree (RFC 6672).
  @inlinable public static var dname: RecordType { RecordType(rawValue: 39) }
  /// The EDNS pseudo-RR (RFC 6891).
  @inlinable public static var opt: RecordType { RecordType(rawValue: 41) }
  /// A delegation signer (RFC 4034).
  @inlinable public static var ds: RecordType { RecordType(rawValue: 43) }
  /// A signature (RFC 4034).
  @inlinable public static var rrsig: RecordType { RecordType(rawValue: 46) }
  /// A service binding (RFC 9460).
  @inlinable public static var svcb: RecordType { RecordType(rawValue: 64) }
  /// A service binding of an HTTP origin (RFC 9460).
  @inlinable public static var https: RecordType { RecordType(rawValue: 65) }
  /// A signature over the message (RFC 8945).
  @inlinable public static var tsig: RecordType { RecordType(rawValue: 250) }
  /// A transfer of the differences of a zone (RFC 1995).
  @inlinable public static var ixfr: RecordType { RecordType(rawValue: 251) }
  /// A transfer of a whole zone (RFC 5936).
  @inlinable public static var axfr: RecordType { RecordType(rawValue: 252) }
  /// Any RRset of a name (RFC 8482).
  @inlinable public static var any: RecordType { RecordType(rawValue: 255) }
}

/// A CLASS or QCLASS (RFC 1035 §3.2.4).
public enum RecordClass {
  /// IN.
  @inlinable public static var internet: UInt16 { 1 }
  /// CH.
  @inlinable public static var chaos: UInt16 { 3 }
  /// ANY.
  @inlinable public static var any: UInt16 { 255 }
}
