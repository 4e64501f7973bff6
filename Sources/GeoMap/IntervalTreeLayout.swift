/// Lays out the intervals of one family as an `IntervalTree`.
struct IntervalTreeLayout<Address: TreeAddress> {
  /// Where the whole address space leads.
  private(set) var root = IntervalSlot.leaf(code: 0, scope: 0)
  private(set) var slots: [IntervalSlot] = []
  private(set) var words: [Address.Word] = []
  private(set) var listStarts: [UInt32] = [0]
  private(set) var listBounds: [Address] = []
  private(set) var listCodes: [UInt32] = []
  /// How many of a word's lowest bits are the code.
  let codeBits: Int

  /// How many intervals there are.
  var intervalCount: Int { starts.count }

  private let starts: [Address]
  private let codes: [UInt32]

  /// The most that one index can have; it takes 4 MiB then.
  private static var maximumStride: Int { 20 }

  /// Lays out intervals by their starts, of which the first is 0, and codes.
  init(starts: [Address], codes: [UInt32]) {
    self.starts = starts
    self.codes = codes
    codeBits = UInt32.bitWidth - (codes.max() ?? 0).leadingZeroBitCount
    root = slot(of: 0..<starts.count, from: 0, depth: 0)
    // A look-up reads the word behind a chunk.
    words.append(0)
  }

  private func end(of interval: Int) -> Address {
    interval + 1 < starts.count ? starts[interval + 1] : 0
  }

  /// The slot of the block of addresses that share `depth` bits with `first`, its first address, and lie in
  /// some intervals.
  private mutating func slot(
    of intervals: Range<Int>, from first: Address, depth: Int
  ) -> IntervalSlot {
    let found =
      switch intervals.count {
      case 1: leaf(of: intervals.lowerBound, from: first)
      case ...IntervalSlot.maximumCount: chunk(of: intervals, depth: depth)
      default: node(of: intervals, from: first, depth: depth)
      }
    return found ?? list(of: intervals)
  }

  /// All of the block in one interval; nil for a code that does not fit into a slot.
  private func leaf(of interval: Int, from first: Address) -> IntervalSlot? {
    guard codes[interval] < IntervalSlot.codeLimit else { return nil }
    let scope = first.prefixLength(start: starts[interval], end: end(of: interval))
    return .leaf(code: codes[interval], scope: scope)
  }

  /// The intervals side by side; nil where the bits of their starts do not fit into words.
  private mutating func chunk(of intervals: Range<Int>, depth: Int) -> IntervalSlot? {
    let inner = intervals.dropFirst()
    let end = depth + Address.Word.bitWidth - codeBits
    guard
      inner.allSatisfy({ Address.bitWidth - starts[$0].trailingZeroBitCount <= end }),
      words.count < IntervalSlot.offsetLimit
    else { return nil }
    let offset = words.count
    words.append(Address.Word(codes[intervals.lowerBound]))
    for interval in inner {
      words.append((starts[interval] << Address(depth)).upperBits | Address.Word(codes[interval]))
    }
    return .chunk(count: intervals.count, offset: offset)
  }

  /// The block cut into smaller ones; nil where that would not part its intervals.
  private mutating func node(
    of intervals: Range<Int>, from first: Address, depth: Int
  ) -> IntervalSlot? {
    // About four intervals a slot: more slots take more memory than they save time.
    let magnitude = Int.bitWidth - 1 - intervals.count.leadingZeroBitCount
    let stride = min(magnitude - 2, Self.maximumStride, Address.bitWidth - depth)
    let childDepth = depth + stride
    let shared = (starts[intervals.lowerBound + 1] ^ starts[intervals.upperBound - 1])
      .leadingZeroBitCount
    let offset = slots.count
    guard shared < childDepth, offset < IntervalSlot.offsetLimit else { return nil }
    slots += repeatElement(.leaf(code: 0, scope: 0), count: 1 << stride)
    var lower = intervals.lowerBound
    for child in 0..<(1 << stride) {
      let start = first | Address(child) << Address(Address.bitWidth - childDepth)
      while lower + 1 < intervals.upperBound, starts[lower + 1] <= start { lower += 1 }
      // The last address of the child.
      let last = start | Address.max >> Address(childDepth)
      var upper = lower + 1
      while upper < intervals.upperBound, starts[upper] <= last { upper += 1 }
      slots[offset + child] = slot(of: lower..<upper, from: start, depth: childDepth)
      lower = upper - 1
    }
    return .node(stride: stride, offset: offset)
  }

  /// The intervals with all bits of their bounds.
  private mutating func list(of intervals: Range<Int>) -> IntervalSlot {
    for interval in intervals {
      listBounds.append(starts[interval])
      listCodes.append(codes[interval])
    }
    listBounds.append(end(of: intervals.upperBound - 1))
    listStarts.append(UInt32(listCodes.count))
    return .list(listStarts.count - 2)
  }
}
