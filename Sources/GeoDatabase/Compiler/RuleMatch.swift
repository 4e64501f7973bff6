import Addresses
import GeoMap

/// Which rule of a map a client meets, and by what.
public struct RuleMatch: Hashable, Sendable {
  /// The rule's index.
  public var rule: Int
  /// Its matcher that the client meets.
  public var matcher: GeoMatcher
  /// What is known of the client.
  public var location: ClientLocation
}

extension GeoDatabases {
  /// Whether places are known.
  public var hasPlaces: Bool { places != nil }
  /// The database whose networks stand for the clients of the world; nil where there is none.
  public var populated: GeoDatabase? { places ?? autonomousSystems }
  /// Whether autonomous systems are known.
  public var hasAutonomousSystems: Bool { autonomousSystems != nil }

  /// The rule that a `canonical` address meets: the way of `compile` for one client.
  public func match(
    _ client: IPAddress, _ rules: [GeoRule]
  ) throws(GeoDatabaseError) -> RuleMatch {
    let index = try RuleIndex(rules)
    let location = locate(client)
    if let (network, rule) = index.network(of: client) {
      return RuleMatch(rule: rule, matcher: .network(network), location: location)
    }
    if let asn = location.asn, let rule = index.asns[asn] {
      return RuleMatch(rule: rule, matcher: .asn(asn), location: location)
    }
    let (rule, matcher) = index.match(location)
    return RuleMatch(rule: rule, matcher: matcher, location: location)
  }
}

extension RuleIndex {
  /// The longest network of a rule that a client lies in, by the IPv4 address inside a 6to4 or NAT64 one where
  /// no rule's network covers that.
  fileprivate func network(of client: IPAddress) -> (IPPrefix, Int)? {
    for length in stride(from: client.bitWidth, through: 0, by: -1) {
      let network = IPPrefix(client, length: length)
      if let rule = networks[network] { return (network, rule) }
      if network == .sixToFour || network == .translated {
        let isCovered = networks.keys.contains { $0.length < length && $0.contains(client) }
        if !isCovered { return self.network(of: client.withoutEmbedding) }
      }
    }
    return nil
  }
}
