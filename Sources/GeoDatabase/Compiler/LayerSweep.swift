/// A table of networks and what the record of each means.
struct Layer<Address: FixedWidthInteger & UnsignedInteger & Sendable> {
  private let table: NetworkTable<Address>
  private let values: [UInt32]
  private let missing: UInt32
  private var position = 0

  /// `values` has the meaning of each record, `missing` that of a network without one. No table is one
  /// network without a record.
  init(_ table: NetworkTable<Address>?, values: [UInt32], missing: UInt32) {
    self.table = table ?? NetworkTable(nested: [])
    self.values = values
    self.missing = missing
  }

  /// The meaning of the current network.
  var value: UInt32 {
    let record = table.records[position]
    return record == NetworkTable<Address>.noRecord ? missing : values[Int(record)]
  }

  /// Where the next network begins; nil in the last.
  var nextStart: Address? {
    position + 1 < table.starts.count ? table.starts[position + 1] : nil
  }

  /// Goes on to the next network if it begins at `start`.
  mutating func advance(to start: Address) {
    if nextStart == start { position += 1 }
  }
}

/// Three layers over one address space, walked together.
struct LayerSweep<Address: FixedWidthInteger & UnsignedInteger & Sendable> {
  /// By the networks that rules name.
  var networks: Layer<Address>
  /// By autonomous system.
  var systems: Layer<Address>
  /// By place.
  var places: Layer<Address>

  /// Visits, in ascending order from 0, the addresses at which any layer's value changes.
  mutating func forEachChange(
    _ visit: (_ start: Address, _ network: UInt32, _ system: UInt32, _ place: UInt32) -> Void
  ) {
    var last = (networks.value, systems.value, places.value)
    visit(0, last.0, last.1, last.2)
    while let start = first(places.nextStart, first(systems.nextStart, networks.nextStart)) {
      networks.advance(to: start)
      systems.advance(to: start)
      places.advance(to: start)
      let values = (networks.value, systems.value, places.value)
      if values != last { visit(start, values.0, values.1, values.2) }
      last = values
    }
  }

  private func first(_ one: Address?, _ other: Address?) -> Address? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }
}
