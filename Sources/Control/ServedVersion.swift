import Configuration
import DNSWire
import GeoDatabase
import HealthCheck
import HealthState
import HostLookup
import LinuxSystem
import QueryEngine
import Steering
import ZoneCompiler

/// The version that is served, as the control plane keeps it.
struct ServedVersion {
  let databases: LoadedDatabases
  let zones: [CompiledZone]
  /// The zones with what they were made from.
  let zonesByApex: [DomainName: LoadedZone]
  let settings: ServeSettings
  private let engine: EngineSettings
  private let catalogue: CatalogueStorage
  private let definitions: [PoolDefinition]
  private let names: [String]
  private let poolsOfProbe: [ProbeKey: [Int]]
  private let poolsOfHost: [DomainName: [Int]]
  private let monitor: HostMonitor
  private let failovers: [HeldPools.Failover]
  /// For each image of a pool that a failover may hold back, the failover's pool.
  private let images: [Int: HeldPools.Key]
  private(set) var held: HeldPools
  /// The reported load of each pool.
  private var loads: [PoolLoad]
  private let indexes: [DomainName: [String: [Int]]]
  private(set) var pools: [PublishedPool]
  private(set) var storage: SnapshotStorage

  /// A version of what was loaded. `held` are the pools that were held back before, `report` the loads.
  init(
    loaded: [LoadedZone], databases: LoadedDatabases, key: NameHashKey, settings: ServeSettings,
    secret: CookieSecret, held: HeldPools, report: LoadReport?, hosts monitor: HostMonitor
  ) {
    self.monitor = monitor
    self.settings = settings
    engine = settings.engine(randomSecret: secret)
    zones = loaded.map(\.zone)
    zonesByApex = Dictionary(uniqueKeysWithValues: loaded.map { ($0.zone.apex, $0) })
    self.databases = databases
    var definitions: [PoolDefinition] = []
    var names: [String] = []
    var poolsOfProbe: [ProbeKey: [Int]] = [:]
    var poolsOfHost: [DomainName: [Int]] = [:]
    var failovers: [HeldPools.Failover] = []
    var served: [ServedZone] = []
    var bases = SteeringBases()
    var indexes: [DomainName: [String: [Int]]] = [:]
    for zone in zones {
      let base = bases.pool
      served.append(
        zone.served(&bases, usesClientSubnet: settings.usesClientSubnet(in: zone.apex)))
      for (index, keys) in zone.probeKeys.enumerated() {
        for key in Set(keys.compactMap(\.self)) {
          poolsOfProbe[key, default: []].append(base + index)
        }
      }
      failovers += zone.holdings.map { holding in
        HeldPools.Failover(
          subject: holding.subject, failback: holding.failback,
          pools: holding.pools.map { (zone.poolNames[$0.pool], base + $0.pool, base + $0.image) })
      }
      for (index, name) in zone.poolNames.enumerated() {
        indexes[zone.apex, default: [:]][name, default: []].append(base + index)
      }
      definitions += zone.pools
      names += zone.poolNames.map { "\($0) (\(zone.apex))" }
    }
    for (index, pool) in definitions.enumerated() {
      for host in pool.resolvedHosts { poolsOfHost[host, default: []].append(index) }
    }
    self.poolsOfHost = poolsOfHost
    self.definitions = definitions
    self.names = names
    self.poolsOfProbe = poolsOfProbe
    self.failovers = failovers
    images = Dictionary(
      uniqueKeysWithValues: failovers.flatMap { failover in
        failover.pools.map { ($0.image, HeldPools.Key(subject: failover.subject, pool: $0.name)) }
      })
    self.held = held
    self.indexes = indexes
    loads = definitions.map { _ in PoolLoad() }
    catalogue = CatalogueStorage(served, key: key, owners: zones)
    pools = definitions.map { $0.publishable(resolved: monitor.addresses) }
    storage = SnapshotStorage(catalogue: catalogue, pools: PublishedPools(pools), settings: engine)
    if let report { _ = take(report) }
    _ = hold(at: monotonicMilliseconds())
    publish(images.keys)
  }

  /// What is probed.
  var probes: [ProbeTarget] {
    zones.flatMap { $0.probes.map { ProbeTarget(key: $0.key, settings: $0.value) } }
  }

  /// The pools that an operator has to bring back.
  var manuallyHeld: [HeldPools.Key] { held.manual(failovers) }

  /// The host names that are resolved.
  var hosts: Set<DomainName> { Set(poolsOfHost.keys) }

  /// Works out anew what the pools with a target answer; says which of them went up or down.
  mutating func update(_ key: ProbeKey) -> [(name: String, isUp: Bool)] {
    update(pools: poolsOfProbe[key] ?? [])
  }

  /// Works out anew what the pools with one of the host names answer; says which of them went up or down.
  mutating func update(_ hosts: Set<DomainName>) -> [(name: String, isUp: Bool)] {
    update(pools: Set(hosts.flatMap { poolsOfHost[$0] ?? [] }).sorted())
  }

  private mutating func update(pools indexes: [Int]) -> [(name: String, isUp: Bool)] {
    var turned: [(name: String, isUp: Bool)] = []
    for index in indexes {
      let was = pools[index].isUp
      publish(index)
      if images[index] == nil, pools[index].isUp != was {
        turned.append((names[index], pools[index].isUp))
      }
    }
    storage = SnapshotStorage(catalogue: catalogue, pools: PublishedPools(pools), settings: engine)
    return turned
  }

  /// Holds back and releases what is due at `now`.
  mutating func hold(at now: UInt64) -> [HeldPools.Event] {
    guard !failovers.isEmpty else { return [] }
    let events = held.update(failovers, now: now) { [pools] in pools[$0].isUp }
    if !events.isEmpty { publish(images.keys) }
    return events
  }

  /// Releases the pools of a failover that are up, by its owner or policy and zone; their names.
  mutating func release(_ subject: String) -> [String] {
    let released = held.release(subject)
    if !released.isEmpty { publish(images.keys) }
    return released.map(\.pool)
  }

  /// Takes the loads of a report, or none; the names in it that no zone has.
  mutating func take(_ report: LoadReport?) -> [String] {
    var next = definitions.map { _ in PoolLoad() }
    var unknown: [String] = []
    for (zone, loads) in report?.loads ?? [:] {
      for (name, load) in loads {
        let known = indexes[zone]?[name] ?? []
        if known.isEmpty { unknown.append("\(name) (\(zone))") }
        for index in known { next[index] = load }
      }
    }
    let changed = next.indices.filter { next[$0] != loads[$0] }
    loads = next
    publish(changed)
    return unknown.sorted()
  }

  /// The subjects of failovers that hold pools back.
  var subjects: [String] { failovers.map(\.subject) }

  private mutating func publish(_ index: Int) {
    pools[index] = definitions[index].publishable(
      load: loads[index], isHeldBack: images[index].map { held.contains($0) } ?? false,
      resolved: monitor.addresses)
  }

  private mutating func publish(_ indexes: some Sequence<Int>) {
    for index in indexes { publish(index) }
    storage = SnapshotStorage(catalogue: catalogue, pools: PublishedPools(pools), settings: engine)
  }
}
