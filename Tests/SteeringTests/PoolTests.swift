import Addresses
import FlatMemory
import HealthState
import Steering
import Testing

struct PoolTests {
  private func weights(_ values: [UInt32], in arena: Arena) -> Table<UInt32> { arena.table(values) }

  /// Every order is a permutation, whatever the weights.
  @Test(arguments: [1, 2, 3, 64, 65, 200, 256])
  func anOrderNamesEachTargetOnce(_ count: Int) {
    let arena = Arena()
    let memory = SteeringMemory(seed: 1)
    for isWeighted in [false, true] {
      let table = weights((0..<count).map { UInt32(1 + $0 % 7) }, in: arena)
      for _ in 0..<50 {
        var order = TargetOrder(weights: table, isWeighted: isWeighted, wheel: 3, memory: memory)
        #expect(Set((0..<count).map { _ in order.next() }) == Set(0..<count))
      }
    }
  }

  /// The first target of a weighted order has the probability of its weight: χ² over 100,000 draws.
  @Test func firstDrawsFollowTheWeights() {
    let arena = Arena()
    let memory = SteeringMemory(seed: 2)
    let values: [UInt32] = [1, 2, 3, 4, 90]
    let table = weights(values, in: arena)
    var counts = [Int](repeating: 0, count: 5)
    for _ in 0..<100_000 {
      var order = TargetOrder(weights: table, isWeighted: true, wheel: 0, memory: memory)
      counts[order.next()] += 1
    }
    let squares = zip(counts, values).reduce(0.0) { sum, pair in
      let expected = 1000.0 * Double(pair.1)
      return sum + (Double(pair.0) - expected) * (Double(pair.0) - expected) / expected
    }
    // 4 degrees of freedom: 18.5 at a probability of 0.001.
    #expect(squares < 18.5)
  }

  @Test func turnsGoRound() {
    let arena = Arena()
    let memory = SteeringMemory(seed: 3)
    let table = weights([1, 1, 1], in: arena)
    let firsts = (0..<6).map { _ in
      var order = TargetOrder(weights: table, isWeighted: false, wheel: 9, memory: memory)
      return order.next()
    }
    #expect(firsts == [0, 1, 2, 0, 1, 2])
  }

  /// A percentage counts the enabled targets that are no backups and is rounded up.
  @Test(arguments: [(0, true), (1, true), (2, false), (3, false)])
  func percentages(_ dead: Int, _ isUp: Bool) throws {
    let health = HealthTable()
    var targets: [PoolDefinition.Target] = []
    for index in 0..<3 {
      let address = IPAddress(ipv4: UInt32(index))
      let cell = health.cell(for: ProbeKey(zone: "z.", check: "c", address: address, port: 1))
      cell.store(HealthWord(isUp: index >= dead, isKnown: true, soonestChange: 0))
      targets.append(PoolDefinition.Target(destination: .address(address), cell: cell))
    }
    targets.append(
      PoolDefinition.Target(destination: .address(IPAddress(ipv4: 9)), isEnabled: false))
    // Half of three is two.
    let pool = PoolDefinition(targets: targets, minimumHealthy: .percent(50)).publishable()
    #expect(pool.isUp == isUp)
  }
}
