import Addresses
import GeoDatabase
import GeoMap

/// How clients come through a map, for those who ask why.
struct MapGuide {
  private let source: MapSource
  private let matcher: RuleMatcher?
  private let asksForSystems: Bool
  private let asksForPlaces: Bool

  init(_ source: MapSource) {
    self.source = source
    matcher = try? RuleMatcher(source.rules)
    let matchers = source.rules.lazy.flatMap(\.matchers)
    asksForSystems = matchers.contains { if case .asn = $0 { true } else { false } }
    asksForPlaces = matchers.contains(where: \.isPlace)
  }

  /// How a client came through the map.
  struct Way {
    /// The index of the rule that it met.
    let rule: Int
    /// The rule, and the network by which it was met, for a message.
    let text: String
    /// The kind of database that is missing and could have led elsewhere; nil where none could.
    let lacks: String?
  }

  /// The way of a client; nil for a map that is none.
  func way(of client: IPAddress, in databases: GeoDatabases) -> Way? {
    guard let (rule, matcher, location) = matcher?.match(client, in: databases) else { return nil }
    let isNearest = source.rules[rule].itemPlaces != nil
    return Way(
      rule: rule, text: text(matcher, location, isNearest: isNearest, client),
      lacks: lacks(matcher, isNearest: isNearest, databases))
  }

  private func text(
    _ matcher: GeoMatcher, _ location: ClientLocation, isNearest: Bool, _ client: IPAddress
  ) -> String {
    var parts: [String] = []
    switch source.origin {
    case .map(let name): parts.append("'\(matcher.text)' of the map '\(name)'")
    case .policy: parts.append("'\(matcher.text)' of the rules in its policy")
    case .nearest: break
    case .latency(let path):
      parts.append(
        matcher == .default
          ? "no line of the table '\(path)'"
          : "'\(matcher.text)' of the table '\(path)'")
    }
    if isNearest {
      parts.append(
        location.coordinates.map { "the distance from \($0.latitude),\($0.longitude)" }
          ?? "the order as written")
    }
    let network: IPPrefix?
    switch matcher {
    case .network: network = isNearest ? location.network : nil
    case .asn: network = location.asnNetwork
    case .city, .subdivision, .country, .continent, .default: network = location.network
    }
    if location.isUnknown, network != nil || isNearest || matcher == .default {
      parts.append("nothing being known of where \(client) is")
    } else if let network {
      parts.append("by the record of \(network)")
    }
    return parts.joined(separator: ", ")
  }

  private func lacks(
    _ matcher: GeoMatcher, isNearest: Bool, _ databases: GeoDatabases
  ) -> String? {
    switch matcher {
    case .network, .asn: return isNearest && !databases.hasPlaces ? "places" : nil
    case .city, .subdivision, .country, .continent, .default:
      if asksForSystems, !databases.hasAutonomousSystems { return "autonomous systems" }
      return (asksForPlaces || isNearest) && !databases.hasPlaces ? "places" : nil
    }
  }
}

extension ClientLocation {
  /// Whether no record says where the client is.
  fileprivate var isUnknown: Bool {
    continent == nil && country == nil && subdivisions.isEmpty && city == nil && coordinates == nil
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
