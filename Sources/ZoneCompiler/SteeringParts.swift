import Addresses
import DNSWire
import GeoDatabase
import GeoMap
import HealthState
import SourceText
import Steering
import ZoneFile

/// The steering of one zone while it is compiled.
struct SteeringParts {
  private(set) var entries: [SteerEntry] = []
  private(set) var policies: [PolicyNode] = []
  private(set) var choices: [PolicyChoice] = []
  private(set) var outcomes: [ChoiceSpan] = []
  private(set) var maps: [GeoMapStorage] = []
  private(set) var slots: [UInt16] = []
  /// What each of `maps` was made from.
  private(set) var mapSources: [MapSource] = []
  private(set) var pools: [PoolDefinition] = []
  private(set) var poolNames: [String] = []
  private(set) var probeKeys: [[ProbeKey?]] = []
  private(set) var probes: [ProbeKey: CheckSettings] = [:]
  private(set) var holdings: [FailbackHolding] = []
  private(set) var notes = SteeringNotes()

  private let zone: Zone
  private let compiler: ZoneCompiler
  private var namedPolicies: [Int: UInt32] = [:]
  private var timelineOf: [DomainName: UInt16] = [:]
  /// The owner or the name of the policy that is being added.
  private var subject = ""

  init(zone: Zone, compiler: ZoneCompiler) {
    self.zone = zone
    self.compiler = compiler
    for (index, migration) in zone.migrations.enumerated() {
      for owner in migration.owners { timelineOf[owner] = UInt16(clamping: index) }
    }
  }

  /// Adds all pools; policy n is pool n. `intern` makes a name known to the zone and says its node.
  mutating func addPools(intern: (DomainName) -> UInt32) throws(GeoDatabaseError) {
    for pool in zone.pools {
      var keys: [ProbeKey?] = []
      let targets = pool.targets.map { target in
        let key = probeKey(of: target)
        keys.append(key)
        let destination: PoolDefinition.Target.Destination =
          switch target.destination {
          case .address(let address): .address(address)
          case .host(let name):
            pool.answer == .resolve ? .addresses(of: name) : .host(intern(name))
          }
        return PoolDefinition.Target(
          destination: destination, weight: target.weight, isEnabled: target.state == .up,
          isBackup: target.isBackup, hashKey: HashSlots.key(target.name),
          cell: key.map(compiler.health.cell))
      }
      for (target, key) in zip(pool.targets, keys) {
        guard let key, let check = target.check, target.state == .up else { continue }
        probes[key] = zone.checks[check].settings
      }
      policies.append(PolicyNode(kind: .pool, first: UInt32(pools.count)))
      pools.append(
        PoolDefinition(
          targets: targets,
          picking: PoolPicking(
            selection: pool.selection, network: pool.network,
            answers: pool.answers ?? TargetOrder.maximumCount),
          minimumHealthy: PoolDefinition.MinimumHealthy(pool.minimumHealthy)))
      poolNames.append(pool.fullName(in: zone))
      probeKeys.append(keys)
      note(pool, keys)
    }
  }

  /// Adds a steered name and returns its entry.
  mutating func add(_ steer: Steer) throws(GeoDatabaseError) -> UInt32 {
    subject = "\(steer.owner)"
    let policy = try policy(steer.policy)
    note(steer, policy)
    entries.append(
      SteerEntry(
        policy: policy, maximumTTL: steer.maximumTTL, minimumTTL: steer.minimumTTL,
        timeline: timelineOf[steer.owner] ?? UInt16.max,
        whenDown: SteerEntry.WhenDown(steer.whenDown), canYieldCNAME: steer.canYieldCNAME))
    return UInt32(entries.count - 1)
  }

  // MARK: Notes

  private mutating func note(_ pool: Pool, _ keys: [ProbeKey?]) {
    let targets = zip(pool.targets, keys).map { target, key in
      let destination =
        switch target.destination {
        case .address(let address): "\(address)"
        case .host(let name): "\(name)"
        }
      let state = target.state == .up ? target.isBackup ? "backup" : nil : target.state.rawValue
      return SteeringNotes.Target(
        name: target.name, destination: destination, state: state, probe: key)
    }
    notes.pools.append(
      SteeringNotes.Pool(
        name: pool.fullName(in: zone), place: zone.place(pool.location),
        selection: pool.selection.word, targets: targets))
  }

