import Addresses

/// The memory of a `GeoMap`; made by `GeoMapBuilder.build`.
///
/// What one takes hangs on how its networks lie: seldom more than 8 octets for an interval of IPv4 addresses
/// and 16 for one of IPv6 addresses, 24 where many single addresses lie side by side.
public final class GeoMapStorage: Sendable {
  /// The map in this memory: whoever looks up in it keeps the storage alive.
  public let map: GeoMap
  /// How many intervals there are, of both families.
  public let intervalCount: Int
  /// How many octets the map takes.
  public var octetCount: Int { memory.octetCount }

  private let memory: GeoMapMemory

  /// What `map.lookup` yields, with the memory held for as long as it takes; for all but the data plane.
  public func lookup(_ address: IPAddress) -> (outcome: UInt32, scope: Int) {
    withExtendedLifetime(self) { map.lookup(address) }
  }

  /// Copies what was laid out. Codes from `sixToFour` on are embeddings.
  init(
    ipv4: IntervalTreeLayout<UInt32>, ipv6: IntervalTreeLayout<UInt128>, sixToFour: UInt32
  ) {
    intervalCount = ipv4.intervalCount + ipv6.intervalCount
    memory = GeoMapMemory(octetCount: ipv4.octetCount + ipv6.octetCount)
    map = GeoMap(ipv4: ipv4.tree(in: memory), ipv6: ipv6.tree(in: memory), sixToFour: sixToFour)
  }
}

extension IntervalTreeLayout {
  /// How many octets `tree` takes.
  fileprivate var octetCount: Int {
    [
      GeoMapMemory.octetCount(of: slots), GeoMapMemory.octetCount(of: words),
      GeoMapMemory.octetCount(of: listStarts), GeoMapMemory.octetCount(of: listBounds),
      GeoMapMemory.octetCount(of: listCodes),
    ].reduce(0, +)
  }

  /// A copy in `memory`.
  fileprivate func tree(in memory: GeoMapMemory) -> IntervalTree<Address> {
    unsafe IntervalTree(
      root: root, codeBits: codeBits, slots: memory.append(slots), words: memory.append(words),
      listStarts: memory.append(listStarts), listBounds: memory.append(listBounds),
      listCodes: memory.append(listCodes))
  }
}
