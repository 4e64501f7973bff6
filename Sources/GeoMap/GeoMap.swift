import Addresses

/// Which outcome a client gets and how wide the network around it is in which all get the same.
///
/// A view of the memory of a `GeoMapStorage`: plain pointers, free to copy, valid as long as the storage.
/// Both families are cut into intervals of equal outcome, as long as they can be, so the widest prefix
/// around a client that lies inside its interval is the scope prefix length of RFC 7871 §7.2.1.
@frozen
@safe
public struct GeoMap: @unchecked Sendable, BitwiseCopyable {
  // SAFETY: all pointers are into one block of a `GeoMapStorage`, which is written before the first
  // view of it exists and never after. The counts are those of the arrays behind the pointers, IPv6 starts
  // being two arrays of halves; starts begin with 0, so a search always ends at an index of the array.
  @usableFromInline let ipv6Samples: UnsafePointer<UInt64>
  @usableFromInline let ipv6Highs: UnsafePointer<UInt64>
  @usableFromInline let ipv6Lows: UnsafePointer<UInt64>
  @usableFromInline let ipv4Index: UnsafePointer<UInt32>
  @usableFromInline let ipv4Starts: UnsafePointer<UInt32>
  @usableFromInline let ipv4Outcomes: UnsafeRawPointer
  @usableFromInline let ipv6Outcomes: UnsafeRawPointer
  @usableFromInline let ipv4Count: Int
  @usableFromInline let ipv6Count: Int
  @usableFromInline let ipv6SampleCount: Int
  @usableFromInline let outcomesAreWide: Bool

  /// Of every so many IPv6 starts one upper half is copied into the samples: few enough to stay near a
  /// core, so that only the end of a search waits for memory.
  @usableFromInline static let samplingInterval = 16

  /// The outcome that stands in the memory for "as the IPv4 address in bits 16…47" (RFC 3056 §2).
  @usableFromInline static let sixToFour = UInt32.max
  /// The outcome that stands in the memory for "as the IPv4 address in the last 32 bits" (RFC 4291
  /// §2.5.5.2, RFC 6052 §2.1).
  @usableFromInline static let translated = UInt32.max - 1

  /// The outcome for a client and the scope: a prefix length in bits of the client's own family, 0…32
  /// or 0…128. All clients in that prefix around `address` get this outcome, in no wider one do they.
  ///
  /// O(log n); no more than a few cache lines are touched.
  @inlinable
  public func lookup(_ address: IPAddress) -> (outcome: UInt32, scope: Int) {
    address.isIPv4 ? lookup(ipv4: address.ipv4) : lookup(ipv6: address.number)
  }

  @inlinable
  func lookup(ipv4 address: UInt32) -> (outcome: UInt32, scope: Int) {
    let block = Int(address >> 16)
    // The interval that holds the block's first address, and the one that holds the next block's.
    let first = Int(unsafe ipv4Index[block])
    let last = Int(unsafe ipv4Index[block + 1])
    let index = unsafe lastIndex(in: ipv4Starts, from: first, count: last - first + 1, at: address)
    let next = index + 1
    let scope = unsafe prefixLength(
      of: address, start: ipv4Starts[index], end: next < ipv4Count ? ipv4Starts[next] : nil)
    return unsafe (outcome(at: index, in: ipv4Outcomes), scope)
  }

  @inlinable
  func lookup(ipv6 address: UInt128) -> (outcome: UInt32, scope: Int) {
    let index = index(ofIPv6: address)
    let next = index + 1
    let scope = prefixLength(
      of: address, start: ipv6Start(index), end: next < ipv6Count ? ipv6Start(next) : nil)
    let outcome = unsafe outcome(at: index, in: ipv6Outcomes)
    if outcome < Self.translated { return (outcome, scope) }
    // What the embedded address gets, in a prefix that stays inside this interval.
    let shift = outcome == Self.sixToFour ? 16 : 96
    let embedded = UInt32(truncatingIfNeeded: address >> UInt128(96 - shift))
    let result = lookup(ipv4: embedded)
    return (result.outcome, max(scope, result.scope + shift))
  }

  /// The index of the interval that an IPv6 address is in.
  @inlinable
  func index(ofIPv6 address: UInt128) -> Int {
    let high = UInt64(truncatingIfNeeded: address >> 64)
    let low = UInt64(truncatingIfNeeded: address)
    let last = lastIndex(ofIPv6High: high)
    if unsafe ipv6Highs[last] < high || ipv6Lows[last] <= low { return last }
    // Several intervals begin inside the /64 of the address, the last of them behind it.
    let before = high == 0 ? 0 : lastIndex(ofIPv6High: high - 1)
    return unsafe lastIndex(in: ipv6Lows, from: before, count: last - before + 1, at: low)
  }

  /// The last index whose start has an upper half that is not greater than `high`.
  @inlinable
  func lastIndex(ofIPv6High high: UInt64) -> Int {
    let sample = unsafe lastIndex(in: ipv6Samples, from: 0, count: ipv6SampleCount, at: high)
    let first = sample &* Self.samplingInterval
    return unsafe lastIndex(
      in: ipv6Highs, from: first, count: min(Self.samplingInterval, ipv6Count &- first), at: high)
  }

  @inlinable
  func ipv6Start(_ index: Int) -> UInt128 {
    unsafe UInt128(ipv6Highs[index]) << 64 | UInt128(ipv6Lows[index])
  }

  /// The last index of `count` (at least 1) sorted starts from `first` on whose start is not behind
  /// `address`; `first` where there is none.
  @unsafe
  @inlinable
  func lastIndex<Address: FixedWidthInteger>(
    in starts: UnsafePointer<Address>, from first: Int, count: Int, at address: Address
  ) -> Int {
    var base = first
    var length = count
    while length > 1 {
      let half = length >> 1
      if unsafe starts[base &+ half] <= address { base &+= half }
      length &-= half
    }
    return base
  }

  /// The length of the widest prefix around `address` that lies in `start..<end`; no `end` is that of
  /// the address space.
  @inlinable
  func prefixLength<Address: FixedWidthInteger>(
    of address: Address, start: Address, end: Address?
  ) -> Int {
    var length = 0
    if start != 0 { length = (address ^ (start &- 1)).leadingZeroBitCount + 1 }
    if let end { length = max(length, (address ^ end).leadingZeroBitCount + 1) }
    return length
  }

  @unsafe
  @inlinable
  func outcome(at index: Int, in outcomes: UnsafeRawPointer) -> UInt32 {
    if outcomesAreWide {
      return unsafe outcomes.load(fromByteOffset: index &* 4, as: UInt32.self)
    }
    let narrow = unsafe outcomes.load(fromByteOffset: index &* 2, as: UInt16.self)
    // The two values at the top are the ones at the top of the wide form.
    return narrow < 0xFFFE ? UInt32(narrow) : 0xFFFF_0000 | UInt32(narrow)
  }
}
