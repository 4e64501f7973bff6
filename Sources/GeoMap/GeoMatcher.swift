import Addresses

/// Which clients a rule of a `$MAP` is for. `network` beats `asn`, which beats the places; within each
/// the most specific wins: the longest prefix; city, subdivision, country, continent.
public enum GeoMatcher: Hashable, Sendable {
  /// Those in a network.
  case network(IPPrefix)
  /// Those of an autonomous system.
  case asn(UInt32)
  /// Those of a city, by GeoNames id.
  case city(UInt32)
  /// Those of a subdivision, upper case, as in `US-CA` (ISO 3166-2).
  case subdivision(String)
  /// Those of a country, by upper-case ISO 3166-1 code.
  case country(String)
  /// Those of a continent: AF, AN, AS, EU, NA, OC, SA.
  case continent(String)
  /// All others.
  case `default`
}
