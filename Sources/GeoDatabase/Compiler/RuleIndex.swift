import Addresses
import GeoMap

/// The rules of a map by what they match; values are indexes of rules.
struct RuleIndex {
  private(set) var networks: [IPPrefix: Int] = [:]
  private(set) var asns: [UInt32: Int] = [:]
  private(set) var cities: [UInt32: Int] = [:]
  private(set) var subdivisions: [String: Int] = [:]
  private(set) var countries: [String: Int] = [:]
  private(set) var continents: [String: Int] = [:]
  let fallback: Int

  init(_ rules: [GeoRule]) throws(GeoDatabaseError) {
    var fallback: Int?
    for (index, rule) in rules.enumerated() {
      for matcher in rule.matchers {
        switch matcher {
        case .network(let prefix): networks[prefix.canonical] = index
        case .asn(let number): asns[number] = index
        case .city(let id): cities[id] = index
        case .subdivision(let code): subdivisions[code] = index
        case .country(let code): countries[code] = index
        case .continent(let code): continents[code] = index
        case .default: fallback = index
        }
      }
    }
    guard let fallback else { throw .noDefaultRule }
    self.fallback = fallback
  }

  /// The rule for a place, of its city, else its narrowest subdivision that has one, its country,
  /// continent, else `default`, and the matcher by which it is met.
  func match(_ place: ClientLocation) -> (rule: Int, matcher: GeoMatcher) {
    if let city = place.city, let rule = cities[city] { return (rule, .city(city)) }
    for part in place.subdivisions.reversed() {
      if let rule = subdivisions[part] { return (rule, .subdivision(part)) }
    }
    if let country = place.country, let rule = countries[country] {
      return (rule, .country(country))
    }
    if let continent = place.continent, let rule = continents[continent] {
      return (rule, .continent(continent))
    }
    return (fallback, .default)
  }
}

extension IPPrefix {
  /// The same network with one inside `::ffff:0:0/96` turned into IPv4, as addresses are.
  fileprivate var canonical: IPPrefix {
    let plain = address.canonical
    guard length >= 96, plain.isIPv4 != address.isIPv4 else { return self }
    return IPPrefix(plain, length: length - 96)
  }
}
