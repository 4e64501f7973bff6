import Addresses
import GeoMap

/// Cuts clients into cells: all in one get the same of every map. There are as many cells as maps can tell
/// clients apart, however many clients there are.
struct OutcomeCells {
  private let maps: [GeoMapStorage]
  private let numbers: [ObjectIdentifier: Int]
  private var cells: [[UInt32]: Int] = [:]
  /// For each cell, the outcome of each map.
  private var outcomes: [[UInt32]] = []
  private var key: [UInt32]

  /// Cells by some maps, of which the same may be named more than once.
  init(_ maps: [GeoMapStorage]) {
    var numbers: [ObjectIdentifier: Int] = [:]
    var distinct: [GeoMapStorage] = []
    for map in maps where numbers[ObjectIdentifier(map)] == nil {
      numbers[ObjectIdentifier(map)] = distinct.count
      distinct.append(map)
    }
    self.maps = distinct
    self.numbers = numbers
    key = Array(repeating: 0, count: distinct.count)
  }

  /// The cell of a client, and the prefix length around it in which all clients are in the same.
  mutating func cell(of client: IPAddress) -> (cell: Int, scope: Int) {
    var scope = 0
    for index in maps.indices {
      let found = maps[index].lookup(client)
      key[index] = found.outcome
      scope = max(scope, found.scope)
    }
    if let known = cells[key] { return (known, scope) }
    cells[key] = outcomes.count
    outcomes.append(key)
    return (outcomes.count - 1, scope)
  }

  /// What the clients of a cell get of a map.
  func outcome(of map: GeoMapStorage, in cell: Int) -> UInt32 {
    numbers[ObjectIdentifier(map)].map { outcomes[cell][$0] } ?? 0
  }
}
