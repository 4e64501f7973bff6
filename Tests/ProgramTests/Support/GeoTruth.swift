import Addresses
import Foundation
import TestSupport

/// The JSON that one of MaxMind's test databases was made from.
struct GeoTruth: Sendable {
  /// The kinds of matchers, the most specific last.
  static let kinds = ["continent", "country", "subdivision", "city", "asn"]

  /// For each network, what matchers of each kind it meets.
  let networks: [IPPrefix: [String: String]]

  /// Reads `source-data/NAME.json`.
  init(_ name: String) throws {
    let file = URL(fileURLWithPath: "\(TestData.folder)/mmdb/source-data/\(name).json")
    guard
      let list = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        as? [[String: [String: Any]]]
    else { throw Failure("\(file.path) is not as expected") }
    var networks: [IPPrefix: [String: String]] = [:]
    for (text, record) in list.joined() {
      networks[try Self.network(text)] = Self.matchers(record)
    }
    self.networks = networks
  }

  /// What an address meets: the innermost network's.
  func matchers(of address: IPAddress) -> [String: String] {
    let length = address.bitWidth
    for length in stride(from: length, through: 0, by: -1) {
      if let found = networks[IPPrefix(address, length: length)] { return found }
    }
    return [:]
  }

  /// All values of a kind, sorted.
  func values(_ kind: String) -> [String] { Set(networks.values.compactMap { $0[kind] }).sorted() }

  private static func network(_ text: String) throws -> IPPrefix {
    var prefix: IPPrefix
    do throws(IPPrefix.ParseError) {
      prefix = try IPPrefix(parsing: text)
    } catch {
      // One network of the JSON has host bits set.
      guard case .hostBits(let meant) = error else { throw Failure("'\(text)' is no network") }
      prefix = meant
    }
    // "::214.0.0.0/120" is how the JSON writes most IPv4 networks.
    let address = prefix.address
    if !address.isIPv4, address.high == 0, address.low >> 32 == 0, prefix.length >= 96 {
      prefix = IPPrefix(
        IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low)), length: prefix.length - 96)
    }
    return prefix
  }

  private static func matchers(_ record: [String: Any]) -> [String: String] {
    func part(_ key: String, _ name: String) -> Any? { (record[key] as? [String: Any])?[name] }
    var found: [String: String] = [:]
    found["continent"] = part("continent", "code") as? String
    found["country"] = part("country", "iso_code") as? String
    let narrowest = (record["subdivisions"] as? [[String: Any]])?.last?["iso_code"] as? String
    if let country = found["country"], let narrowest {
      found["subdivision"] = "\(country)-\(narrowest)"
    }
    found["city"] = (part("city", "geoname_id") as? NSNumber).map { "\($0)" }
    found["asn"] = (record["autonomous_system_number"] as? NSNumber).map { "\($0)" }
    return found
  }
}

/// A zone with a rule and a pool for every value of a truth, and for each kind of matcher a name that only
/// looks at it: `continent`, `country`, …; `all` looks at all of them.
struct GeoZone {
  /// Steering lines.
  private(set) var text = ""
  private var addresses: [String: String] = [:]
  private let kinds: [String]

  init(_ truths: [GeoTruth]) {
    kinds = GeoTruth.kinds.filter { kind in truths.contains { !$0.values(kind).isEmpty } }
    var rules: [String: String] = [:]
    for (number, kind) in kinds.enumerated() {
      let values = Set(truths.flatMap { $0.values(kind) }).sorted()
      for (index, value) in values.enumerated() {
        let address = "10.\(number).\(index / 250).\(index % 250 + 1)"
        addresses["\(kind):\(value)"] = address
        text += "$POOL \(kind)-\(index) ( \(address) )\n"
        rules[kind, default: ""] += "  \(kind):\(value) -> \(kind)-\(index)\n"
      }
    }
    text += "$POOL elsewhere ( 10.255.255.255 )\n"
    rules["all"] = kinds.compactMap { rules[$0] }.joined()
    for (kind, lines) in rules.sorted(by: { $0.key < $1.key }) {
      text += "$MAP \(kind)-map (\n\(lines)  default -> elsewhere )\n"
      text += "\(kind) 60 STEER geo map=\(kind)-map\n"
    }
  }

  /// The names that are steered.
  var names: [String] { kinds + ["all"] }

  /// The address that a name is answered with for a client that meets `matchers`.
  func expected(_ name: String, _ matchers: [String: String]) -> String {
    // An autonomous system beats a place, and the smallest place the others.
    for kind in name == "all" ? kinds.reversed() : [name] {
      if let value = matchers[kind], let address = addresses["\(kind):\(value)"] { return address }
    }
    return "10.255.255.255"
  }
}

extension IPPrefix {
  /// Addresses of the network: its first, its last, and `count` others.
  func sample(_ count: Int) -> [IPAddress] {
    let others = (0..<count).map { _ in
      host(high: .random(in: 0 ... .max), low: .random(in: 0 ... .max))
    }
    return [address, host(high: .max, low: .max)] + others
  }

  /// The address with the last of these bits behind the prefix.
  private func host(high: UInt64, low: UInt64) -> IPAddress {
    let prefix = IPAddress(high: .max, low: .max).masked(to: length + 128 - address.bitWidth)
    if address.isIPv4 {
      return IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low | low & ~prefix.low))
    }
    return IPAddress(
      high: address.high | high & ~prefix.high, low: address.low | low & ~prefix.low)
  }
}
