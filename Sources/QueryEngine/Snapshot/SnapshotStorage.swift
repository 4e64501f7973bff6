import DNSWire
import FlatMemory
import Steering
import ZoneStore

/// What a snapshot's pointer points to. What every query reads comes first, in two cache lines.
struct SnapshotRoot: BitwiseCopyable {
  var catalogue: Catalogue
  var key: NameHashKey
  var pools: PoolTable
  var serving: ServingChoices
  var settings: SettingsImage
}

/// The catalogue of zones, which changes when zones do.
public final class CatalogueStorage: Sendable {
  let catalogue: Catalogue
  let key: NameHashKey
  /// The steering of each zone that has any.
  let steering: [(steering: SteeringImage, bases: SteeringBases)]
  private let owners: [any AnyObject & Sendable]
  private let arena = Arena()

  /// A catalogue of `zones`, whose apexes have to differ. It keeps `owners`, which own what the zones
  /// point to.
  public init(_ zones: [ServedZone], key: NameHashKey, owners: [any AnyObject & Sendable]) {
    self.key = key
    self.owners = owners
    steering = zones.filter { $0.steering.value.entries.count > 0 }
      .map { ($0.steering.value, $0.bases) }
    var size = 4
    while size < zones.count * 2 { size *= 2 }
    var buckets = [Catalogue.Bucket](
      repeating: Catalogue.Bucket(hash: 0, zone: noIndex), count: size)
    var depths: UInt64 = 0
    let name = ScannedName()
    defer { name.deallocate() }
    for (index, zone) in zones.enumerated() {
      let apex = zone.image.nodes[zone.image.apex]
      unsafe name.load(
        zone.image.octets.octets(Int(apex.nameOffset), Int(apex.nameLength)), key: key)
      let hash = name.hash(ofSuffix: 0)
      var at = Int(truncatingIfNeeded: hash) & (size - 1)
      while buckets[at].zone != noIndex { at = (at + 1) & (size - 1) }
      buckets[at] = Catalogue.Bucket(hash: hash, zone: UInt32(index))
      depths |= 1 << UInt64(min(63, zone.image.apexLabelCount))
    }
    catalogue = Catalogue(
      zones: arena.table(zones),
      soas: arena.table(zones.map { [arena] in NegativeSOA(of: $0.image, in: arena) }),
      buckets: arena.table(buckets), depths: depths)
  }
}

/// Owns one version of everything that answers are made from.
public final class SnapshotStorage: Sendable {
  /// The version; valid as long as this object.
  public let snapshot: Snapshot
  private let catalogue: CatalogueStorage
  private let pools: PublishedPools
  private let arena = Arena()

  /// A version with these zones and these pools, both of which it keeps.
  public init(catalogue: CatalogueStorage, pools: PublishedPools, settings: EngineSettings) {
    self.catalogue = catalogue
    self.pools = pools
    let root = arena.table([
      SnapshotRoot(
        catalogue: catalogue.catalogue, key: catalogue.key, pools: pools.table,
        serving: ServingChoices(of: catalogue.steering, pools: pools.table, in: arena),
        settings: settings.image(in: arena))
    ])
    snapshot = unsafe Snapshot(root: root.pointer(at: 0))
  }
}
