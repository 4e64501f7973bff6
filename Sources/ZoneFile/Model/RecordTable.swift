import DNSWire
import SourceText

/// The plain records of a zone, in the order of the file: one buffer of octets, one entry a record.
public struct RecordTable: Sendable {
  /// One record, 32 octets; its names and data are in the table's buffer.
  public struct Entry: Sendable {
    /// The TTL in seconds (0…2^31-1, RFC 2181 §8).
    public var ttl: UInt32
    /// The smallest TTL that may be sent (`MAX/MIN` in the TTL column); equal to `ttl` otherwise.
    public var minimumTTL: UInt32
    // The order of these leaves no gaps.
    private let ownerOffset: UInt32
    private let rdataOffset: UInt32
    private let line: UInt32
    private let column: UInt32
    private let file: UInt16
    private let rdataLength: UInt16
    /// The RR type.
    public let type: RecordType
    private let ownerLength: UInt8

    fileprivate init(
      owner: Range<Int>, type: RecordType, ttl: UInt32, minimumTTL: UInt32, rdata: Range<Int>,
      location: SourceLocation
    ) {
      self.ttl = ttl
      self.minimumTTL = minimumTTL
      self.type = type
      ownerOffset = UInt32(owner.lowerBound)
      ownerLength = UInt8(owner.count)
      rdataOffset = UInt32(rdata.lowerBound)
      rdataLength = UInt16(rdata.count)
      line = location.line
      column = location.column
      file = location.file
    }

    /// Where the owner's wire form (case kept) stands in `octets`.
    public var owner: Range<Int> { Int(ownerOffset)..<(Int(ownerOffset) + Int(ownerLength)) }
    /// Where the RDATA in wire form, its names uncompressed, stand in `octets`.
    public var rdata: Range<Int> { Int(rdataOffset)..<(Int(rdataOffset) + Int(rdataLength)) }
    /// Where the record stands.
    public var location: SourceLocation { SourceLocation(file: file, line: line, column: column) }
  }

  /// How many octets of names and RDATA a table takes: what the zone is compiled to counts them in 32 bits.
  static let maximumOctets = 1 << 31

  /// The owners and RDATA of all records.
  public private(set) var octets: [UInt8] = []
  /// The records.
  public internal(set) var entries: [Entry] = []

  /// An empty table.
  public init() {}

  /// Whether there is room for one more record.
  var hasRoom: Bool { octets.count < Self.maximumOctets }

  /// Adds a record, its owner a valid name in wire form, its RDATA at most 65,535 octets. An owner equal to the last record's, octet for octet, is stored once.
  mutating func append(
    owner: [UInt8], type: RecordType, ttl: UInt32, minimumTTL: UInt32, rdata: [UInt8],
    location: SourceLocation
  ) {
    let place: Range<Int>
    if let last = entries.last?.owner, Wire.areSame(octets.span.extracting(last), owner.span) {
      place = last
    } else {
      place = octets.count..<(octets.count + owner.count)
      octets += owner
    }
    let start = octets.count
    octets += rdata
    entries.append(
      Entry(
        owner: place, type: type, ttl: ttl, minimumTTL: minimumTTL, rdata: start..<octets.count,
        location: location))
  }

  /// The owner of `entry` in wire form, in the case of the file.
  public func owner(of entry: Entry) -> ArraySlice<UInt8> { octets[entry.owner] }

  /// The RDATA of `entry` in wire form.
  public func rdata(of entry: Entry) -> ArraySlice<UInt8> { octets[entry.rdata] }
}
