import DNSWire
import GeoDatabase
import HealthState
import ZoneFile
import ZoneStore

/// Turns checked zones into served ones. One compiler serves one set of geo databases: policies whose rules part
/// clients alike share one `GeoMap`, whatever they lead to. Several threads may compile zones at once.
public final class ZoneCompiler: Sendable {
  /// Where clients are looked up.
  public let databases: GeoDatabases
  let health: HealthTable
  private let key: NameHashKey
  let maps: SharedMaps

  /// A compiler that looks clients up in `databases` and finds health in `health`.
  public init(databases: GeoDatabases, health: HealthTable, key: NameHashKey) {
    self.databases = databases
    self.health = health
    self.key = key
    maps = SharedMaps(databases: databases)
  }

  /// Compiles a zone.
  public func compile(_ zone: Zone) throws(ZoneCompilerError) -> CompiledZone {
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
    do throws(GeoDatabaseError) {
      try steering.addPools { builder.intern($0) }
      for steer in zone.steers {
        builder.steer(owner: steer.owner, entry: try steering.add(steer))
      }
    } catch {
      throw .database(error)
    }
    return CompiledZone(
      zone: zone, serial: serial, storage: try Self.storage(of: builder), steering: steering,
      key: key)
  }

  private static func storage(
    of builder: consuming ZoneImageBuilder
  ) throws(ZoneCompilerError) -> ZoneStorage {
    do throws(ZoneImageBuilder.TooLarge) {
      guard let storage = try builder.build() else {
        preconditionFailure("a checked zone has a SOA at its apex")
      }
      return storage
    } catch {
      throw .tooLarge
    }
  }

  /// Lets go of the maps that no compiled zone has any more.
  public func forgetUnusedMaps() { maps.forgetUnused() }
}
