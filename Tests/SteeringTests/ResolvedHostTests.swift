import Addresses
import DNSWire
import Steering
import Testing

/// Pools of host names whose addresses are answered.
struct ResolvedHostTests {
  private let hosts: [DomainName: HostAddresses] = [
    Self.name("a.example."): HostAddresses(Self.addresses(1, 2, 3), ttl: 50),
    Self.name("b.example."): HostAddresses(Self.addresses(9) + [IPAddress(ipv6: 5)], ttl: 40),
    Self.name("six.example."): HostAddresses([IPAddress(ipv6: 7)], ttl: 30),
  ]

  private static func name(_ text: String) -> DomainName { DomainName(text) ?? .root }

  private static func addresses(_ numbers: UInt32...) -> [IPAddress] {
    numbers.map { IPAddress(ipv4: $0) }
  }

  private func target(
    _ host: String, weight: UInt32 = 1, isBackup: Bool = false, isEnabled: Bool = true
  ) -> PoolDefinition.Target {
    PoolDefinition.Target(
      destination: .addresses(of: Self.name(host)), weight: weight, isEnabled: isEnabled,
      isBackup: isBackup, hashKey: HashSlots.key(host))
  }

  /// What `body` makes of the table in which a pool is published alone.
  private func published<Result>(
    _ pool: PoolDefinition, _ body: (PoolTable) -> Result
  ) -> Result {
    let pools = PublishedPools([pool.publishable { hosts[$0] ?? HostAddresses() }])
    return withExtendedLifetime(pools) { body(pools.table) }
  }

  /// The last octet of each address and its share in percent.
  private func shares(_ pool: PoolDefinition, isIPv6: Bool = false) -> [UInt8: Int] {
    published(pool) { table in
      let serving = table[0].value.live.value
      let set = (isIPv6 ? serving.ipv6 : serving.ipv4).value
      var shares: [UInt8: Int] = [:]
      var before: UInt32 = 0
      let length = isIPv6 ? 16 : 4
      for index in 0..<set.count {
        let sum = set.tables.weightSums[index]
        let share = Double(sum - before) / Double(set.tables.weightSums[set.count - 1])
        shares[set.octets[(index + 1) * length - 1]] = Int((share * 100).rounded())
        before = sum
      }
      return shares
    }
  }

  private func isUp(_ pool: PoolDefinition, ignoringHealth: Bool = false) -> Bool {
    published(pool) { $0[0].serving(ignoringHealth: ignoringHealth).value.isUp }
  }

  @Test(
    "a host's addresses share its weight", arguments: [Selection.weighted, .smooth, .hash],
    [UInt32(1), 1000, 1_000_000])
  func weights(_ selection: Selection, _ unit: UInt32) {
    let pool = PoolDefinition(
      targets: [
        target("a.example.", weight: 3 * unit), target("b.example.", weight: 1 * unit),
        target("none.example.", weight: 9 * unit), target("six.example.", weight: unit),
      ], picking: PoolPicking(selection: selection))
    #expect(shares(pool) == [1: 25, 2: 25, 3: 25, 9: 25])
    #expect(shares(pool, isIPv6: true) == [5: 50, 7: 50])
    #expect(published(pool) { $0[0].value.ttlLimit } == 30)
  }

  @Test("a hash gives each address its share of the clients")
  func slots() {
    let pool = PoolDefinition(
      targets: [target("a.example.", weight: 3), target("b.example.")],
      picking: PoolPicking(selection: .hash))
    let counts = published(pool) { table in
      let slots = table[0].value.live.value.ipv4.value.tables.slots
      return (0..<HashSlots.count).reduce(into: [0, 0, 0, 0]) { $0[Int(slots[$1])] += 1 }
    }
    for count in counts { #expect(abs(count - HashSlots.count / 4) < HashSlots.count / 50) }
  }

  @Test(
    "hosts are counted, not their addresses",
    arguments: [(.count(1), true), (.count(2), false), (.percent(50), true), (.percent(51), false)]
      as [(PoolDefinition.MinimumHealthy, Bool)])
  func minimum(_ minimum: PoolDefinition.MinimumHealthy, _ isUp: Bool) {
    let pool = PoolDefinition(
      targets: [
        target("a.example."), target("none.example."), target("b.example.", isEnabled: false),
        target("b.example.", isBackup: true),
      ], minimumHealthy: minimum)
    #expect(self.isUp(pool) == isUp)
    // Without the minimum, there is something to answer.
    #expect(self.isUp(pool, ignoringHealth: true))
  }

  @Test("a backup serves where no other host has an address; a drained host is not resolved")
  func backup() {
    let targets = [
      target("none.example."), target("b.example.", isBackup: true),
      target("a.example.", isEnabled: false),
    ]
    let pool = PoolDefinition(targets: targets)
    #expect(shares(pool) == [9: 100])
    #expect(pool.resolvedHosts == [Self.name("none.example."), Self.name("b.example.")])
    let nothing = PoolDefinition(targets: [target("none.example.")])
    #expect(!isUp(nothing) && !isUp(nothing, ignoringHealth: true))
    #expect(published(nothing) { $0[0].value.ttlLimit } == .max)
  }

  @Test("no more addresses than an answer can put in order")
  func most() {
    let many = HostAddresses((0..<200).map { IPAddress(ipv4: $0) }, ttl: 5)
    let more = HostAddresses((100..<400).map { IPAddress(ipv4: $0) }, ttl: 5)
    let pool = PoolDefinition(
      targets: [target("a.example.", weight: 1_000_000), target("b.example.")],
      picking: PoolPicking(selection: .weighted))
    let pools = PublishedPools([
      pool.publishable { $0 == Self.name("a.example.") ? many : more }
    ])
    let count = withExtendedLifetime(pools) {
      pools.table[0].value.live.value.ipv4.value.count
    }
    #expect(count == TargetOrder.maximumCount)
  }
}