  private mutating func note(_ steer: Steer, _ policy: UInt32) {
    let ttl =
      steer.minimumTTL == steer.maximumTTL
      ? "\(steer.maximumTTL)" : "\(steer.maximumTTL)/\(steer.minimumTTL)"
    let text = zone.text(of: steer.policy)
    notes.entries.append(
      SteeringNotes.Entry(
        owner: "\(steer.owner)", text: "\(ttl) STEER \(text)", whenDown: steer.whenDown.rawValue,
        place: zone.place(steer.location)))
    // A steer that is nothing but a named policy has that policy's note.
    if notes.policies[policy] == nil {
      note(policy, steer.policy, text: text, place: steer.location)
    }
  }

  private mutating func note(
    _ policy: UInt32, _ expression: PolicyExpression, text: String, place: SourceLocation
  ) {
    var note = SteeringNotes.Policy(text: text, place: zone.place(place))
    if case .geo(let map, _) = expression {
      note.rulePlaces = zone.maps[map].rules.map { zone.place($0.location) }
    }
    notes.policies[policy] = note
  }

  private func probeKey(of target: Target) -> ProbeKey? {
    guard let check = target.check, case .address(let address) = target.destination else {
      return nil
    }
    let settings = zone.checks[check].settings
    return ProbeKey(
      zone: zone.apex.description.lowercased(), check: zone.checks[check].name, address: address,
      port: target.port ?? settings.effectivePort)
  }

  private mutating func policy(
    _ expression: PolicyExpression
  ) throws(GeoDatabaseError) -> UInt32 {
    switch expression {
    case .pool(let index): return UInt32(index)
    case .named(let index):
      if let known = namedPolicies[index] { return known }
      let outer = subject
      subject = zone.policies[index].name
      let made = try policy(zone.policies[index].expression)
      subject = outer
      namedPolicies[index] = made
      let named = zone.policies[index]
      note(
        made, named.expression, text: "\(named.name): \(zone.text(of: named.expression))",
        place: named.location)
      return made
    case .failover(let targets, .auto):
      var made: [PolicyChoice] = []
      for target in targets { made.append(PolicyChoice(policy: try policy(target))) }
      return add(.failover, made)
    case .failover(let targets, let failback): return hold(targets, failback)
    case .choice(let selection, let choices, let network):
      return try add(selection, choices, network)
    case .nearest(let pools):
      return try geo([nearest(pools)], targets: [pools.map { UInt32($0) }], from: .nearest)
    case .latency(let table, let pools):
      // An order of the table names the quickest, and the others stand behind them as written.
      let orders = zone.latencyTables[table].orders(of: pools, in: zone)
      let rules = orders.map { order, networks in
        GeoRule(
          matchers: networks.map { .network($0) },
          items: order + pools.indices.filter { !order.contains($0) })
      }
      let all = pools.map { UInt32($0) }
      return try geo(
        [nearest(pools)] + rules,
        targets: [all] + rules.map { $0.items.map { all[$0] } },
        from: .latency(zone.latencyTables[table].path))
    case .geo(let map, let poolsAtSite):
      var rules: [GeoRule] = []
      var targets: [[UInt32]] = []
      for rule in zone.maps[map].rules {
        // A site without a pool of that name is skipped, so it does not tell two clients apart either.
        var items: [GeoRules.Item] = []
        var leads: [UInt32] = []
        for item in rule.items {
          guard let target = try target(item, poolsAtSite) else { continue }
          items.append(item)
          leads.append(target)
        }
        rules.append(geoRule(rule, items))
        targets.append(leads)
      }
      return try geo(
        rules, targets: targets, from: zone.maps[map].name.map { .map($0) } ?? .policy)
    }
  }

  /// `nearest` over pools, which are items by their position.
  private func nearest(_ pools: [Int]) -> GeoRule {
    GeoRule(
      matchers: [.default], items: Array(pools.indices), itemPlaces: pools.map { place($0) })
  }

  private mutating func add(
    _ kind: PolicyNode.Kind, _ made: [PolicyChoice], table: Int = 0,
    network: ClientNetwork = .standard
  ) -> UInt32 {
    policies.append(
      PolicyNode(
        kind: kind, first: UInt32(choices.count), count: UInt32(made.count),
        table: UInt32(table), network: network))
    choices += made
    return UInt32(policies.count - 1)
  }

