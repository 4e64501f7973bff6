import Addresses
import GeoMap

/// Follows a policy down to the pool that serves one client.
///
/// One pool is found for one query: the first target that is up wins (zone language, "How an answer is
/// chosen", 2 and 3). Depth is bounded when the zone is compiled, so recursion is too.
@frozen
public struct Resolver {
  /// The zone's policies.
  @usableFromInline let image: SteeringImage
  /// The published pools.
  @usableFromInline let pools: PoolTable
  /// Where what the zone has begins among that of all zones.
  @usableFromInline let bases: SteeringBases
  /// Whose answer it is.
  @usableFromInline let client: IPAddress
  /// Which wheel of each policy turns: that of A or that of AAAA.
  @usableFromInline let isIPv6: Bool
  @usableFromInline let memory: SteeringMemory
  /// Whether every probe counts as passed.
  public var ignoresHealth = false
  /// Whether `soonestChange` is kept.
  @usableFromInline let watchesHealth: Bool

  /// The longest prefix of the client's address that decided something, in bits.
  public private(set) var scope = 0
  /// The soonest moment at which a probe could turn what was looked at, in monotonic milliseconds.
  public private(set) var soonestChange = UInt64.max

  /// A resolver for one query.
  @inlinable
  public init(
    image: SteeringImage, pools: PoolTable, bases: SteeringBases, client: IPAddress, isIPv6: Bool,
    memory: SteeringMemory, watchesHealth: Bool
  ) {
    self.image = image
    self.pools = pools
    self.bases = bases
    self.client = client
    self.isIPv6 = isIPv6
    self.memory = memory
    self.watchesHealth = watchesHealth
  }

  /// The pool that `policy` leads to, as an index in the `PoolTable`; nil where nothing is up.
  public mutating func resolve(_ policy: UInt32) -> Int? {
    let node = image.policies[policy]
    if node.kind == .pool {
      let pool = bases.pool + Int(node.first)
      return isUp(pool) ? pool : nil
    }
    memory.journal?.note(.policy(policy))
    switch node.kind {
    case .pool, .failover:
      return firstUp(node.first, node.count)
    case .geo:
      let found = image.maps[node.table].lookup(client)
      scope = max(scope, found.scope)
      memory.journal?.note(.outcome(policy: policy, outcome: found.outcome, scope: found.scope))
      let span = image.outcomes[node.first + min(found.outcome, node.count - 1)]
      return firstUp(span.first, span.count)
    case .choice(.weighted):
      return draw(node, wheel: nil)
    case .choice(.smooth):
      return draw(node, wheel: bases.wheel(Int(policy), isIPv6: isIPv6))
    case .choice(.roundRobin):
      return takeTurn(node, wheel: bases.wheel(Int(policy), isIPv6: isIPv6))
    case .choice(.hash):
      return pickByHash(node)
    case .choice(.leastLoad):
      return pickByLoad(node)
    }
  }

  /// So many picks may fall on choices that are down before all are looked through. Each pick being made
  /// anew, what comes of them is as if only those that are up had taken part.
  private static var picks: Int { 4 }

  private mutating func isUp(_ pool: Int) -> Bool {
    if watchesHealth { soonestChange = min(soonestChange, pools.soonestChange(pool)) }
    let isUp = pools.isUp(pool, ignoringHealth: ignoresHealth)
    memory.journal?.note(.pool(pool, isUp: isUp))
    return isUp
  }

  private mutating func firstUp(_ first: UInt32, _ count: UInt32) -> Int? {
    var index = first
    while index < first + count {
      if let pool = resolve(image.choices[index].policy) { return pool }
      index += 1
    }
    return nil
  }

  /// The first of a policy's choices that is up, from the one at `start` on and around.
  private mutating func firstUp(_ node: PolicyNode, around start: Int) -> Int? {
    var tries = 0
    while tries < Int(node.count) {
      let index = (start + tries) % Int(node.count)
      if let pool = resolve(choice(node, index)) { return pool }
      tries += 1
    }
    return nil
  }

  private func choice(_ node: PolicyNode, _ index: Int) -> UInt32 {
    image.choices[Int(node.first) + index].policy
  }

  /// One choice that is up, with the probability of its weight among those that are. With a `wheel` the
  /// points that decide it are the wheel's, else random.
  private mutating func draw(_ node: PolicyNode, wheel: Int?) -> Int? {
    let total = UInt64(image.choices[node.first + node.count - 1].weightSum)
    var tries = 0
    while tries < Self.picks {
      let point = wheel.map { memory.step($0, below: total) } ?? memory.random(below: total)
      if let pool = resolve(image.choice(of: node, at: point)) { return pool }
      tries += 1
    }
    return drawAmongAll(node)
  }

  /// The same in one pass over all choices (weighted reservoir sampling; Chao 1982). Weights of 0 count
  /// only where no other is up.
  private mutating func drawAmongAll(_ node: PolicyNode) -> Int? {
    var picked: Int?
    var total: UInt64 = 0
    var idle: UInt64 = 0
    var before: UInt32 = 0
    var index = node.first
    while index < node.first + node.count {
      let choice = image.choices[index]
      let weight = UInt64(choice.weightSum - before)
      before = choice.weightSum
      index += 1
      guard weight > 0 || total == 0, let pool = resolve(choice.policy) else { continue }
      if weight > 0 {
        total += weight
        if memory.random(below: total) < weight { picked = pool }
      } else {
        idle += 1
        if memory.random(below: idle) == 0 { picked = pool }
      }
    }
    return picked
  }

  /// The choice whose turn it is; one that is down misses its turn.
  private mutating func takeTurn(_ node: PolicyNode, wheel: Int) -> Int? {
    var tries = 0
    while tries < Int(node.count) {
      let index = memory.turn(wheel, of: Int(node.count))
      if let pool = resolve(choice(node, index)) { return pool }
      tries += 1
    }
    return nil
  }

  /// The choice that has the slot of the client's network; where it is down, that of the network's next
  /// slot, and so on, so that only clients of a choice that is down move.
  private mutating func pickByHash(_ node: PolicyNode) -> Int? {
    scope = max(scope, node.network.length(for: client))
    let slots = node.table * UInt32(HashSlots.count)
    var index = 0
    var attempt = 0
    while attempt < 2 * Self.picks {
      index = Int(
        image.slots[Int(slots) + node.network.slot(of: client, attempt: attempt)])
      if let pool = resolve(choice(node, index)) { return pool }
      attempt += 1
    }
    return firstUp(node, around: index)
  }

  /// The less loaded of two random choices, both pools.
  private mutating func pickByLoad(_ node: PolicyNode) -> Int? {
    var two = (0, 0)
    var tries = 0
    while tries < Self.picks {
      two = memory.twoOf(Int(node.count))
      let one = resolve(choice(node, two.0))
      let other = resolve(choice(node, two.1))
      if let one, let other {
        return SelectionTables.isLess(pools.load(other), than: pools.load(one)) ? other : one
      }
      if let up = one ?? other { return up }
      tries += 1
    }
    return firstUp(node, around: two.0)
  }
}
