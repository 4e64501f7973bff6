import DNSWire
import FlatMemory

/// An RRset in the form in which it is copied into answers.
@frozen
public struct RRset: Sendable, BitwiseCopyable {
  /// Where its data begin in the zone's octets.
  public var dataOffset: UInt32
  /// How many octets they have.
  public var dataLength: UInt32
  /// The TTL in seconds.
  public var ttl: UInt32
  /// The first of the nodes that its RDATA point to, in the zone's `targets`.
  public var firstTarget: UInt32
  /// The RR type.
  public var type: UInt16
  /// How many RRs it has.
  public var recordCount: UInt16
  /// How many nodes its RDATA point to.
  public var targetCount: UInt16
  /// The timeline that lowers its TTL, else 65535.
  public var timeline: UInt16
  /// How the data are laid out.
  public var layout: Layout

  /// How an RRset's data are laid out. In every layout but `whole`, a node stands as its index in 4
  /// octets of the machine's order, and RDATA follow RDATA with nothing between.
  @frozen
  public enum Layout: UInt8, Sendable, BitwiseCopyable {
    /// Whole RRs, the owner a compression pointer to offset 12: ready to copy.
    case whole
    /// A node: NS, CNAME, PTR.
    case name
    /// 2 octets and a node: MX.
    case preferenceAndName
    /// Two nodes and 20 octets: SOA.
    case twoNamesAndNumbers

    /// The layout of the RDATA of `type`. Names are only compressed in types of RFC 1035 (RFC 3597 §4).
    @inlinable
    public init(_ type: RecordType) {
      switch type {
      case .ns, .cname, .ptr: self = .name
      case .mx: self = .preferenceAndName
      case .soa: self = .twoNamesAndNumbers
      default: self = .whole
      }
    }
  }
}
