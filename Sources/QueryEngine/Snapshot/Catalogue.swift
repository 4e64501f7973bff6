import DNSWire
import FlatMemory
import ZoneStore

/// The zones that are served, found by the longest suffix of a name that is an apex.
struct Catalogue: Sendable, BitwiseCopyable {
  /// A place of the hash table over the apexes.
  struct Bucket: BitwiseCopyable {
    /// The hash of the apex.
    var hash: UInt64
    /// The zone, `noIndex` where the place is free.
    var zone: UInt32
  }

  let zones: Table<ServedZone>
  /// The SOA of each zone in negative answers.
  let soas: Table<NegativeSOA>
  /// Open addressing, a power of two.
  let buckets: Table<Bucket>
  /// Bit n: some apex has n labels (63 stands for 63 and more), so that other suffixes need no look-up.
  let depths: UInt64

  /// The zone with the longest apex at or above the suffix of `name` that begins with label `first`.
  ///
  /// Returns its index, `noIndex` where there is none.
  @inline(__always)
  func find(_ name: ScannedName, from first: Int) -> UInt32 {
    let labels = name.labelCount
    var depth = labels &- first
    while depth >= 0 {
      if depth < 63 {
        // The next depth that some apex has.
        let possible = depths & (UInt64.max &>> UInt64(63 &- depth))
        if possible == 0 { return noIndex }
        depth = 63 &- possible.leadingZeroBitCount
      }
      let zone = zone(at: name, suffix: labels &- depth)
      if zone != noIndex { return zone }
      depth &-= 1
    }
    return noIndex
  }

  private func zone(at name: ScannedName, suffix: Int) -> UInt32 {
    let hash = name.hash(ofSuffix: suffix)
    let mask = buckets.count &- 1
    var at = Int(truncatingIfNeeded: hash) & mask
    while buckets[at].zone != noIndex {
      let bucket = buckets[at]
      if bucket.hash == hash {
        let zone = zones.place(at: Int(bucket.zone))
        if zone.value.image.isName(of: zone.value.image.apex, name, suffix: suffix) {
          return bucket.zone
        }
      }
      at = (at &+ 1) & mask
    }
    return noIndex
  }
}
