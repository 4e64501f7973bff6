import Addresses
import GeoMap

/// The rules of a map by what they match; values are indexes of rules.
struct RuleIndex {
  private(set) var networks: [IPPrefix: Int] = [:]
  private(set) var asns: [UInt32: Int] = [:]
  private var cities: [UInt32: Int] = [:]
  private var subdivisions: [String: Int] = [:]
  private var countries: [String: Int] = [:]
  private var continents: [String: Int] = [:]
  private let fallback: Int

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

  /// The rule for a place: of its city, else its narrowest subdivision that has one, its country,
  /// continent, else `default`.
  func rule(forPlace location: ClientLocation) -> Int {
    location.city.flatMap { cities[$0] }
      ?? location.subdivisions.last { subdivisions[$0] != nil }.flatMap { subdivisions[$0] }
      ?? location.country.flatMap { countries[$0] }
      ?? location.continent.flatMap { continents[$0] }
      ?? fallback
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
