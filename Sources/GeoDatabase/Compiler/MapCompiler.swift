import Addresses
import GeoMap

/// Flattens rules and databases into intervals of equal outcome.
///
/// Three layers are swept together: the networks that rules name, the autonomous systems, the places. A
/// place counts only for what it changes, so clients in places that no rule tells apart end in one
/// interval.
struct MapCompiler {
  private let rules: [GeoRule]
  private let databases: GeoDatabases
  private let index: RuleIndex
  private let nearest: [NearestOrder?]
  /// The rules with `nearest` that a network or an autonomous system selects, wherever the client is.
  private let overriding: [Int]

  private var outcomes: [GeoOutcome] = []
  private var outcomeNumbers: [[Int]: UInt32] = [:]
  private var outcomesByFront: [RuleFront: UInt32] = [:]
  private var kinds: [PlaceKind] = []
  private var kindNumbers: [PlaceKind: UInt32] = [:]

  /// Stands for no rule in the layers of networks and autonomous systems.
  private static let none = UInt32.max

  /// All that an outcome hangs on.
  private struct RuleFront: Hashable {
    var rule: Int
    /// The nearest items; none where the place plays no part.
    var front: NearestOrder.Front
  }

  /// What a place decides.
  private struct PlaceKind: Hashable {
    /// The outcome of the rule for the place.
    var outcome: UInt32
    /// The outcome there of each of the `overriding` rules.
    var overriding: [UInt32]
  }

  init(rules: [GeoRule], databases: GeoDatabases) throws(GeoDatabaseError) {
    self.rules = rules
    self.databases = databases
    index = try RuleIndex(rules)
    nearest = rules.map { $0.itemPlaces.map(NearestOrder.init) }
    overriding = Set(index.networks.values).union(index.asns.values).sorted()
      .filter { rules[$0].itemPlaces != nil }
  }

  mutating func compile() -> CompiledGeoMap {
    let places = databases.places
    let texts = places?.locations.texts ?? [""]
    let placeRules = PlaceRules(index, texts: texts)
    // By the number of a country.
    let centres = texts.map { databases.countryCentres[$0] }
    func kind(of record: LocationTable.Record) -> UInt32 {
      self.kind(
        rule: placeRules.rule(for: record),
        place: record.coordinates ?? centres[Int(record.country)])
    }
    let placeKinds = (places?.locations.records ?? []).map { kind(of: $0) }
    let unknown = kind(of: LocationTable.Record())
    let systems = databases.autonomousSystems
    let systemRules = (systems?.locations.records ?? []).map { record in
      index.asns[record.asn].map(UInt32.init) ?? Self.none
    }
    let ruleNumbers = rules.indices.map(UInt32.init)

    var builder = GeoMapBuilder()
    var ipv4 = LayerSweep(
      networks: Layer(
        networks { $0.isIPv4 ? $0.ipv4 : nil }, values: ruleNumbers, missing: Self.none),
      systems: Layer(systems?.ipv4, values: systemRules, missing: Self.none),
      places: Layer(places?.ipv4, values: placeKinds, missing: unknown))
    ipv4.forEachChange { start, network, system, kind in
      builder.appendIPv4(start: start, outcome: outcome(network, system, kind))
    }

    let embeddings = self.embeddings
    var ipv6 = LayerSweep(
      networks: Layer(
        networks(and: embeddings.map(\.prefix)) { $0.isIPv4 ? nil : $0.number },
        values: ruleNumbers + embeddings.indices.map { UInt32(rules.count + $0) },
        missing: Self.none),
      systems: Layer(systems?.ipv6, values: systemRules, missing: Self.none),
      places: Layer(places?.ipv6, values: placeKinds, missing: unknown))
    ipv6.forEachChange { start, network, system, kind in
      let embedding = Int(network) - rules.count
      builder.appendIPv6(
        start: start,
        embeddings.indices.contains(embedding)
          ? embeddings[embedding].value : .outcome(outcome(network, system, kind)))
    }
    return CompiledGeoMap(storage: builder.build(), outcomes: outcomes)
  }

  /// The IPv6 networks whose clients are looked up by an IPv4 address inside theirs. A network of a rule
  /// that has all of one in it wins over it, but for mapped addresses, which are IPv4 everywhere.
  private var embeddings: [(prefix: IPPrefix, value: GeoMapBuilder.Value)] {
    let all: [(prefix: IPPrefix, value: GeoMapBuilder.Value)] = [
      (.sixToFour, .sixToFour), (.translated, .translated),
    ]
    return [(.mapped, .translated)]
      + all.filter { embedding in
        !index.networks.keys.contains {
          $0.length <= embedding.prefix.length && $0.contains(embedding.prefix.address)
        }
      }
  }

  /// The networks that rules name, each with its rule's index, and behind these `others`.
  private func networks<Address>(
    and others: [IPPrefix] = [], _ number: (IPAddress) -> Address?
  ) -> NetworkTable<Address> {
    let all =
      index.networks.map { ($0.key, UInt32($0.value)) }
      + others.enumerated().map { ($0.element, UInt32(rules.count + $0.offset)) }
    return NetworkTable(
      nested: all.compactMap { prefix, record in
        number(prefix.address).map { ($0, prefix.length, record) }
      })
  }

  /// What clients get in a place, given the rules of their network and autonomous system.
  private mutating func outcome(_ network: UInt32, _ system: UInt32, _ kind: UInt32) -> UInt32 {
    let place = kinds[Int(kind)]
    let selected = network != Self.none ? network : system
    guard selected != Self.none else { return place.outcome }
    let rule = Int(selected)
    guard nearest[rule] != nil, let position = overriding.firstIndex(of: rule) else {
      return outcome(of: rule, near: nil)
    }
    return place.overriding[position]
  }

  /// The number of what a place decides, for which the rule with that index is.
  private mutating func kind(rule: Int, place: Coordinates?) -> UInt32 {
    let isPlaceless = nearest[rule] == nil && overriding.isEmpty
    let here = isPlaceless ? nil : place.map(NearestOrder.vector)
    let kind = PlaceKind(
      outcome: outcome(of: rule, near: here),
      overriding: overriding.map { outcome(of: $0, near: here) })
    if let known = kindNumbers[kind] { return known }
    kinds.append(kind)
    kindNumbers[kind] = UInt32(kinds.count - 1)
    return UInt32(kinds.count - 1)
  }

  /// The number of the outcome of a rule for a client at `place`.
  private mutating func outcome(of rule: Int, near place: SIMD3<Double>?) -> UInt32 {
    let key = RuleFront(rule: rule, front: nearest[rule]?.front(from: place) ?? .none)
    if let known = outcomesByFront[key] { return known }
    let order = nearest[rule]?.order(front: key.front) ?? Array(rules[rule].items.indices)
    let items = order.map { rules[rule].items[$0] }
    let number = outcomeNumbers[items] ?? UInt32(outcomes.count)
    if number == outcomes.count {
      outcomes.append(GeoOutcome(rule: rule, order: order))
      outcomeNumbers[items] = number
    }
    outcomesByFront[key] = number
    return number
  }
}
