import Addresses
import FlatMemory
import GeoMap

/// Follows a policy down to the pool that serves one client.
///
/// One pool is found for one query: the first target that is up wins (zone language, "How an answer is
/// chosen", 2 and 3). Depth is bounded when the zone is compiled, so recursion is too.
@frozen
public struct Resolver {
  /// The zone's policies.
  @usableFromInline let image: Placed<SteeringImage>
  /// The published pools.
  @usableFromInline let pools: PoolTable
  /// What their health makes of choices.
  @usableFromInline let serving: ServingChoices
  /// Where what the zone has begins among that of all zones.
  @usableFromInline let bases: SteeringBases
  /// Whose answer it is.
  @usableFromInline let client: IPAddress
  /// Which wheel of each policy turns: that of A or that of AAAA.
  @usableFromInline let isIPv6: Bool
  @usableFromInline let memory: SteeringMemory
  /// Whether every probe counts as passed.
  public var ignoresHealth = false
  /// Whether it counts what is looked at: for `soonestChange`, or for the journal.
  @usableFromInline let isWatched: Bool

  /// The longest prefix of the client's address that decided something, in bits.
  public private(set) var scope = 0
  /// The soonest moment at which a probe could turn what was looked at, in monotonic milliseconds.
  public private(set) var soonestChange = UInt64.max

  /// A resolver for one query; `watchesHealth` says whether `soonestChange` is kept.
  @inlinable
  public init(
    image: Placed<SteeringImage>, pools: PoolTable, serving: ServingChoices, bases: SteeringBases,
    client: IPAddress, isIPv6: Bool, memory: SteeringMemory, watchesHealth: Bool
  ) {
    self.image = image
    self.pools = pools
    self.serving = serving
    self.bases = bases
    self.client = client
    self.isIPv6 = isIPv6
    self.memory = memory
    isWatched = watchesHealth || memory.journal != nil
  }