  /// A policy that picks one of several.
  private mutating func add(
    _ selection: Selection, _ written: [PolicyExpression.Choice], _ network: ClientNetwork
  ) throws(GeoDatabaseError) -> UInt32 {
    var made: [PolicyChoice] = []
    var sum: UInt32 = 0
    for choice in written {
      sum += choice.weight
      made.append(PolicyChoice(policy: try policy(choice.target), weightSum: sum))
    }
    guard selection == .hash else { return add(.choice(selection), made) }
    let table = slots.count / HashSlots.count
    slots += HashSlots.table(
      keys: written.map { HashSlots.key($0.name) }, weights: written.map(\.weight))
    return add(.choice(.hash), made, table: table, network: network)
  }

  /// A failover among pools that are held back for a time when they have been down: among images of them
  /// that are published as down for as long.
  private mutating func hold(_ targets: [PolicyExpression], _ failback: Failback) -> UInt32 {
    var holding = FailbackHolding(
      subject: "\(subject) (\(zone.apex))", failback: failback, pools: [])
    var made: [PolicyChoice] = []
    for case .pool(let index) in targets {
      holding.pools.append((pool: index, image: pools.count))
      made.append(PolicyChoice(policy: UInt32(policies.count)))
      policies.append(PolicyNode(kind: .pool, first: UInt32(pools.count)))
      pools.append(pools[index])
      poolNames.append(poolNames[index])
      probeKeys.append(probeKeys[index])
      notes.pools.append(notes.pools[index])
    }
    holdings.append(holding)
    return add(.failover, made)
  }

  /// A geo policy over `rules`; `targets` says for each what its items lead to.
  private mutating func geo(
    _ rules: [GeoRule], targets: [[UInt32]], from origin: MapSource.Origin
  ) throws(GeoDatabaseError) -> UInt32 {
    let compiled = try compiler.maps.map(rules)
    let first = UInt32(outcomes.count)
    for outcome in compiled.outcomes {
      outcomes.append(
        ChoiceSpan(first: UInt32(choices.count), count: UInt32(outcome.order.count)))
      choices += outcome.order.map { PolicyChoice(policy: targets[outcome.rule][$0]) }
    }
    policies.append(
      PolicyNode(
        kind: .geo, first: first, count: UInt32(compiled.outcomes.count),
        table: UInt32(maps.count)))
    maps.append(compiled.storage)
    mapSources.append(MapSource(origin: origin, rules: rules))
    return UInt32(policies.count - 1)
  }

  private mutating func target(
    _ item: GeoRules.Item, _ poolsAtSite: [Int: Int]
  ) throws(GeoDatabaseError) -> UInt32? {
    switch item {
    case .pool(let index): return UInt32(index)
    case .policy(let index): return try policy(.named(index))
    case .site(let index): return poolsAtSite[index].map { UInt32($0) }
    }
  }

  private func geoRule(_ rule: GeoRules.Rule, _ items: [GeoRules.Item]) -> GeoRule {
    let places = items.map { item -> GeoPlace? in
      switch item {
      case .site(let index): zone.sites[index].coordinates.map { GeoPlace($0) }
      case .pool(let index): place(index)
      case .policy: nil
      }
    }
    return GeoRule(
      matchers: rule.matchers, items: items.map(\.number),
      itemPlaces: rule.isNearest ? places : nil)
  }

  private func place(_ pool: Int) -> GeoPlace? {
    let pool = zone.pools[pool]
    return (pool.coordinates ?? pool.site.flatMap { zone.sites[$0].coordinates })
      .map { GeoPlace($0, bias: pool.bias) }
  }
}

/// What a map of a zone was made from, for those who ask why a client is sent somewhere.
struct MapSource {
  /// Where its rules stand.
  enum Origin {
    /// In a `$MAP` with a name.
    case map(String)
    /// In a policy of its own.
    case policy
    /// Nowhere: one rule stands for a `nearest`.
    case nearest
    /// In a table of latencies, by its path; a `nearest` stands for the rest.
    case latency(String)
  }

  var origin: Origin
  var rules: [GeoRule]
}

extension GeoRules.Item {
  /// A number that no other item of the zone has.
  fileprivate var number: Int {
    switch self {
    case .site(let index): 3 * index
    case .pool(let index): 3 * index + 1
    case .policy(let index): 3 * index + 2
    }
  }
}

extension PoolDefinition.MinimumHealthy {
  fileprivate init(_ value: Pool.MinimumHealthy) {
    switch value {
    case .count(let count): self = .count(count)
    case .percent(let percent): self = .percent(percent)
    }
  }
}

extension SteerEntry.WhenDown {
  fileprivate init(_ value: Steer.WhenDown) {
    switch value {
    case .static: self = .static
    case .all: self = .all
    case .nodata: self = .nodata
    case .servfail: self = .servfail
    }
  }
}
