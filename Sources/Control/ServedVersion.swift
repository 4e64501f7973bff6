import Configuration
import DNSWire
import GeoDatabase
import HealthCheck
import HealthState
import HostLookup
import QueryEngine
import Steering
import ZoneCompiler

/// The version that is served, as the control plane keeps it.
struct ServedVersion {
  let databases: [GeoDatabase]
  /// The path of each of them.
  let databasePaths: [String]
  let zones: [CompiledZone]
  let settings: ServeSettings
  private let engine: EngineSettings
  private let catalogue: CatalogueStorage
  private let definitions: [PoolDefinition]
  private let names: [String]
  private let poolsOfProbe: [ProbeKey: [Int]]
  private let poolsOfHost: [DomainName: [Int]]
  private let monitor: HostMonitor
  private(set) var pools: [PublishedPool]
  private(set) var storage: SnapshotStorage

  init(
    zones: [CompiledZone], databases: [GeoDatabase], databasePaths: [String], key: NameHashKey,
    settings: ServeSettings, secret: CookieSecret, hosts monitor: HostMonitor
  ) {
    self.monitor = monitor
    self.databasePaths = databasePaths
    self.settings = settings
    engine = settings.engine(randomSecret: secret)
    self.zones = zones
    self.databases = databases
    var definitions: [PoolDefinition] = []
    var names: [String] = []
    var poolsOfProbe: [ProbeKey: [Int]] = [:]
    var poolsOfHost: [DomainName: [Int]] = [:]
    var served: [ServedZone] = []
    var bases = SteeringBases()
    for zone in zones {
      served.append(
        zone.served(&bases, usesClientSubnet: settings.usesClientSubnet(in: zone.apex)))
      for (index, keys) in zone.probeKeys.enumerated() {
        for key in Set(keys.compactMap(\.self)) {
          poolsOfProbe[key, default: []].append(definitions.count + index)
        }
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
    catalogue = CatalogueStorage(served, key: key, owners: zones)
    pools = definitions.map { $0.publishable(resolved: monitor.addresses) }
    storage = SnapshotStorage(catalogue: catalogue, pools: PublishedPools(pools), settings: engine)
  }

  /// What is probed.
  var probes: [ProbeTarget] {
    zones.flatMap { $0.probes.map { ProbeTarget(key: $0.key, settings: $0.value) } }
  }

  /// The host names that are resolved.
  var hosts: Set<DomainName> { Set(poolsOfHost.keys) }

  /// Works out anew what the pools with a target answer; says which of them went up or down.
  mutating func update(_ key: ProbeKey) -> [(name: String, isUp: Bool)] {
    update(pools: Set(poolsOfProbe[key] ?? []))
  }

  /// Works out anew what the pools with one of the host names answer; says which of them went up or down.
  mutating func update(_ hosts: Set<DomainName>) -> [(name: String, isUp: Bool)] {
    update(pools: Set(hosts.flatMap { poolsOfHost[$0] ?? [] }))
  }

  private mutating func update(pools indexes: Set<Int>) -> [(name: String, isUp: Bool)] {
    var turned: [(name: String, isUp: Bool)] = []
    for index in indexes.sorted() {
      let was = pools[index].isUp
      pools[index] = definitions[index].publishable(resolved: monitor.addresses)
      if pools[index].isUp != was { turned.append((names[index], pools[index].isUp)) }
    }
    storage = SnapshotStorage(catalogue: catalogue, pools: PublishedPools(pools), settings: engine)
    return turned
  }
}