  /// The pool that `policy` leads to, as an index in the `PoolTable`; nil where nothing is up.
  public mutating func resolve(_ policy: UInt32) -> Int? {
    let node = image.value.policies[policy]
    memory.journal?.note(.policy(policy))
    switch node.kind {
    case .pool:
      return pool(of: node)
    case .failover:
      return firstUp(node.first, node.count)
    case .geo:
      let found = image.value.maps[node.table].lookup(client)
      scope = max(scope, found.scope)
      memory.journal?.note(.outcome(policy: policy, outcome: found.outcome, scope: found.scope))
      let span = image.value.outcomes[node.first &+ min(found.outcome, node.count &- 1)]
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

  /// The pool that a choice leads to, which mostly is one; nil where nothing is up.
  @inline(__always)
  private mutating func follow(_ policy: UInt32) -> Int? {
    let node = image.value.policies[policy]
    if case .pool = node.kind { return pool(of: node) }
    return resolve(policy)
  }

  @inline(__always)
  private mutating func pool(of node: PolicyNode) -> Int? {
    let pool = bases.pool &+ Int(node.first)
    return isUp(pool) ? pool : nil
  }

  @inline(__always)
  private mutating func isUp(_ pool: Int) -> Bool {
    let sets = pools[pool]
    let isUp = sets.serving(ignoringHealth: ignoresHealth).value.isUp
    if isWatched {
      soonestChange = min(soonestChange, sets.soonestChange)
      memory.journal?.note(.pool(pool, isUp: isUp))
    }
    return isUp
  }

  /// What is published of a choice of which no weight decides; 0, as where nothing is, where all are to be looked at.
  @inline(__always)
  private mutating func published(_ index: UInt32) -> UInt32 {
    isWatched || ignoresHealth ? 0 : serving[bases.choice &+ Int(index)]
  }

  /// The first choice of a run that is up.
  @inline(__always)
  private mutating func firstUp(_ first: UInt32, _ count: UInt32) -> Int? {
    guard count > 0 else { return nil }
    let steps = published(first)
    if steps == ServingChoices.none { return nil }
    if steps > 0 { return follow(image.value.choices[first &+ steps &- 1].policy) }
    var index = first
    let end = first &+ count
    while index < end {
      if let pool = follow(image.value.choices[index].policy) { return pool }
      index &+= 1
    }
    return nil
  }

  /// The first of a policy's choices that is up, from the one at `start` on and around.
  private mutating func firstUp(_ node: PolicyNode, around start: Int) -> Int? {
    let steps = published(node.first &+ UInt32(start))
    if steps == ServingChoices.none { return nil }
    if steps > 0 { return follow(choice(node, (start &+ Int(steps) &- 1) % Int(node.count))) }
    var tries = 0
    while tries < Int(node.count) {
      let index = (start + tries) % Int(node.count)
      if let pool = follow(choice(node, index)) { return pool }
      tries += 1
    }
    return nil
  }

  private mutating func choice(_ node: PolicyNode, _ index: Int) -> UInt32 {
    image.value.choices[Int(node.first) &+ index].policy
  }

  /// One choice that is up, with the probability of its weight among those that are. With a `wheel` the
  /// numbers that decide it are the wheel's, else random.
  ///
  /// Where somebody watches, all choices take part first, as one that is down and picked makes a difference.
  private mutating func draw(_ node: PolicyNode, wheel: Int?) -> Int? {
    let up = weightOfServing(node)
    if up > 0, !isWatched {
      let number = wheel.map { memory.step($0) } ?? memory.random()
      return pickServing(node, at: number.multipliedFullWidth(by: up).high)
    }
    let total = UInt64(image.value.choices[node.first &+ node.count &- 1].weightSum)
    var tries = total > 0 ? Self.picks : 0
    while tries > 0 {
      let number = wheel.map { memory.step($0) } ?? memory.random()
      let point = number.multipliedFullWidth(by: total)
      let index = image.value.choice(of: node, at: point.high)
      let choice = image.value.choices[index]
      if let pool = follow(choice.policy) { return pool }
      if up > 0 {
        // What the number says beyond the choice it fell on is spread over those that are up.
        let before =
          index == node.first ? 0 : image.value.choices[index &- 1].weightSum
        let inside = UInt64(choice.weightSum &- before)
          .dividingFullWidth((point.high &- UInt64(before), point.low)).quotient
        return pickServing(node, at: inside.multipliedFullWidth(by: up).high)
      }
      tries &-= 1
    }
    return up > 0
      ? pickServing(node, at: memory.random(below: up)) : drawAmongAll(node)
  }

  /// The weight of all choices of a policy that are up, by load their number; 0 where that is not worked out.
  private mutating func weightOfServing(_ node: PolicyNode) -> UInt64 {
    if ignoresHealth { return 0 }
    return UInt64(serving[bases.choice &+ Int(node.first) &+ Int(node.count) &- 1])
  }

  /// The choice whose share of the weights that are up `point` falls in.
  private mutating func pickServing(_ node: PolicyNode, at point: UInt64) -> Int? {
    let index = serving.choice(
      from: bases.choice &+ Int(node.first), count: Int(node.count), above: point)
    return follow(image.value.choices[index &- bases.choice].policy)
  }

  /// The same in one pass over all choices (weighted reservoir sampling; Chao 1982), for policies of policies.
  /// Weights of 0 count only where no other is up.
  private mutating func drawAmongAll(_ node: PolicyNode) -> Int? {
    var picked: Int?
    var total: UInt64 = 0
    var idle: UInt64 = 0
    var before: UInt32 = 0
    var index = node.first
    while index < node.first + node.count {
      let choice = image.value.choices[index]
      let weight = UInt64(choice.weightSum - before)
      before = choice.weightSum
      index += 1
      guard weight > 0 || total == 0, let pool = follow(choice.policy) else { continue }
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
    var index = memory.turn(wheel, of: Int(node.count))
    let steps = published(node.first &+ UInt32(index))
    if steps == ServingChoices.none {
      // All miss their turn.
      memory.skip(wheel, Int(node.count) &- 1)
      return nil
    }
    if steps > 0 {
      memory.skip(wheel, Int(steps) &- 1)
      return follow(choice(node, (index &+ Int(steps) &- 1) % Int(node.count)))
    }
    var tries = 1
    while true {
      if let pool = follow(choice(node, index)) { return pool }
      if tries == Int(node.count) { return nil }
      index = memory.turn(wheel, of: Int(node.count))
      tries += 1
    }
  }

  /// The choice that has the slot of the client's network; where it is down, that of the network's next
  /// slot, and so on, so that only clients of a choice that is down move.
  private mutating func pickByHash(_ node: PolicyNode) -> Int? {
    scope = max(scope, node.network.length(for: client))
    let slots = Int(node.table) &* HashSlots.count
    let hash = node.network.hash(of: client)
    var index = 0
    var attempt = 0
    while attempt < HashSlots.attempts {
      index = Int(image.value.slots[slots &+ HashSlots.slot(hash, attempt: attempt)])
      let steps = published(node.first &+ UInt32(index))
      if steps == ServingChoices.none { return nil }
      if steps < 2, let pool = follow(choice(node, index)) { return pool }
      attempt += 1
    }
    return firstUp(node, around: index)
  }

  /// The less loaded of two random choices, both pools.
  private mutating func pickByLoad(_ node: PolicyNode) -> Int? {
    let up = weightOfServing(node)
    if up > 0, !isWatched {
      if up == 1 { return pickServing(node, at: 0) }
      let two = memory.twoOf(Int(up))
      if up == node.count {
        return lessLoaded(follow(choice(node, two.0)), follow(choice(node, two.1)))
      }
      return lessLoaded(
        pickServing(node, at: UInt64(two.0)), pickServing(node, at: UInt64(two.1)))
    }
    var two = (0, 0)
    var tries = 0
    while tries < Self.picks {
      two = memory.twoOf(Int(node.count))
      let one = follow(choice(node, two.0))
      let other = follow(choice(node, two.1))
      if let up = lessLoaded(one, other) { return up }
      tries += 1
    }
    return firstUp(node, around: two.0)
  }

  private mutating func lessLoaded(_ one: Int?, _ other: Int?) -> Int? {
    guard let one, let other else { return one ?? other }
    let isLess = SelectionTables.isLess(pools[other].value.load, than: pools[one].value.load)
    return isLess ? other : one
  }
}
