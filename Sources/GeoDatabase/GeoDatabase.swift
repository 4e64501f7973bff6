import Addresses
import GeoMap

/// A MaxMind DB, read once and flattened: networks in order, and what matters of their records.
///
/// GeoIP2, GeoLite2 and DB-IP files of the kinds City, Country, Enterprise, ASN and ISP have what is
/// looked for. Nothing of the file is in use after `init`, and nothing in it can end the process.
public final class GeoDatabase: Sendable {
  /// The path it was read from.
  public let path: String
  /// What the file says about itself.
  public let metadata: MaxMindMetadata
  /// Whether any record has a place.
  public let hasPlaces: Bool
  /// Whether any record has the number of an autonomous system.
  public let hasAutonomousSystems: Bool

  /// How many networks of each family have a record.
  public var networkCounts: (ipv4: Int, ipv6: Int) { (ipv4.recordedCount, ipv6.recordedCount) }

  let ipv4: NetworkTable<UInt32>
  let ipv6: NetworkTable<UInt128>
  let records: [ClientLocation]

  /// Reads the file at `path`. A damaged record anywhere in it is an error.
  public convenience init(path: String) throws(GeoDatabaseError) {
    try self.init(MaxMindFile(path: path))
  }

  /// Reads the octets of a file, which came from `path`. A damaged record anywhere is an error.
  public convenience init(octets: [UInt8], path: String) throws(GeoDatabaseError) {
    try self.init(MaxMindFile(octets: octets, path: path))
  }

  /// Reads an open file. A damaged record anywhere in it is an error.
  public init(_ file: MaxMindFile) throws(GeoDatabaseError) {
    var decoder = RecordDecoder(file: file)
    path = file.path
    metadata = file.metadata
    ipv4 = try decoder.table { IPAddress(ipv4: $0) }
    ipv6 = try decoder.table { IPAddress(ipv6: $0) }
    records = decoder.records
    hasPlaces = records.contains { $0.hasPlace }
    hasAutonomousSystems = records.contains { $0.asn != nil }
    guard hasPlaces || hasAutonomousSystems else {
      throw .noLocations(path: path, type: metadata.type)
    }
  }

  /// What this database alone knows of a `canonical` address, and the network it is recorded for.
  public func locate(_ address: IPAddress) -> (location: ClientLocation, network: IPPrefix) {
    address.isIPv4
      ? find(in: ipv4, address.ipv4, of: address) : find(in: ipv6, address.number, of: address)
  }

  /// Visits the networks that have a record, IPv4 first, in ascending order.
  public func forEachNetwork(_ visit: (IPPrefix) -> Void) {
    ipv4.forEachRecorded { visit(IPPrefix(IPAddress(ipv4: $0), length: $1)) }
    ipv6.forEachRecorded { visit(IPPrefix(IPAddress(ipv6: $0), length: $1)) }
  }

  private func find<Address>(
    in table: NetworkTable<Address>, _ number: Address, of address: IPAddress
  ) -> (ClientLocation, IPPrefix) {
    guard let index = table.index(of: number) else {
      return (ClientLocation(), IPPrefix(address, length: 0))
    }
    let record = table.records[index]
    return (
      record == NetworkTable<Address>.noRecord ? ClientLocation() : records[Int(record)],
      IPPrefix(address, length: table.prefixLength(at: index))
    )
  }
}

/// Reads the records of a file, each place in the data once.
private struct RecordDecoder {
  let file: MaxMindFile
  /// The records that differ, in order of appearance.
  private(set) var records: [ClientLocation] = []
  private var check = SoundnessCheck()
  private var recordsByOffset: [UInt32: UInt32] = [:]
  private var recordsByContent: [ClientLocation: UInt32] = [:]

  init(file: MaxMindFile) { self.file = file }

  /// The networks of a family. `address` turns a number into an address, for messages.
  mutating func table<Address>(
    _ address: (Address) -> IPAddress
  ) throws(GeoDatabaseError) -> NetworkTable<Address> {
    var table = NetworkTable<Address>()
    try file.forEachNetwork {
      (start: Address, length: Int, offset: UInt32?) throws(GeoDatabaseError) in
      guard let offset else {
        table.append(start: start, record: NetworkTable<Address>.noRecord)
        return
      }
      do throws(MaxMindFile.RecordFault) {
        table.append(start: start, record: try record(at: offset))
      } catch {
        throw .damagedRecord(
          path: file.path, network: IPPrefix(address(start), length: length),
          reason: error.reason)
      }
    }
    return table
  }

  private mutating func record(at offset: UInt32) throws(MaxMindFile.RecordFault) -> UInt32 {
    if let known = recordsByOffset[offset] { return known }
    try file.checkRecord(at: offset, &check)
    let location = try file.location(at: offset)
    var index = UInt32(records.count)
    if let equal = recordsByContent[location] {
      index = equal
    } else {
      records.append(location)
      recordsByContent[location] = index
    }
    recordsByOffset[offset] = index
    return index
  }
}

extension MaxMindFile {
  /// What the record at `offset`, which is sound, says of a client's location.
  fileprivate func location(at offset: UInt32) throws(RecordFault) -> ClientLocation {
    var location = ClientLocation()
    location.continent = try string(at: offset, .continent)
    location.country = try string(at: offset, .country)
    if let country = location.country {
      for level in LookupPath.subdivisions {
        guard let part = try string(at: offset, level) else { break }
        location.subdivisions.append("\(country)-\(part)")
      }
    }
    location.city = try number(at: offset, .city)
    location.asn = try number(at: offset, .autonomousSystem)
    if location.asn == nil { location.asn = try number(at: offset, .traitsAutonomousSystem) }
    if let latitude = try fraction(at: offset, .latitude),
      let longitude = try fraction(at: offset, .longitude)
    {
      location.coordinates = Coordinates(onEarth: latitude, longitude)
    }
    return location
  }
}

extension Coordinates {
  /// A place from a database, whose longitude may run past the antimeridian; nil where it is not on the
  /// earth. One record with such a place is no reason to do without the whole database.
  fileprivate init?(onEarth latitude: Double, _ longitude: Double) {
    guard (-90...90).contains(latitude), (-540...540).contains(longitude) else { return nil }
    let turns = abs(longitude) <= 180 ? 0 : ((longitude + 180) / 360).rounded(.down)
    self.init(latitude: latitude, longitude: longitude - 360 * turns)
  }
}
