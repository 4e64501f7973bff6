import Addresses
import DNSWire
import FlatMemory
import GeoDatabase
import GeoMap
import HealthState
import Migration
import QueryEngine
import Steering
import ZoneFile
import ZoneStore

/// A zone ready to be served, with all that it needs kept alive.
public final class CompiledZone: Sendable {
  /// The apex.
  public let apex: DomainName
  /// The SOA's serial.
  public let serial: UInt32
  /// How many records and steered names it has.
  public let counts: (records: Int, steeredNames: Int)
  /// Its migrations.
  public let migrations: [MigrationDeclaration]
  /// The pools, in the order of the file.
  public let pools: [PoolDefinition]
  /// The full name of each pool.
  public let poolNames: [String]
  /// For each pool, what its targets are probed for (nil: not probed).
  public let probeKeys: [[ProbeKey?]]
  /// The failovers that hold pools back which have been down.
  public let holdings: [FailbackHolding]
  /// What its steering is called, and where it stands.
  public let notes: SteeringNotes
  /// What is probed, each once.
  public let probes: [ProbeKey: CheckSettings]

  let storage: ZoneStorage
  let steering: Placed<SteeringImage>
  let maps: [GeoMapStorage]
  let mapSources: [MapSource]
  /// The key of the hash by which the zone's names are found.
  let key: NameHashKey
  private let timelines: Table<Timeline>
  private let arena: Arena

  init(
    zone: Zone, serial: UInt32, storage: ZoneStorage, steering: SteeringParts, key: NameHashKey
  ) {
    apex = zone.apex
    self.serial = serial
    counts = (zone.records.entries.count, zone.steers.count)
    migrations = zone.migrations
    self.storage = storage
    pools = steering.pools
    poolNames = steering.poolNames
    probeKeys = steering.probeKeys
    probes = steering.probes
    holdings = steering.holdings
    notes = steering.notes
    maps = steering.maps
    mapSources = steering.mapSources
    self.key = key
    arena = Arena()
    timelines = arena.table(zone.migrations.map(\.timeline))
    self.steering = arena.place(
      SteeringImage(
        entries: arena.table(steering.entries), policies: arena.table(steering.policies),
        choices: arena.table(steering.choices), outcomes: arena.table(steering.outcomes),
        maps: arena.table(steering.maps.map(\.map)), slots: arena.table(steering.slots)))
  }

  /// Whether its answers hang on geo databases.
  public var usesDatabases: Bool { !mapSources.isEmpty }

  /// How a client comes through the map with an index: the index of the rule it meets, and what that hung on.
  public func way(
    of client: IPAddress, through map: UInt32, databases: GeoDatabases
  ) -> (rule: Int, text: String)? {
    MapGuide(mapSources[Int(map)]).way(of: client, in: databases).map { ($0.rule, $0.text) }
  }

  /// The pools that are images of pool `index`, for failovers that hold it back.
  func images(of index: Int) -> [Int] {
    holdings.flatMap(\.pools).filter { $0.pool == index }.map(\.image)
  }

  /// The pool that pool `index` is an image of, for a failover that holds it back; else `index`.
  public func original(of index: Int) -> Int {
    holdings.lazy.flatMap(\.pools).first { $0.image == index }?.pool ?? index
  }

  /// The zone as it goes into a catalogue; valid as long as this object. What it has of pools and policies
  /// begins at `bases`, which move on behind it. `usesClientSubnet` says whether answers may follow the
  /// client subnet of a query (RFC 7871).
  public func served(_ bases: inout SteeringBases, usesClientSubnet: Bool = true) -> ServedZone {
    defer {
      bases.pool += pools.count
      bases.wheel += steering.value.policies.count + pools.count
      bases.choice += steering.value.choices.count
    }
    return ServedZone(
      image: storage.image, steering: steering, bases: bases, timelines: timelines,
      usesClientSubnet: usesClientSubnet)
  }
}
