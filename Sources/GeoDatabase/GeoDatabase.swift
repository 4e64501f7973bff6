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
  let locations: LocationTable

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
    path = file.path
    metadata = file.metadata
    // The records are read in the order of the file, each once: in that of the networks, each would have to be
    // fetched from far away.
    var offsets = OffsetSet(below: file.dataOctetCount)
    var ipv4: NetworkTable<UInt32> = try file.networks(&offsets)
    var ipv6: NetworkTable<UInt128> = try file.networks(&offsets)
    offsets.finish()
    var locations = LocationTable(capacity: offsets.count)
    var records: [UInt32] = []
    records.reserveCapacity(offsets.count)
    var check = SoundnessCheck()
    try offsets.forEach { (offset) throws(GeoDatabaseError) in
      do throws(MaxMindFile.RecordFault) {
        try file.checkRecord(at: offset, &check)
        records.append(locations.index(of: try file.location(at: offset, &locations)))
      } catch {
        throw Self.damage(error.reason, of: file, offset, ipv4, ipv6)
      }
    }
    locations.finish()
    ipv4.replaceRecords { records[offsets.number(of: $0)] }
    ipv6.replaceRecords { records[offsets.number(of: $0)] }
    self.ipv4 = ipv4
    self.ipv6 = ipv6
    self.locations = locations
    hasPlaces = locations.records.contains { $0.hasPlace }
    hasAutonomousSystems = locations.records.contains { $0.asn != 0 }
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

  private static func damage(
    _ reason: String, of file: MaxMindFile, _ offset: UInt32, _ ipv4: NetworkTable<UInt32>,
    _ ipv6: NetworkTable<UInt128>
  ) -> GeoDatabaseError {
    let network =
      ipv4.firstNetwork(of: offset).map { IPPrefix(IPAddress(ipv4: $0.start), length: $0.length) }
      ?? ipv6.firstNetwork(of: offset).map {
        IPPrefix(IPAddress(ipv6: $0.start), length: $0.length)
      }
    return .damagedRecord(
      path: file.path, network: network ?? IPPrefix(IPAddress(ipv6: 0), length: 0),
      reason: reason)
  }

  private func find<Address>(
    in table: NetworkTable<Address>, _ number: Address, of address: IPAddress
  ) -> (ClientLocation, IPPrefix) {
    guard let index = table.index(of: number) else {
      return (ClientLocation(), IPPrefix(address, length: 0))
    }
    let record = table.records[index]
    return (
      record == NetworkTable<Address>.noRecord ? ClientLocation() : locations.location(record),
      IPPrefix(address, length: table.prefixLength(at: index))
    )
  }
}

extension MaxMindFile {
  /// The networks of a family, each with the offset of its record, which is added to `offsets`.
  fileprivate func networks<Address>(
    _ offsets: inout OffsetSet
  ) throws(GeoDatabaseError) -> NetworkTable<Address> {
    var table = NetworkTable<Address>()
    try forEachNetwork { (start: Address, _, offset: UInt32?) throws(GeoDatabaseError) in
      if let offset { offsets.insert(offset) }
      table.append(start: start, record: offset ?? NetworkTable<Address>.noRecord)
    }
    return table
  }

  /// What the record at `offset`, which is sound, says of a client's location.
  fileprivate func location(
    at offset: UInt32, _ table: inout LocationTable
  ) throws(RecordFault) -> LocationTable.Record {
    var location = LocationTable.Record()
    location.continent = table.number(of: try string(at: offset, .continent))
    if let country = try string(at: offset, .country) {
      location.country = table.number(of: country)
      for (level, path) in LookupPath.subdivisions.enumerated() {
        guard let part = try string(at: offset, path) else { break }
        location.subdivisions[level] = table.number(of: "\(country)-\(part)")
      }
    }
    location.city = try number(at: offset, .city) ?? 0
    var asn = try number(at: offset, .autonomousSystem)
    if asn == nil { asn = try number(at: offset, .traitsAutonomousSystem) }
    location.asn = asn ?? 0
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
