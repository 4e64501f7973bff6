/// The networks of one family in ascending order and without gaps, each with the index of a record.
struct NetworkTable<Address: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
  /// Stands for the record of a network that has none.
  static var noRecord: UInt32 { .max }

  /// Where each network begins; the first at 0.
  private(set) var starts: [Address] = []
  /// The record of each network.
  private(set) var records: [UInt32] = []

  /// How many networks have a record.
  var recordedCount: Int { records.count { $0 != Self.noRecord } }

  /// Adds a network behind all others; one at the start of the last replaces it.
  mutating func append(start: Address, record: UInt32) {
    if starts.last == start {
      records[records.count - 1] = record
    } else {
      starts.append(start)
      records.append(record)
    }
  }

  /// Gives each network that has a record another.
  mutating func replaceRecords(_ replacement: (UInt32) -> UInt32) {
    for index in records.indices where records[index] != Self.noRecord {
      records[index] = replacement(records[index])
    }
  }

  /// The first network with a record.
  func firstNetwork(of record: UInt32) -> (start: Address, length: Int)? {
    records.firstIndex(of: record).map { (starts[$0], prefixLength(at: $0)) }
  }

  /// The index of the network that `address` lies in; nil in an empty table. O(log n).
  func index(of address: Address) -> Int? {
    guard !starts.isEmpty else { return nil }
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if starts[middle] <= address { low = middle } else { high = middle }
    }
    return low
  }

  /// The prefix length of the network at `index`, which is 2^n addresses long.
  func prefixLength(at index: Int) -> Int {
    let end = index + 1 < starts.count ? starts[index + 1] : 0
    let size = end &- starts[index]
    return size == 0 ? 0 : size.leadingZeroBitCount + 1
  }

  /// Visits the networks that have a record.
  func forEachRecorded(_ visit: (_ start: Address, _ length: Int) -> Void) {
    for index in starts.indices where records[index] != Self.noRecord {
      visit(starts[index], prefixLength(at: index))
    }
  }
}

extension NetworkTable {
  /// The networks that nested prefixes cut the address space into, the longest prefix winning.
  init(nested prefixes: [(start: Address, length: Int, record: UInt32)]) {
    append(start: 0, record: Self.noRecord)
    var open: [(last: Address, record: UInt32)] = []
    func close(_ table: inout Self) {
      guard let closed = open.popLast(), closed.last < .max else { return }
      table.append(start: closed.last + 1, record: open.last?.record ?? Self.noRecord)
    }
    for prefix in prefixes.sorted(by: { ($0.start, $0.length) < ($1.start, $1.length) }) {
      while let last = open.last?.last, last < prefix.start { close(&self) }
      append(start: prefix.start, record: prefix.record)
      let hostBits = Address.bitWidth - prefix.length
      // Smart shifts: a shift by the whole width gives 0.
      let last = prefix.start | (((1 as Address) << Address(hostBits)) &- 1)
      open.append((last, prefix.record))
    }
    while !open.isEmpty { close(&self) }
  }
}
