import Addresses
import GeoDatabase
import GeoMap

/// How a client came through a map: the rule it met, and what that hung on.
struct MapWay {
  /// The rule, and the network by which it was met, for a message.
  let text: String
  /// The index of the rule.
  let rule: Int?
  /// The kind of database that is missing and could have led elsewhere; nil where none could.
  let lacks: String?

  init(_ source: MapSource, client: IPAddress, databases: GeoDatabases) {
    guard let match = try? databases.match(client, source.rules) else {
      (text, rule, lacks) = ("a map", nil, nil)
      return
    }
    rule = match.rule
    text = Self.text(match, source, client)
    lacks = Self.lacks(match, source.rules, databases)
  }

  private static func text(_ match: RuleMatch, _ source: MapSource, _ client: IPAddress) -> String {
    let location = match.location
    var parts: [String] = []
    let isNearest = source.rules[match.rule].itemPlaces != nil
    // A policy `nearest` is a map with one rule.
    if !isNearest || source.name != nil || source.rules.count > 1 {
      let map = source.name.map { "the map '\($0)'" } ?? "the rules of its STEER"
      parts.append("'\(match.matcher.text)' of \(map)")
    }
    if isNearest {
      parts.append(
        location.coordinates.map { "the distance from \($0.latitude),\($0.longitude)" }
          ?? "the order as written")
    }
    let network: IPPrefix?
    switch match.matcher {
    case .network: network = isNearest ? location.network : nil
    case .asn: network = location.asnNetwork
    case .city, .subdivision, .country, .continent, .default: network = location.network
    }
    if location.isUnknown, network != nil || isNearest || match.matcher == .default {
      parts.append("nothing being known of where \(client) is")
    } else if let network {
      parts.append("by the record of \(network)")
    }
    return parts.joined(separator: ", ")
  }

  private static func lacks(
    _ match: RuleMatch, _ rules: [GeoRule], _ databases: GeoDatabases
  ) -> String? {
    let matchers = rules.flatMap(\.matchers)
    let isNearest = rules[match.rule].itemPlaces != nil
    if case .network = match.matcher {
      return isNearest && !databases.hasPlaces ? "places" : nil
    }
    let asksForSystems = matchers.contains { if case .asn = $0 { true } else { false } }
    if asksForSystems, !databases.hasAutonomousSystems { return "autonomous systems" }
    var isByPlace = matchers.contains(where: \.isPlace)
    if case .asn = match.matcher { isByPlace = false }
    return (isByPlace || isNearest) && !databases.hasPlaces ? "places" : nil
  }
}

extension ClientLocation {
  /// Whether no record says where the client is.
  fileprivate var isUnknown: Bool {
    continent == nil && country == nil && subdivision == nil && city == nil && coordinates == nil
      && asn == nil
  }
}

extension GeoMatcher {
  fileprivate var isPlace: Bool {
    switch self {
    case .city, .subdivision, .country, .continent: true
    case .network, .asn, .default: false
    }
  }

  /// The matcher as it is written.
  fileprivate var text: String {
    switch self {
    case .network(let prefix): "net:\(prefix)"
    case .asn(let number): "asn:\(number)"
    case .city(let id): "city:\(id)"
    case .subdivision(let code): "subdivision:\(code)"
    case .country(let code): "country:\(code)"
    case .continent(let code): "continent:\(code)"
    case .default: "default"
    }
  }
}
