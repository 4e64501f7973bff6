import DNSWire
import GeoDatabase
import GeoMap
import HealthState
import ZoneFile
import ZoneStore

/// Turns checked zones into served ones. One compiler serves one set of geo databases: maps with the same
/// rules share one `GeoMap`, whatever they lead to. It is for one thread, since it keeps these maps; threads that
/// have a compiler each may share databases and health.
public final class ZoneCompiler {
  let databases: GeoDatabases
  let health: HealthTable
  private let key: NameHashKey
  private var maps: [[GeoRule]: CompiledGeoMap] = [:]

  /// A compiler that looks clients up in `databases` and finds health in `health`.
  public init(databases: GeoDatabases, health: HealthTable, key: NameHashKey) {
    self.databases = databases
    self.health = health
    self.key = key
  }

  /// Compiles a zone.
  public func compile(_ zone: Zone) throws(GeoDatabaseError) -> CompiledZone {
    var builder = ZoneImageBuilder(
      apex: zone.apex, key: key, source: zone.records.octets)
    var steering = SteeringParts(zone: zone, compiler: self)
    var serial: UInt32 = 0
    for (index, migration) in zone.migrations.enumerated() {
      for owner in migration.owners {
        builder.migrate(owner: owner, timeline: UInt16(clamping: index))
      }
    }
    for entry in zone.records.entries {
      builder.add(owner: entry.owner, type: entry.type, ttl: entry.ttl, rdata: entry.rdata)
      if entry.type == .soa, entry.rdata.count >= 20 {
        serial = zone.records.rdata(of: entry).suffix(20).prefix(4)
          .reduce(0) { $0 << 8 | UInt32($1) }
      }
    }
    try steering.addPools { builder.intern($0) }
    for steer in zone.steers {
      builder.steer(owner: steer.owner, entry: try steering.add(steer))
    }
    guard let storage = builder.build() else {
      preconditionFailure("a checked zone has a SOA at its apex")
    }
    return CompiledZone(
      zone: zone, serial: serial, storage: storage, steering: steering, key: key)
  }

  /// The map of `rules`, made at its first use.
  func map(_ rules: [GeoRule]) throws(GeoDatabaseError) -> CompiledGeoMap {
    if let known = maps[rules] { return known }
    let compiled = try databases.compile(rules)
    maps[rules] = compiled
    return compiled
  }
}
