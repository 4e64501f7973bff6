import Addresses
import FlatMemory
import Steering

/// Targets as a pool would publish them, to pick among without a pool.
final class SelectionPool {
  let tables: SelectionTables
  let memory: SteeringMemory
  let selection: Selection
  private let arena = Arena()

  init(
    _ selection: Selection, weights: [UInt32], names: [String]? = nil, loads: [UInt32]? = nil,
    seed: UInt64 = 1
  ) {
    self.selection = selection
    memory = SteeringMemory(seed: seed)
    var sum: UInt32 = 0
    let sums = weights.map { weight in
      sum += weight
      return sum
    }
    let names = names ?? weights.indices.map { "target\($0)" }
    tables = SelectionTables(
      weightSums: arena.table(sums),
      loads: arena.table(loads ?? weights.map { _ in SelectionTables.unknownLoad }),
      slots: arena.table(HashSlots.table(keys: names.map(HashSlots.key), weights: weights)))
  }

  /// The first `length` targets of one answer that takes `answers`.
  func order(
    of length: Int = 1, answers: Int = 1, client: IPAddress = IPAddress(ipv4: 0), wheel: Int = 0
  ) -> [Int] {
    let first = tables.pick(
      selection, wheel: wheel, client: client, network: .standard, memory: memory)
    var order = TargetOrder(tables, selection, first: first, answers: answers, memory: memory)
    return (0..<length).map { _ in order.next() }
  }

  /// How often each target comes first in `count` answers to clients of that many networks.
  func firsts(_ count: Int, wheel: (Int) -> Int = { _ in 0 }) -> [Int] {
    var counts = [Int](repeating: 0, count: tables.count)
    for turn in 0..<count {
      let client = IPAddress(ipv4: UInt32(truncatingIfNeeded: turn) << 8)
      counts[order(client: client, wheel: wheel(turn))[0]] += 1
    }
    return counts
  }
}
