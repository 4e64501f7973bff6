import Addresses
import DNSWire
import FlatMemory
import GeoMap
import Steering
import Testing

/// `PoolShares` against `Resolver`, which draws: policies, health and clients at random, from fixed seeds.
struct PoolSharesTests {
  @Test(
    "Every pick is among the shares, and the picks have their frequencies", arguments: 0..<60)
  func resolverAgrees(seed: UInt64) {
    var random = RandomGenerator(seed: seed)
    let steering = RandomSteering(&random)
    for _ in 0..<4 {
      let client = IPAddress(ipv4: UInt32.random(in: 0 ... .max, using: &random))
      let root = UInt32(steering.image.policies.count - 1)
      for ignoresHealth in [false, true] {
        let shares = PoolShares(
          image: steering.image, pools: steering.pools.table, poolBase: 2,
          ignoresHealth: ignoresHealth
        ).shares(of: root) { steering.image.maps[$0].lookup(client).outcome }
        let memory = SteeringMemory(seed: seed)
        var counts: [Int: Int] = [:]
        var resolver = Resolver(
          image: steering.place, pools: steering.pools.table, serving: steering.serving,
          bases: SteeringBases(pool: 2), client: client, isIPv6: false, memory: memory,
          watchesHealth: seed % 2 == 0)
        resolver.ignoresHealth = ignoresHealth
        let draws = 4_000
        for _ in 0..<draws {
          guard let pool = resolver.resolve(root) else { continue }
          counts[pool - 2, default: 0] += 1
        }
        #expect(Set(counts.keys).isSubset(of: shares.keys))
        #expect(shares.isEmpty == counts.isEmpty)
        guard !shares.isEmpty else { continue }
        #expect(abs(shares.values.reduce(0, +) - 1) < 1e-9)
        #expect(chiSquare(counts, shares, draws) < limit(degrees: shares.count - 1))
      }
    }
  }

  private func chiSquare(_ counts: [Int: Int], _ shares: [Int: Double], _ draws: Int) -> Double {
    shares.reduce(0) { sum, share in
      let expected = share.value * Double(draws)
      let difference = Double(counts[share.key, default: 0]) - expected
      return sum + difference * difference / expected
    }
  }

  /// The χ² that is passed with a probability below 10⁻⁶ (Wilson and Hilferty's approximation).
  private func limit(degrees: Int) -> Double {
    guard degrees > 0 else { return 1e-6 }
    let part = 2 / (9 * Double(degrees))
    let root = 1 - part + 4.76 * part.squareRoot()
    return Double(degrees) * root * root * root
  }

  @Test("The maps of a policy are those that it can ask")
  func maps() {
    var random = RandomGenerator(seed: 7)
    let steering = RandomSteering(&random)
    for policy in 0..<UInt32(steering.image.policies.count) {
      var asked: Set<UInt32> = []
      _ = PoolShares(image: steering.image, pools: steering.pools.table, poolBase: 2)
        .shares(of: policy) { map in
          asked.insert(map)
          return 0
        }
      #expect(asked.isSubset(of: steering.image.maps(of: policy)))
    }
  }
}

/// A policy of every kind over others, down to pools of which some are down; the last policy leads to most.
private struct RandomSteering {
  let image: SteeringImage
  let place: Placed<SteeringImage>
  let pools: PublishedPools
  let serving: ServingChoices
  private let arena = Arena()
  private let storages: [GeoMapStorage]

  init(_ random: inout RandomGenerator) {
    let poolCount = Int.random(in: 1...6, using: &random)
    // Two pools of another zone stand before this zone's.
    pools = PublishedPools(
      (0..<(2 + poolCount)).map { index in
        PoolDefinition(
          targets: [.init(destination: .address(IPAddress(ipv4: UInt32(index))))],
          minimumHealthy: .count(Int.random(in: 0..<3, using: &random) == 0 ? 2 : 1)
        ).publishable()
      })
    var nodes = (0..<poolCount).map { PolicyNode(kind: .pool, first: UInt32($0)) }
    var choices: [PolicyChoice] = []
    var outcomes: [ChoiceSpan] = []
    var storages: [GeoMapStorage] = []
    func span(_ random: inout RandomGenerator) -> ChoiceSpan {
      let count = Int.random(in: 1...4, using: &random)
      let first = choices.count
      var sum: UInt32 = 0
      for _ in 0..<count {
        sum += [0, 1, 3, 20][Int.random(in: 0..<4, using: &random)]
        choices.append(
          PolicyChoice(
            policy: UInt32.random(in: 0..<UInt32(nodes.count), using: &random), weightSum: sum))
      }
      return ChoiceSpan(first: UInt32(first), count: UInt32(count))
    }
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        let span = span(&random)
        nodes.append(PolicyNode(kind: .failover, first: span.first, count: span.count))
      case 1, 2:
        let span = span(&random)
        let selection = [Selection.weighted, .smooth, .roundRobin].randomElement(using: &random)
        nodes.append(
          PolicyNode(
            kind: .choice(selection ?? .weighted), first: span.first, count: span.count))
      default:
        let first = outcomes.count
        for _ in 0..<3 { outcomes.append(span(&random)) }
        var builder = GeoMapBuilder()
        for part in 0..<UInt32(16) {
          builder.appendIPv4(
            start: part << 28, outcome: UInt32.random(in: 0..<3, using: &random))
        }
        nodes.append(
          PolicyNode(
            kind: .geo, first: UInt32(first), count: 3, table: UInt32(storages.count)))
        storages.append(builder.build())
      }
    }
    self.storages = storages
    image = SteeringImage(
      entries: arena.table([]), policies: arena.table(nodes), choices: arena.table(choices),
      outcomes: arena.table(outcomes), maps: arena.table(storages.map(\.map)),
      slots: arena.table([]))
    place = arena.place(image)
    serving = ServingChoices(
      of: [(image, SteeringBases(pool: 2))], pools: pools.table, in: arena)
  }
}
