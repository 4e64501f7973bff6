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
    let highs = ipv6Starts.map { UInt64(truncatingIfNeeded: $0 >> 64) }
    let lows = ipv6Starts.map { UInt64(truncatingIfNeeded: $0) }
    let samples = stride(from: 0, to: highs.count, by: GeoMap.samplingInterval).map { highs[$0] }
    let index = Self.index(of: ipv4Starts)
    octetCount =
      (samples.count + highs.count + lows.count) * 8 + (index.count + ipv4Starts.count) * 4
      + (ipv4Outcomes.count + ipv6Outcomes.count) * (outcomesAreWide ? 4 : 2)
    memory = GeoMapMemory(octetCount: octetCount)
    // Wide elements come first, so all are aligned.
    var end = 0
    unsafe map = GeoMap(
      ipv6Samples: memory.append(samples, &end), ipv6Highs: memory.append(highs, &end),
      ipv6Lows: memory.append(lows, &end), ipv4Index: memory.append(index, &end),
      ipv4Starts: memory.append(ipv4Starts, &end),
      ipv4Outcomes: memory.append(ipv4Outcomes, wide: outcomesAreWide, &end),
      ipv6Outcomes: memory.append(ipv6Outcomes, wide: outcomesAreWide, &end),
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

  /// Copies `elements` to `end`, which the caller has made room and aligned for, and moves `end` behind
  /// them.
  @unsafe
  func append<Element: BitwiseCopyable>(
    _ elements: [Element], _ end: inout Int
  ) -> UnsafePointer<Element> {
    let place = unsafe base + end
    unsafe elements.withUnsafeBytes { source in
      guard let address = source.baseAddress else { return }
      unsafe place.copyMemory(from: address, byteCount: source.count)
    }
    end += elements.count * MemoryLayout<Element>.stride
    return unsafe UnsafePointer(place.assumingMemoryBound(to: Element.self))
  }

  /// The same for outcomes, in 4 octets each or in 2.
  @unsafe
  func append(_ outcomes: [UInt32], wide: Bool, _ end: inout Int) -> UnsafeRawPointer {
    if wide { return unsafe UnsafeRawPointer(append(outcomes, &end)) }
    return unsafe UnsafeRawPointer(append(outcomes.map(UInt16.init(truncatingIfNeeded:)), &end))
  }
}
