/// A set of offsets into the data of a file, as a bitmap: one bit for each octet of data. Members have numbers, from
/// 0 in ascending order.
struct OffsetSet {
  private var words: [UInt64]
  /// How many members are before each word.
  private var counts: [UInt32] = []
  /// How many members there are, once `finish` was called.
  private(set) var count = 0

  /// An empty set of offsets below `limit`.
  init(below limit: Int) { words = Array(repeating: 0, count: limit / 64 + 1) }

  /// Adds an offset.
  mutating func insert(_ offset: UInt32) { words[Int(offset / 64)] |= 1 << UInt64(offset % 64) }

  /// Numbers the members; none can be added any more.
  mutating func finish() {
    counts.reserveCapacity(words.count)
    for word in words {
      counts.append(UInt32(count))
      count += word.nonzeroBitCount
    }
  }

  /// The number of a member.
  func number(of offset: UInt32) -> Int {
    let index = Int(offset / 64)
    let before = words[index] & ((1 << UInt64(offset % 64)) - 1)
    return Int(counts[index]) + before.nonzeroBitCount
  }

  /// Visits the members in ascending order.
  func forEach<Failure>(_ visit: (UInt32) throws(Failure) -> Void) throws(Failure) {
    for (index, bits) in words.enumerated() {
      var rest = bits
      while rest != 0 {
        try visit(UInt32(index * 64 + rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
  }
}
