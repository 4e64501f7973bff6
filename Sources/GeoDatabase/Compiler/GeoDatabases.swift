import Addresses
import GeoMap

/// The databases of a server, asked together.
public struct GeoDatabases: Sendable {
  /// The first database that has places.
  let places: GeoDatabase?
  /// The first database that has autonomous systems; it may be the same.
  let autonomousSystems: GeoDatabase?
  /// Where a country is, for records that have no coordinates.
  let countryCentres: [String: Coordinates]

  /// Databases in order of preference; none at all is fine. `countryCentres`, by ISO code, gives
  /// coordinates to records that have a country and no coordinates.
  public init(_ files: [GeoDatabase], countryCentres: [String: Coordinates] = [:]) {
    places = files.first { $0.hasPlaces }
    autonomousSystems = files.first { $0.hasAutonomousSystems }
    self.countryCentres = countryCentres
  }

  /// Whether places are known.
  public var hasPlaces: Bool { places != nil }
  /// Whether autonomous systems are known.
  public var hasAutonomousSystems: Bool { autonomousSystems != nil }
  /// The database whose networks stand for the clients of the world; nil where there is none.
  public var populated: GeoDatabase? { places ?? autonomousSystems }

  /// What is known of a client. An address with an IPv4 address inside (mapped, 6to4, NAT64) is located
  /// by that, and the networks are its networks.
  public func locate(_ address: IPAddress) -> ClientLocation {
    let address = address.withoutEmbedding
    var location = ClientLocation()
    if let found = places?.locate(address) {
      location = found.location
      location.network = found.network
    }
    if let found = autonomousSystems?.locate(address) {
      location.asn = found.location.asn
      location.asnNetwork = found.network
    }
    location.coordinates = coordinates(of: location)
    return location
  }

  /// Flattens the rules of a map, which have exactly one `default` and no matcher twice.
  public func compile(_ rules: [GeoRule]) throws(GeoDatabaseError) -> CompiledGeoMap {
    var compiler = try MapCompiler(rules: rules, databases: self)
    return compiler.compile()
  }

  func coordinates(of location: ClientLocation) -> Coordinates? {
    location.coordinates ?? location.country.flatMap { countryCentres[$0] }
  }
}

extension IPPrefix {
  /// IPv4-mapped: the IPv4 address is in the last 32 bits (RFC 4291 §2.5.5.2).
  static let mapped = IPPrefix(IPAddress(high: 0, low: 0xFFFF << 32), length: 96)
  /// 6to4: the IPv4 address is in bits 16…47 (RFC 3056 §2).
  static let sixToFour = IPPrefix(IPAddress(high: 0x2002 << 48, low: 0), length: 16)
  /// NAT64: the IPv4 address is in the last 32 bits (RFC 6052 §2.1).
  static let translated = IPPrefix(IPAddress(high: 0x0064_FF9B << 32, low: 0), length: 96)
}

extension IPAddress {
  /// The IPv4 address that stands inside a mapped, 6to4 or NAT64 address; else the address.
  var withoutEmbedding: IPAddress {
    if IPPrefix.sixToFour.contains(self) {
      return IPAddress(ipv4: UInt32(truncatingIfNeeded: high >> 16))
    }
    if IPPrefix.translated.contains(self) {
      return IPAddress(ipv4: UInt32(truncatingIfNeeded: low))
    }
    return canonical
  }
}
