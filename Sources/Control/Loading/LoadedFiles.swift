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
  let zones: [LoadedZone]
  let databases: LoadedDatabases
  let good: GoodFiles
  /// How many zones are as they were.
  let unchanged: Int

  /// Loads everything. What is bad is noted in `log`, and what is served now, `running`, stays in its place; at
  /// a cold start, where there is no such version, the last good copies do.
  init(
    _ settings: ServeSettings, _ state: StateFolder, _ log: Log, running: ServedVersion?,
    health: HealthTable, key: NameHashKey
  ) throws(ControlError) {
    let geo = GeoLoading(
      paths: settings.geoip ?? GeoFiles.byDefault(in: "geoip"),
      countryCentres: settings.countryCentres, state: state, log: log
    ) { ZoneCompiler(databases: $0, health: health, key: key) }
    var good = GoodFiles()
    var databases = try geo.load(running: running?.databases, good: &good)
    let loading = ZoneLoading(
      folder: settings.zones, state: state, now: Int64(time(nil)), running: running?.zonesByApex)
    var loaded = try loading.load(databases)
    var earlier = running?.databases
    if running == nil, !loaded.unmet.isEmpty { earlier = try geo.lastGood() }
    if !loaded.unmet.isEmpty, let earlier {
      // Zones or databases: with which of them the zones get what they expect says who is to blame.
      let again = try loading.load(earlier)
      if again.unmet.count < loaded.unmet.count {
        for text in loaded.unmet { log.note(.alarm, text) }
        let which = running == nil ? "last good copies are served" : "databases in use stay"
        log.note(
          .alarm, "geo: what zones expect does not hold with the new databases; the \(which)")
        loaded = again
        databases = earlier
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
    self.good = good
    unchanged = loaded.unchanged
    note(in: log, running: running)
  }

  /// Says what is new, and what is gone.
  private func note(in log: Log, running: ServedVersion?) {
    let old = running?.zonesByApex ?? [:]
    for zone in zones.map(\.zone) where old[zone.apex]?.zone !== zone {
      log.note(
        .info,
        "zone \(zone.apex) serial \(zone.serial): \(zone.counts.records) records, "
          + "\(zone.counts.steeredNames) steered names, \(zone.probes.count) probes")
    }
    let names = Set(zones.map(\.zone.apex))
    for zone in running?.zones ?? [] where !names.contains(zone.apex) {
      log.note(.warning, "zone \(zone.apex): its file is gone; it is no longer served")
    }
    for apex in settings.zonesWithoutClientSubnet where !names.contains(apex) {
      log.note(.warning, "settings: edns.client-subnet-except names \(apex), which is not served")
    }
  }

  /// The host names in their pools.
  var hosts: Set<DomainName> { Set(zones.flatMap { $0.zone.pools.flatMap(\.resolvedHosts) }) }

  /// The version that serves them, its pools as health and the addresses of hosts are at this moment.
  func version(
    key: NameHashKey, secret: CookieSecret, held: HeldPools, report: LoadReport?,
    hosts: HostMonitor
  ) -> ServedVersion {
    ServedVersion(
      loaded: zones, databases: databases, key: key, settings: settings, secret: secret, held: held,
      report: report, hosts: hosts)
  }
}
