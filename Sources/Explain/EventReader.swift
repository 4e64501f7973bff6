import Addresses
import DNSWire
import HealthState
import Steering
import ZoneCompiler

/// Puts the events of an answer into words.
struct EventReader {
  /// A zone and what its steering has.
  fileprivate struct Served {
    let zone: CompiledZone
    let bases: SteeringBases
    let image: SteeringImage
  }

  private let version: Explainer.Version
  private let client: IPAddress
  private let zones: [Served]

  init(_ version: Explainer.Version, client: IPAddress) {
    self.version = version
    self.client = client
    var bases = SteeringBases()
    zones = version.zones.map { zone in
      let served = zone.served(&bases)
      return Served(zone: zone, bases: served.bases, image: served.steering.value)
    }
  }

  /// The steered names that the events tell of.
  func steered(_ events: [SteeringEvent]) -> [Explanation.SteeredName] {
    var names: [Explanation.SteeredName] = []
    var served: Served?
    // The lists that maps have led to, the innermost last, as far as they were not looked at.
    var pending: [UInt32] = []
    var ignoresHealth = false
    for event in events {
      if case .steered(let entry, let base) = event {
        guard let found = zone(withPool: base, entry: entry) else { continue }
        served = found
        pending = []
        ignoresHealth = false
        let note = found.zone.notes.entries[Int(entry)]
        names.append(.init(owner: note.owner, text: note.text, place: note.place))
        continue
      }
      guard let served, !names.isEmpty else { continue }
      let current = names.count - 1
      switch event {
      case .steered: break
      case .policy(let index):
        if let position = pending.firstIndex(of: index) { pending.removeFirst(position + 1) }
        let note = served.zone.notes.policies[index]
        names[current].steps.append(.policy(text: note?.text ?? "a policy", place: note?.place))
      case .outcome(let policy, let outcome, let scope):
        let (step, list) = rule(policy, outcome, scope, in: served)
        names[current].steps.append(step)
        pending = list
      case .pool(let index, let isUp):
        let pool = index - served.bases.pool
        if let position = pending.firstIndex(where: { served.poolIndex($0) == pool }) {
          pending.removeFirst(position + 1)
        }
        names[current].steps.append(step(pool, isUp, ignoresHealth: ignoresHealth, in: served.zone))
      case .ignoringHealth:
        ignoresHealth = true
        names[current].steps.append(.ignoringHealth)
      case .ttl(let written, let now, let untilChange):
        for policy in pending {
          names[current].steps.append(.unused(name: served.name(of: policy)))
        }
        pending = []
        names[current].ttl = ttl(written, now, untilChange)
      case .nothingUp:
        names[current].steps.append(
          .nothingUp(whenDown: whenDown(of: names[current].place, in: served.zone)))
      case .picked(let index):
        let note = served.zone.notes.pools[index - served.bases.pool]
        names[current].pick = (note.name, Self.explanation(ofSelection: note.selection))
      case .ttlLimit(let limit):
        names[current].ttl = (limit, "that of the addresses that hosts of the pool have")
      }
    }
    return names
  }

  private func zone(withPool base: Int, entry: UInt32) -> Served? {
    zones.first { $0.bases.pool == base && Int(entry) < $0.zone.notes.entries.count }
  }

  private func whenDown(of place: String, in zone: CompiledZone) -> String {
    zone.notes.entries.first { $0.place == place }?.whenDown ?? ""
  }

  private func rule(
    _ policy: UInt32, _ outcome: UInt32, _ scope: Int, in served: Served
  ) -> (step: Explanation.Step, list: [UInt32]) {
    let node = served.image.policies[policy]
    let span = served.image.outcomes[node.first + min(outcome, node.count - 1)]
    let list = (span.first..<(span.first + span.count)).map { served.image.choices[$0].policy }
    let way = served.zone.way(of: client, through: node.table, databases: version.databases)
    let places = served.zone.notes.policies[policy]?.rulePlaces ?? []
    let place = way.flatMap { places.indices.contains($0.rule) ? places[$0.rule] : nil }
    let step = Explanation.Step.rule(
      text: way?.text ?? "a map", place: place, list: list.map(served.name), scope: scope)
    return (step, list)
  }

  private func step(
    _ pool: Int, _ isUp: Bool, ignoresHealth: Bool, in zone: CompiledZone
  ) -> Explanation.Step {
    let note = zone.notes.pools[pool]
    let probes = note.targets.filter { $0.state == nil || $0.state == "backup" }.compactMap(\.probe)
    let healthy = probes.count { version.isUp($0) }
    var reason = probes.isEmpty ? "not probed" : "\(healthy) of \(probes.count) targets healthy"
    let hosts = zone.pools[pool].resolvedHosts
    var lost: [DomainName] = []
    if let addresses = version.hostAddresses, !hosts.isEmpty {
      lost = hosts.filter { addresses($0).addresses.isEmpty }.sorted()
      reason = "\(hosts.count - lost.count) of \(hosts.count) hosts have addresses"
    } else if !hosts.isEmpty {
      reason = "its hosts are not looked up, other addresses stand for theirs"
    }
    if ignoresHealth { reason = "as if every probe had passed" }
    if zone.original(of: pool) != pool, !isUp, healthy > 0 { reason += ", held back by failback=" }
    return .pool(
      name: note.name, place: note.place, isUp: isUp, reason: reason,
      targets: note.targets.compactMap(obstacle)
        + lost.map { "\($0) has no address" })
  }

  /// What keeps a target out of answers, or back; nil where nothing does.
  private func obstacle(_ target: SteeringNotes.Target) -> String? {
    let name =
      target.name == target.destination ? target.name : "\(target.name) (\(target.destination))"
    switch target.state {
    case "down": return "\(name) is forced down"
    case "drain": return "\(name) is drained"
    default: break
    }
    guard let probe = target.probe, !version.isUp(probe) else {
      return target.state == nil ? nil : "\(name) is a backup"
    }
    return "\(name) is down: \(version.probeResult(probe) ?? "nothing more is known")"
  }

  private func ttl(
    _ written: UInt32, _ now: UInt32, _ untilChange: UInt32
  ) -> (seconds: UInt32, reason: String) {
    if now < written, now <= untilChange {
      return (now, "a migration has brought it down from \(written)")
    }
    if untilChange < written {
      return (untilChange, "until a probe could first change the answer, between the name's bounds")
    }
    return (written, "as written")
  }

  private static func explanation(ofSelection word: String) -> String {
    switch word {
    case "round-robin": "its targets in turns"
    case "hash": "a target by the hash of the client's network"
    case "least-load": "the less loaded of two targets that are drawn"
    default: "a target drawn by weight"
    }
  }
}

extension EventReader.Served {
  /// The pool that a policy stands for; nil where it is more than a pool.
  fileprivate func poolIndex(_ policy: UInt32) -> Int? {
    let node = image.policies[policy]
    return node.kind == .pool ? Int(node.first) : nil
  }

  /// What a policy is called.
  fileprivate func name(of policy: UInt32) -> String {
    poolIndex(policy).map { zone.notes.pools[$0].name }
      ?? zone.notes.policies[policy]?.text ?? "a policy"
  }
}
