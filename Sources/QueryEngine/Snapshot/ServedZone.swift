import DNSWire
import FlatMemory
import Migration
import Steering
import ZoneStore

/// A zone as it is answered from.
@frozen
public struct ServedZone: Sendable, BitwiseCopyable {
  /// Its names and records.
  public var image: ZoneImage
  /// Its steering.
  public var steering: SteeringImage
  /// Where what its steering has begins among that of all zones.
  public var bases: SteeringBases
  /// Its migrations.
  public var timelines: Table<Timeline>
  /// Whether answers may follow the client subnet of a query; where not, the option is answered with scope
  /// 0 and otherwise ignored (RFC 7871 §7.2.1).
  public var usesClientSubnet: Bool

  /// A zone from its parts.
  public init(
    image: ZoneImage, steering: SteeringImage, bases: SteeringBases, timelines: Table<Timeline>,
    usesClientSubnet: Bool = true
  ) {
    self.image = image
    self.steering = steering
    self.bases = bases
    self.timelines = timelines
    self.usesClientSubnet = usesClientSubnet
  }
}

/// The zones that are served, found by the longest suffix of a name that is an apex.
struct Catalogue: Sendable, BitwiseCopyable {
  let zones: Table<ServedZone>
  let buckets: Table<UInt32>
  /// Bit n: some apex has n labels (63 stands for 63 and more), so that other suffixes need no look-up.
  let depths: UInt64

  /// The zone with the longest apex at or above the suffix of `name` that begins with label `first`.
  ///
  /// Returns its index, `noIndex` where there is none.
  func find(_ name: ScannedName, from first: Int) -> UInt32 {
    let labels = name.labelCount
    var suffix = first
    while suffix <= labels {
      if depths >> UInt64(min(63, labels - suffix)) & 1 == 1 {
        let zone = zone(at: name, suffix: suffix)
        if zone != noIndex { return zone }
      }
      suffix += 1
    }
    return noIndex
  }

  private func zone(at name: ScannedName, suffix: Int) -> UInt32 {
    let mask = buckets.count - 1
    var at = Int(truncatingIfNeeded: name.hash(ofSuffix: suffix)) & mask
    while buckets[at] != noIndex {
      let image = unsafe zones.pointer(at: Int(buckets[at])).pointee.image
      if image.apexLabelCount == name.labelCount - suffix,
        image.find(name, suffix: suffix) == image.apex
      {
        return buckets[at]
      }
      at = (at + 1) & mask
    }
    return noIndex
  }
}
