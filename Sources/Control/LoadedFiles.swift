import Configuration
import DNSWire
import GeoDatabase
import Glibc
import HealthState
import HostLookup
import QueryEngine
import ZoneCompiler

/// What settings, zones and MMDB files say, before it is a version.
struct LoadedFiles {
  let settings: ServeSettings
  let zones: [CompiledZone]
  let databases: [GeoDatabase]
  /// The databases as clients are looked up in them.
  let located: GeoDatabases
  let databasePaths: [String]
  let good: GoodFiles

  /// Loads everything. What is bad is noted in `log`, and what is served now, `running`, stays in its place; at
  /// a cold start, where there is no such version, the last good copies do.
  init(
    _ settings: ServeSettings, _ state: StateFolder, _ log: Log, running: ServedVersion?,
    health: HealthTable, key: NameHashKey
  ) throws(ControlError) {
    let geo = GeoLoading(
      paths: settings.geoip ?? GeoFiles.byDefault(in: "geoip"),
      countryCentres: settings.countryCentres, state: state, log: log)
    var good = GoodFiles()
    // A file stands for the one of before only in the same place of the same list.
    let old = running.flatMap { $0.databasePaths == geo.paths ? $0.databases : nil }
    var databases = try geo.load(running: old ?? [], good: &good)
    var databasePaths = geo.paths
    let loading = ZoneLoading(
      folder: settings.zones, state: state, now: Int64(time(nil)), running: running?.zones)
    func zones(_ databases: [GeoDatabase]) throws(ControlError) -> LoadedZones {
      try loading.load(
        with: ZoneCompiler(databases: try geo.together(databases), health: health, key: key))
    }
    var loaded = try zones(databases)
    if !loaded.unmet.isEmpty,
      let earlier = running.map({ ($0.databases, $0.databasePaths) }) ?? geo.lastGood()
    {
      // Zones or databases: with which of them the zones get what they expect says who is to blame.
      let again = try zones(earlier.0)
      if again.unmet.count < loaded.unmet.count {
        for text in loaded.unmet { log.note(.alarm, text) }
        let which = running == nil ? "last good copies are served" : "databases in use stay"
        log.note(
          .alarm, "geo: what zones expect does not hold with the new databases; the \(which)")
        loaded = again
        (databases, databasePaths) = earlier
        good.databases = []
      }
    }
    for (severity, text) in loaded.notes { log.note(severity, text) }
    guard !loaded.zones.isEmpty else {
      throw ControlError("no zone of '\(settings.zones)' can be served; its errors are above")
    }
    good.zones = loaded.good
    self.settings = settings
    self.zones = loaded.zones
    self.databases = databases
    located = try geo.together(databases)
    self.databasePaths = databasePaths
    self.good = good
    note(in: log, running: running)
  }

  /// Says what is new, and what is gone.
  private func note(in log: Log, running: ServedVersion?) {
    for zone in zones {
      let old = running?.zones.first { $0.apex == zone.apex }
      if old !== zone {
        log.note(
          .info,
          "zone \(zone.apex) serial \(zone.serial): \(zone.counts.records) records, "
            + "\(zone.counts.steeredNames) steered names, \(zone.probes.count) probes")
      }
    }
    for zone in running?.zones ?? [] where !zones.contains(where: { $0.apex == zone.apex }) {
      log.note(.warning, "zone \(zone.apex): its file is gone; it is no longer served")
    }
    for apex in settings.zonesWithoutClientSubnet where !zones.contains(where: { $0.apex == apex })
    {
      log.note(.warning, "settings: edns.client-subnet-except names \(apex), which is not served")
    }
  }

  /// The host names in their pools.
  var hosts: Set<DomainName> { Set(zones.flatMap { $0.pools.flatMap(\.resolvedHosts) }) }

  /// The version that serves them, its pools as health and the addresses of hosts are at this moment.
  func version(
    key: NameHashKey, secret: CookieSecret, held: HeldPools, report: LoadReport?,
    hosts: HostMonitor
  ) -> ServedVersion {
    ServedVersion(
      zones: zones, databases: databases, located: located, databasePaths: databasePaths,
      key: key, settings: settings, secret: secret, held: held, report: report, hosts: hosts)
  }
}
