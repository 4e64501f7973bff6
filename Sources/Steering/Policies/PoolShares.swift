import GeoMap

/// What share of the answers each pool has: `Resolver` follows a policy for one query, this says where it leads
/// over all of them. For the control plane: it allocates.
public struct PoolShares {
  private let image: SteeringImage
  private let pools: PoolTable
  private let poolBase: Int
  private let ignoresHealth: Bool

  /// The shares among `pools`, in which the zone's begin at `poolBase`; the table has to outlive this.
  public init(
    image: SteeringImage, pools: PoolTable, poolBase: Int = 0, ignoresHealth: Bool = false
  ) {
    self.image = image
    self.pools = pools
    self.poolBase = poolBase
    self.ignoresHealth = ignoresHealth
  }

  /// The share of each pool (by its index in the zone) that answers come from: they add up to 1; none where
  /// nothing is up. A draw counts with its probability, a hash as all clients
  /// together make it, turns and loads evenly.
  ///
  /// `outcome` says what a client gets of the map with an index, and is asked for each `geo` policy on the way.
  public func shares(
    of policy: UInt32, outcome: (_ map: UInt32) -> UInt32
  ) -> [Int: Double] {
    var known: [UInt32: [Int: Double]] = [:]
    return shares(policy, outcome, &known)
  }

  private func shares(
    _ policy: UInt32, _ outcome: (UInt32) -> UInt32, _ known: inout [UInt32: [Int: Double]]
  ) -> [Int: Double] {
    // Named policies are shared, and a walk down every way to one could take for ever.
    if let found = known[policy] { return found }
    let node = image.policies[policy]
    let shares: [Int: Double]
    switch node.kind {
    case .pool:
      let pool = Int(node.first)
      let serving = pools[poolBase + pool].serving(ignoringHealth: ignoresHealth)
      shares = serving.value.isUp ? [pool: 1] : [:]
    case .failover:
      shares = firstUp(ChoiceSpan(first: node.first, count: node.count), outcome, &known)
    case .geo:
      let number = min(outcome(node.table), node.count - 1)
      shares = firstUp(image.outcomes[node.first + number], outcome, &known)
    case .choice(let selection):
      shares = mixture(node, outcome, &known, byWeight: selection.goesByWeight)
    }
    known[policy] = shares
    return shares
  }

  private func firstUp(
    _ span: ChoiceSpan, _ outcome: (UInt32) -> UInt32, _ known: inout [UInt32: [Int: Double]]
  ) -> [Int: Double] {
    for index in span.first..<(span.first + span.count) {
      let found = shares(image.choices[index].policy, outcome, &known)
      if !found.isEmpty { return found }
    }
    return [:]
  }

  /// The shares of the choices that are up, by weight; weights of 0 count only where there is no other.
  private func mixture(
    _ node: PolicyNode, _ outcome: (UInt32) -> UInt32, _ known: inout [UInt32: [Int: Double]],
    byWeight: Bool
  ) -> [Int: Double] {
    var available: [(weight: Double, shares: [Int: Double])] = []
    var before: UInt32 = 0
    for index in node.first..<(node.first + node.count) {
      let choice = image.choices[index]
      let weight = byWeight ? Double(choice.weightSum - before) : 1
      before = choice.weightSum
      let found = shares(choice.policy, outcome, &known)
      if !found.isEmpty { available.append((weight, found)) }
    }
    let total = available.reduce(0) { $0 + $1.weight }
    var mixed: [Int: Double] = [:]
    for choice in available {
      let share = total > 0 ? choice.weight / total : 1 / Double(available.count)
      guard share > 0 else { continue }
      for (pool, part) in choice.shares { mixed[pool, default: 0] += share * part }
    }
    return mixed
  }
}

extension SteeringImage {
  /// The maps, by index, that `policy` can look a client up in.
  public func maps(of policy: UInt32) -> Set<UInt32> {
    var maps: Set<UInt32> = []
    var seen: Set<UInt32> = []
    var open = [policy]
    while let next = open.popLast() {
      guard seen.insert(next).inserted else { continue }
      let node = policies[next]
      switch node.kind {
      case .pool: break
      case .failover, .choice:
        open += choices(in: ChoiceSpan(first: node.first, count: node.count))
      case .geo:
        maps.insert(node.table)
        for index in node.first..<(node.first + node.count) {
          open += choices(in: outcomes[index])
        }
      }
    }
    return maps
  }

  private func choices(in span: ChoiceSpan) -> [UInt32] {
    (span.first..<(span.first + span.count)).map { choices[$0].policy }
  }
}
