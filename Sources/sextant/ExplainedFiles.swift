import Control
import DNSWire
import Explain
import GeoDatabase
import HealthState
import QueryEngine
import SourceText
import Steering
import ZoneCompiler
import ZoneFile

/// The zones of a folder as a server would serve them, with all up but what is supposed down.
struct ExplainedFiles {
  /// What explains.
  let version: Explainer.Version
  private let storage: SnapshotStorage

  /// Loads the zones; one with errors is an error.
  init(zones folder: String, geoip: [String]?, down words: [String]) throws(ControlError) {
    let databases = try GeoFiles.open(geoip)
    let key = NameHashKey(seed: .random(in: .min ... .max))
    let zones = try ZoneVersions(
      folder, ZoneCompiler(databases: databases, health: HealthTable(), key: key))
    let down = try zones.targets(supposedDown: words)
    var served: [ServedZone] = []
    var bases = SteeringBases()
    var pools: [PublishedPool] = []
    var probesDown: Set<ProbeKey> = []
    for version in zones.all {
      let targets = down[version.zone.apex] ?? []
      served.append(version.compiled.served(&bases))
      pools += SupposedZone(version.compiled).supposing(down: targets).publishedPools
      for target in targets {
        if let probe = version.compiled.probeKeys[target.pool][target.target] {
          probesDown.insert(probe)
        }
      }
    }
    let compiled = zones.all.map(\.compiled)
    storage = SnapshotStorage(
      catalogue: CatalogueStorage(served, key: key, owners: compiled),
      pools: PublishedPools(pools), settings: EngineSettings(cookieSecret: .random()))
    version = Explainer.Version(
      zones: compiled, snapshot: storage.snapshot, databases: databases,
      isUp: { [probesDown] in !probesDown.contains($0) },
      probeResult: { _ in "it is supposed to be" })
  }
}
