import Addresses
import GeoMap

/// What databases know of a client.
public struct ClientLocation: Hashable, Sendable {
  /// The continent's code: AF, AN, AS, EU, NA, OC or SA.
  public var continent: String?
  /// The ISO 3166-1 code of the country that the client is in (not of the one that the network is
  /// registered in).
  public var country: String?
  /// The ISO 3166-2 codes of the subdivisions, as in `US-CA`, the widest first.
  public var subdivisions: [String] = []
  /// The GeoNames id of the city.
  public var city: UInt32?
  /// Where it is: as the database says, or else the centre of its country.
  public var coordinates: Coordinates?
  /// The number of the autonomous system.
  public var asn: UInt32?
  /// The network for which the place is recorded; nil without a database of places.
  public var network: IPPrefix?
  /// The network for which the autonomous system is recorded; nil without a database of these.
  public var asnNetwork: IPPrefix?

  /// A location of which nothing is known.
  public init() {}
}
