/// The records of a table by owner.
struct OwnerIndex {
  /// No record.
  private static let none = UInt32.max

  private var slots: [UInt32]
  private let seed = UInt64.random(in: .min ... .max)
  /// The first record of each owner.
  private(set) var firstRecords: [UInt32] = []
  private var lastRecords: [UInt32] = []
  private var nextRecords: [UInt32]

  /// Indexes `table`: time and space grow with the number of records.
  init(_ table: RecordTable) {
    var capacity = 16
    while capacity < table.entries.count * 2 { capacity *= 2 }
    slots = Array(repeating: Self.none, count: capacity)
    nextRecords = Array(repeating: Self.none, count: table.entries.count)
    var last: (offset: Int, owner: Int)?
    for (index, entry) in table.entries.enumerated() {
      // The table stores an owner once for records that follow each other.
      if let last, last.offset == entry.ownerOffset {
        append(UInt32(index), to: last.owner)
        continue
      }
      let slot = slot(for: table.owner(of: entry), in: table)
      if slots[slot] == Self.none {
        slots[slot] = UInt32(firstRecords.count)
        firstRecords.append(UInt32(index))
        lastRecords.append(UInt32(index))
      } else {
        append(UInt32(index), to: Int(slots[slot]))
      }
      last = (entry.ownerOffset, Int(slots[slot]))
    }
  }

  private mutating func append(_ record: UInt32, to owner: Int) {
    nextRecords[Int(lastRecords[owner])] = record
    lastRecords[owner] = record
  }

  /// The slot where `name` is, or the free one where it would be.
  private func slot(for name: ArraySlice<UInt8>, in table: RecordTable) -> Int {
    var hash = seed
    for octet in name { hash = (hash ^ UInt64(octet.uppercased)) &* 0x0000_0100_0000_01B3 }
    hash ^= hash >> 32
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != Self.none {
      let record = Int(firstRecords[Int(slots[slot])])
      if Wire.areEqual(table.owner(of: table.entries[record]), name) { break }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  /// How many records the owner has, up to 2.
  func hasSeveral(_ owner: Int) -> Bool { firstRecords[owner] != lastRecords[owner] }

  /// The indexes of an owner's records, in the order of the file.
  func records(of owner: Int) -> [Int] {
    var result: [Int] = []
    var record = firstRecords[owner]
    while record != Self.none {
      result.append(Int(record))
      record = nextRecords[Int(record)]
    }
    return result
  }

  /// The indexes of the records that `name` (wire form) owns.
  func records(of name: [UInt8], in table: RecordTable) -> [Int] {
    let owner = slots[slot(for: name[...], in: table)]
    return owner == Self.none ? [] : records(of: Int(owner))
  }
}
