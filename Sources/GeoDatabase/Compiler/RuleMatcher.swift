import Addresses
import GeoMap

/// Finds the rule of a map that a client meets: the way of `GeoDatabases.compile` for one client.
public struct RuleMatcher: Sendable {
  private let index: RuleIndex

  /// A matcher for the rules of a map, which have exactly one `default` and no matcher twice.
  public init(_ rules: [GeoRule]) throws(GeoDatabaseError) { index = try RuleIndex(rules) }

  /// The index of the rule that a `canonical` address meets, its matcher, and what is known of the client.
  public func match(
    _ client: IPAddress, in databases: GeoDatabases
  ) -> (rule: Int, matcher: GeoMatcher, location: ClientLocation) {
    let location = databases.locate(client)
    if let (network, rule) = network(of: client) { return (rule, .network(network), location) }
    if let asn = location.asn, let rule = index.asns[asn] { return (rule, .asn(asn), location) }
    let (rule, matcher) = index.match(location)
    return (rule, matcher, location)
  }

  /// The longest network of a rule that a client lies in, by the IPv4 address inside a 6to4 or NAT64 one where
  /// no rule's network covers that.
  private func network(of client: IPAddress) -> (IPPrefix, Int)? {
    for length in stride(from: client.bitWidth, through: 0, by: -1) {
      let network = IPPrefix(client, length: length)
      if let rule = index.networks[network] { return (network, rule) }
      if network == .sixToFour || network == .translated {
        let isCovered = index.networks.keys.contains { $0.length < length && $0.contains(client) }
        if !isCovered { return self.network(of: client.withoutEmbedding) }
      }
    }
    return nil
  }
}
