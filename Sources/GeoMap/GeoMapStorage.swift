import Addresses

/// The memory of a `GeoMap`; made by `GeoMapBuilder.build`.
///
/// 6 octets for an interval of IPv4 addresses, 18 for one of IPv6 addresses (2 more each above 65,534
/// outcomes) and 256 KiB for the index of IPv4.
public final class GeoMapStorage: Sendable {
  /// The map in this memory: whoever looks up in it keeps the storage alive.
  public let map: GeoMap
  /// How many intervals there are, of both families.
  public var intervalCount: Int { map.ipv4Count + map.ipv6Count }
  /// How many octets the map takes.
  public let octetCount: Int

  private let memory: GeoMapMemory

  /// What `map.lookup` yields, with the memory held for as long as it takes; for all but the data plane.
  public func lookup(_ address: IPAddress) -> (outcome: UInt32, scope: Int) {
    withExtendedLifetime(self) { map.lookup(address) }
  }

  /// Lays out intervals that are sorted, begin with 0, and have an outcome each.
  init(
    ipv4Starts: [UInt32], ipv4Outcomes: [UInt32], ipv6Starts: [UInt128], ipv6Outcomes: [UInt32],
    outcomesAreWide: Bool
  ) {
    let samples = stride(from: 0, to: ipv6Starts.count, by: GeoMap.samplingInterval).map {
      ipv6Starts[$0]
    }
    let outcomeSize = outcomesAreWide ? 4 : 2
    // The parts with the strictest alignment come first, so none needs padding.
    let offsets = (
      starts6: samples.count * 16,
      index: (samples.count + ipv6Starts.count) * 16,
      starts4: (samples.count + ipv6Starts.count) * 16 + Self.indexCount * 4
    )
    let outcomes4 = offsets.starts4 + ipv4Starts.count * 4
    let outcomes6 = outcomes4 + ipv4Starts.count * outcomeSize
    octetCount = outcomes6 + ipv6Starts.count * outcomeSize
    memory = GeoMapMemory(octetCount: octetCount)

    unsafe memory.write(samples, at: 0)
    unsafe memory.write(ipv6Starts, at: offsets.starts6)
    unsafe memory.write(Self.index(of: ipv4Starts), at: offsets.index)
    unsafe memory.write(ipv4Starts, at: offsets.starts4)
    if outcomesAreWide {
      unsafe memory.write(ipv4Outcomes, at: outcomes4)
      unsafe memory.write(ipv6Outcomes, at: outcomes6)
    } else {
      unsafe memory.write(ipv4Outcomes.map(UInt16.init(truncatingIfNeeded:)), at: outcomes4)
      unsafe memory.write(ipv6Outcomes.map(UInt16.init(truncatingIfNeeded:)), at: outcomes6)
    }
    unsafe map = GeoMap(
      ipv4Index: memory.pointer(at: offsets.index),
      ipv4Starts: memory.pointer(at: offsets.starts4),
      ipv4Outcomes: UnsafeRawPointer(memory.base + outcomes4),
      ipv6Samples: memory.pointer(at: 0),
      ipv6Starts: memory.pointer(at: offsets.starts6),
      ipv6Outcomes: UnsafeRawPointer(memory.base + outcomes6),
      ipv4Count: ipv4Starts.count, ipv6Count: ipv6Starts.count, ipv6SampleCount: samples.count,
      outcomesAreWide: outcomesAreWide)
  }

  /// One entry for each block of 2^16 addresses, and one that ends the last block's range.
  private static let indexCount = (1 << 16) + 1

  /// For each block the index of the interval in which it begins; for the end, the last interval.
  private static func index(of starts: [UInt32]) -> [UInt32] {
    var index = [UInt32](repeating: 0, count: indexCount)
    var interval = 0
    for block in 0..<(indexCount - 1) {
      while interval + 1 < starts.count, starts[interval + 1] <= UInt32(block) << 16 {
        interval += 1
      }
      index[block] = UInt32(interval)
    }
    index[indexCount - 1] = UInt32(starts.count - 1)
    return index
  }
}

/// One block of memory, freed with its owner.
@safe
private final class GeoMapMemory: @unchecked Sendable {
  // SAFETY: written only by the initializer of the storage that owns it, before a view exists.
  @unsafe let base: UnsafeMutableRawPointer

  init(octetCount: Int) {
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: octetCount, alignment: 64)
  }

  deinit { unsafe base.deallocate() }

  /// Copies `elements` to `offset`; the caller has computed that they fit and are aligned there.
  @unsafe
  func write<Element: BitwiseCopyable>(_ elements: [Element], at offset: Int) {
    unsafe elements.withUnsafeBytes { source in
      guard let address = source.baseAddress else { return }
      unsafe (base + offset).copyMemory(from: address, byteCount: source.count)
    }
  }

  @unsafe
  func pointer<Element>(at offset: Int) -> UnsafePointer<Element> {
    unsafe UnsafePointer((base + offset).assumingMemoryBound(to: Element.self))
  }
}
