/// The records of a table by owner.
struct OwnerIndex {
  /// No record.
  static let none = UInt32.max

  /// Owners, with 32 bits of their names' hashes above, so that few names are compared.
  private var slots: [UInt64]
  private let seed = UInt64.random(in: .min ... .max)
  /// The first record of each owner.
  private(set) var firstRecords: [UInt32] = []
  private var lastRecords: [UInt32] = []
  /// For each record the next of its owner.
  private(set) var nextRecords: [UInt32]

  /// Indexes `table`: time and space grow with the number of records.
  init(_ table: RecordTable) {
    var runs = 0
    var before = -1
    for entry in table.entries where entry.owner.lowerBound != before {
      before = entry.owner.lowerBound
      runs += 1
    }
    var capacity = 16
    while capacity < runs * 3 / 2 { capacity *= 2 }
    slots = Array(repeating: UInt64(Self.none), count: capacity)
    nextRecords = Array(repeating: Self.none, count: table.entries.count)
    var last: (name: Range<Int>, owner: Int)?
    for (index, entry) in table.entries.enumerated() {
      // The table stores an owner once for records that follow each other.
      if let last, last.name == entry.owner {
        append(UInt32(index), to: last.owner)
        continue
      }
      let (slot, hash) = slot(for: table.octets.span.extracting(entry.owner), in: table)
      var owner = UInt32(truncatingIfNeeded: slots[slot])
      if owner == Self.none {
        owner = UInt32(firstRecords.count)
        slots[slot] = UInt64(hash) << 32 | UInt64(owner)
        firstRecords.append(UInt32(index))
        lastRecords.append(UInt32(index))
      } else {
        append(UInt32(index), to: Int(owner))
      }
      last = (entry.owner, Int(owner))
    }
  }

  private mutating func append(_ record: UInt32, to owner: Int) {
    nextRecords[Int(lastRecords[owner])] = record
    lastRecords[owner] = record
  }

  /// The slot where `name` is, or the free one where it would be, and 32 bits of its hash.
  private func slot(for name: Span<UInt8>, in table: RecordTable) -> (slot: Int, hash: UInt32) {
    var hash = seed
    for index in name.indices {
      hash = (hash ^ UInt64(name[index].uppercased)) &* 0x0000_0100_0000_01B3
    }
    hash ^= hash >> 32
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while UInt32(truncatingIfNeeded: slots[slot]) != Self.none {
      if UInt32(truncatingIfNeeded: slots[slot] >> 32) == tag {
        let owner = Int(UInt32(truncatingIfNeeded: slots[slot]))
        let record = table.entries[Int(firstRecords[owner])]
        if Wire.areEqual(table.octets.span.extracting(record.owner), name) { break }
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return (slot, tag)
  }

  /// Whether the owner has more than one record.
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
    let owner = UInt32(truncatingIfNeeded: slots[slot(for: name.span, in: table).slot])
    return owner == Self.none ? [] : records(of: Int(owner))
  }
}
