import FlatMemory

/// The index that stands for "none" in a node or an RRset.
@inlinable public var noIndex: UInt32 { UInt32.max }

/// A name of a zone: an owner, an empty non-terminal, an ancestor of the apex, or a name that only RDATA
/// mention (kept so that it can be compressed).
@frozen
public struct Node: Sendable, BitwiseCopyable {
  /// Where its lower-case wire form begins in the zone's octets.
  public var nameOffset: UInt32
  /// The node of the name without its leftmost label; the root's is itself.
  public var parent: UInt32
  /// The uppermost delegation at or above it, or DNAME above it, that takes authority away; else `noIndex`.
  public var barrier: UInt32
  /// Its child `*` (RFC 4592), else `noIndex`.
  public var wildcard: UInt32
  /// Its first RRset; the others follow.
  public var firstRRset: UInt32
  /// Its steering entry, else `noIndex`.
  public var steer: UInt32
  /// How many RRsets it has; 0 for an empty non-terminal.
  public var rrsetCount: UInt16
  /// How many octets its name has.
  public var nameLength: UInt8
  /// What was worked out at load.
  public var flags: Flags

  /// What was worked out about a node at load.
  @frozen
  public struct Flags: OptionSet, Sendable, BitwiseCopyable {
    /// The bits.
    public let rawValue: UInt8

    /// Flags from their bits.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The name exists in the zone: it owns something or lies above a name that does.
    @inlinable public static var exists: Flags { Flags(rawValue: 1) }
    /// It is a zone cut below the apex: it has NS RRs.
    @inlinable public static var isCut: Flags { Flags(rawValue: 2) }
    /// It has a DNAME.
    @inlinable public static var hasDNAME: Flags { Flags(rawValue: 4) }
    /// It has a CNAME.
    @inlinable public static var hasCNAME: Flags { Flags(rawValue: 8) }
    /// The name as written, with capitals, follows the lower-case one in the zone's octets.
    @inlinable public static var hasCapitals: Flags { Flags(rawValue: 16) }
  }
}
