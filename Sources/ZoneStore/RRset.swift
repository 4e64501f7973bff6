import DNSWire
import FlatMemory

/// An RRset in the form in which it is copied into answers: 20 octets, since a zone has more of these than of
/// anything else.
@frozen
public struct RRset: Sendable, BitwiseCopyable {
  /// Where its data begin in the zone's octets.
  public var dataOffset: UInt32
  /// The TTL in seconds.
  public var ttl: UInt32
  /// Where in the zone's `targets` the number of nodes stands that its RDATA point to, and these behind it;
  /// `noIndex` where it points to none.
  public var firstTarget: UInt32
  /// The RR type.
  public var type: UInt16
  /// The number of RRs, and in the upper 3 bits the layout.
  @usableFromInline let countAndLayout: UInt16
  /// The number of octets, and in the upper 15 bits the timeline.
  @usableFromInline let lengthAndTimeline: UInt32

  /// An RRset from its parts: at most 8191 RRs and 131,071 octets of data, a timeline below 32,767, or
  /// none.
  init(
    dataOffset: UInt32, dataLength: Int, ttl: UInt32, firstTarget: UInt32, type: UInt16,
    recordCount: Int, timeline: UInt16, layout: Layout
  ) {
    precondition(recordCount < 1 << 13 && dataLength < 1 << 17, "an RRset larger than a message")
    self.dataOffset = dataOffset
    self.ttl = ttl
    self.firstTarget = firstTarget
    self.type = type
    countAndLayout = UInt16(recordCount) | UInt16(layout.rawValue) << 13
    lengthAndTimeline = UInt32(dataLength) | UInt32(min(timeline, 0x7FFF)) << 17
  }

  /// How many octets the data have.
  @inlinable public var dataLength: UInt32 { lengthAndTimeline & 0x1FFFF }
  /// How many RRs it has.
  @inlinable public var recordCount: UInt16 { countAndLayout & 0x1FFF }
  /// The timeline that lowers its TTL, else 65535.
  @inlinable public var timeline: UInt16 {
    // 32767 is none.
    ((UInt16(truncatingIfNeeded: lengthAndTimeline >> 17) &+ 1) & 0x7FFF) &- 1
  }
  /// How the data are laid out.
  @inlinable public var layout: Layout {
    @inline(__always) get {
      Layout(rawValue: UInt8(truncatingIfNeeded: countAndLayout >> 13)) ?? .whole
    }
  }

  /// How an RRset's data are laid out. In every layout but `whole`, RDATA follow RDATA with nothing between, and
  /// a node stands as its index in 4 octets of the machine's order.
  @frozen
  public enum Layout: UInt8, Sendable, BitwiseCopyable {
    /// Whole RRs, the owner a compression pointer to offset 12: ready to copy.
    case whole
    /// An address: 4 octets of A, 16 of AAAA.
    case address
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
      case .a, .aaaa: self = .address
      case .ns, .cname, .ptr: self = .name
      case .mx: self = .preferenceAndName
      case .soa: self = .twoNamesAndNumbers
      default: self = .whole
      }
    }
  }
}
