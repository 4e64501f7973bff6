import DNSWire
import SourceText

/// The plain records of a zone, in the order of the file: one buffer of octets, one entry a record.
public struct RecordTable: Sendable {
  /// One record; its octets are in the table's buffer.
  public struct Entry: Sendable {
    /// Where the owner's wire form (case kept) begins in `octets`.
    public var ownerOffset: Int
    /// How many octets the owner has.
    public var ownerLength: UInt8
    /// The RR type.
    public var type: RecordType
    /// The TTL in seconds (0…2^31-1, RFC 2181 §8).
    public var ttl: UInt32
    /// The smallest TTL that may be sent (`MAX/MIN` in the TTL column); equal to `ttl` otherwise.
    public var minimumTTL: UInt32
    /// Where the RDATA in wire form, its names uncompressed, begins in `octets`.
    public var rdataOffset: Int
    /// How many octets the RDATA has.
    public var rdataLength: UInt16
    /// Where the record stands.
    public var location: SourceLocation
  }

  /// The owners and RDATA of all records.
  public private(set) var octets: [UInt8] = []
  /// The records.
  public internal(set) var entries: [Entry] = []

  /// An empty table.
  public init() {}

  /// Adds a record, its owner a valid name in wire form, its RDATA at most 65,535 octets. An owner equal to
  /// the last record's, octet for octet, is stored once.
  mutating func append(
    owner: [UInt8], type: RecordType, ttl: UInt32, minimumTTL: UInt32, rdata: [UInt8],
    location: SourceLocation
  ) {
    var ownerOffset = octets.count
    if let last = entries.last, Int(last.ownerLength) == owner.count,
      octets[last.ownerOffset..<(last.ownerOffset + Int(last.ownerLength))].elementsEqual(owner)
    {
      ownerOffset = last.ownerOffset
    } else {
      octets += owner
    }
    entries.append(
      Entry(
        ownerOffset: ownerOffset, ownerLength: UInt8(owner.count), type: type, ttl: ttl,
        minimumTTL: minimumTTL, rdataOffset: octets.count, rdataLength: UInt16(rdata.count),
        location: location))
    octets += rdata
  }

  /// The owner of `entry` in wire form, in the case of the file.
  public func owner(of entry: Entry) -> ArraySlice<UInt8> {
    octets[entry.ownerOffset..<(entry.ownerOffset + Int(entry.ownerLength))]
  }

  /// The RDATA of `entry` in wire form.
  public func rdata(of entry: Entry) -> ArraySlice<UInt8> {
    octets[entry.rdataOffset..<(entry.rdataOffset + Int(entry.rdataLength))]
  }
}
