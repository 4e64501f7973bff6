import Addresses
import Foundation
import GeoMap

@testable import GeoDatabase

/// What a client gets from a map's rules, worked out one client at a time from the files themselves: the
/// plain reading of the language against which compiled maps are checked.
struct PlainEvaluation {
  var places: MaxMindFile?
  var systems: MaxMindFile?
  var centres: [String: Coordinates] = [:]
  var rules: [GeoRule]

  /// The items in their order.
  func items(for client: IPAddress) throws -> [Int] {
    let (address, isEmbedded) = Self.unwrapped(client)
    let place = isEmbedded || !Self.isAlias(address) ? try places?.lookup(address).record : nil
    let system = !Self.isAlias(address) ? try systems?.lookup(address).record : nil
    let rule = rules[selected(client, address, place, system)]
    guard let itemPlaces = rule.itemPlaces, let here = coordinates(place) else {
      return rule.items
    }
    let near = itemPlaces.indices.filter { itemPlaces[$0] != nil }.sorted {
      (distance(here, itemPlaces[$0]?.coordinates), $0) < (
        distance(here, itemPlaces[$1]?.coordinates), $1
      )
    }.prefix(3)
    let others = rule.items.indices.filter { !near.contains($0) }
    return (near + others).map { rule.items[$0] }
  }

  private func selected(
    _ client: IPAddress, _ address: IPAddress, _ place: MaxMindValue?, _ system: MaxMindValue?
  ) -> Int {
    func rule(_ matches: (GeoMatcher) -> Bool) -> Int? {
      rules.firstIndex { $0.matchers.contains(where: matches) }
    }
    var best: (length: Int, rule: Int)?
    for candidate in [client.canonical, address] where best == nil {
      for (index, rule) in rules.enumerated() {
        for case .network(let prefix) in rule.matchers
        where prefix.contains(candidate) && prefix.length > best?.length ?? -1 {
          best = (prefix.length, index)
        }
      }
    }
    if let best { return best.rule }
    if case .uint32(let asn) = system?["autonomous_system_number"],
      let found = rule({ $0 == .asn(asn) })
    {
      return found
    }
    if case .uint32(let city) = place?["city"]?["geoname_id"],
      let found = rule({ $0 == .city(city) })
    {
      return found
    }
    if let country = text(place?["country"]?["iso_code"]) {
      if case .array(let parts) = place?["subdivisions"] {
        for code in parts.reversed().compactMap({ text($0["iso_code"]) }) {
          if let found = rule({ $0 == .subdivision("\(country)-\(code)") }) { return found }
        }
      }
      if let found = rule({ $0 == .country(country) }) { return found }
    }
    if let continent = text(place?["continent"]?["code"]),
      let found = rule({ $0 == .continent(continent) })
    {
      return found
    }
    return rule { $0 == .default } ?? -1
  }

  private func text(_ value: MaxMindValue?) -> String? {
    if case .string(let text) = value { text } else { nil }
  }

  private func coordinates(_ place: MaxMindValue?) -> Coordinates? {
    if case .double(let latitude) = place?["location"]?["latitude"],
      case .double(let longitude) = place?["location"]?["longitude"]
    {
      return Coordinates(latitude: latitude, longitude: longitude)
    }
    return text(place?["country"]?["iso_code"]).flatMap { centres[$0] }
  }

  /// The central angle by the haversine formula.
  private func distance(_ one: Coordinates, _ other: Coordinates?) -> Double {
    guard let other else { return .infinity }
    func half(_ degrees: Double) -> Double { sin(degrees * .pi / 360) }
    let latitudes = half(one.latitude - other.latitude)
    let longitudes = half(one.longitude - other.longitude)
    let scale = cos(one.latitude * .pi / 180) * cos(other.latitude * .pi / 180)
    let angle = 2 * asin(min(1, sqrt(latitudes * latitudes + scale * longitudes * longitudes)))
    // Equal places have equal distances, whatever the rounding.
    return (angle * 1e9).rounded()
  }

  /// The IPv4 address inside a mapped, 6to4 or NAT64 one.
  static func unwrapped(_ client: IPAddress) -> (address: IPAddress, isEmbedded: Bool) {
    if !client.isIPv4 && client.high >> 48 == 0x2002 {
      return (IPAddress(ipv4: UInt32(truncatingIfNeeded: client.high >> 16)), true)
    }
    if client.high == 0x0064_FF9B_0000_0000 && client.low >> 32 == 0 {
      return (IPAddress(ipv4: UInt32(truncatingIfNeeded: client.low)), true)
    }
    return (client.canonical, false)
  }

  /// Whether a file may have IPv4's data there by way of an alias: Teredo, and where IPv4 itself lives.
  private static func isAlias(_ address: IPAddress) -> Bool {
    !address.isIPv4 && (address.high >> 32 == 0x2001_0000 || address.number >> 32 == 0)
  }
}
