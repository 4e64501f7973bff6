import Addresses
import FlatMemory
import HealthState
import Steering
import Testing

struct PoolTests {
  /// Every order is a permutation, whatever the weights, the selection and the number of answers.
  @Test(
    arguments: [1, 2, 3, 64, 65, 200, 256],
    [Selection.roundRobin, .weighted, .smooth, .hash, .leastLoad])
  func anOrderNamesEachTargetOnce(_ count: Int, _ selection: Selection) {
    let pool = SelectionPool(selection, weights: (0..<count).map { UInt32(1 + $0 % 7) })
    for answers in [1, count / 2, count] where answers > 0 {
      for turn in 0..<20 {
        let client = IPAddress(ipv4: UInt32(turn) << 8)
        let order = pool.order(of: count, answers: answers, client: client)
        #expect(Set(order) == Set(0..<count))
      }
    }
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
