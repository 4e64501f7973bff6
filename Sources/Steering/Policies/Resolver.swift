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
  /// The published pools, and where the zone's begin.
  @usableFromInline let pools: PoolTable
  @usableFromInline let poolBase: Int
  /// Whose answer it is.
  @usableFromInline let client: IPAddress
  /// Which wheel of each policy turns: 0 for A, 1 for AAAA.
  @usableFromInline let wheel: Int
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
    image: SteeringImage, pools: PoolTable, poolBase: Int, client: IPAddress, isIPv6: Bool,
    memory: SteeringMemory, watchesHealth: Bool
  ) {
    self.image = image
    self.pools = pools
    self.poolBase = poolBase
    self.client = client
    wheel = isIPv6 ? 1 : 0
    self.memory = memory
    self.watchesHealth = watchesHealth
  }

  /// The pool that `policy` leads to, as an index in the `PoolTable`; nil where nothing is up.
  public mutating func resolve(_ policy: UInt32) -> Int? {
    let node = image.policies[policy]
    switch node.kind {
    case .pool:
      let pool = poolBase + Int(node.first)
      return isUp(pool) ? pool : nil
    case .failover:
      return firstUp(node.first, node.count)
    case .geo:
      let found = image.maps[node.map].lookup(client)
      scope = max(scope, found.scope)
      let span = image.outcomes[node.first + min(found.outcome, node.count - 1)]
      return firstUp(span.first, span.count)
    case .weighted:
      return draw(node)
    case .roundRobin:
      return takeTurn(node, policy: policy)
    }
  }

  private mutating func isUp(_ pool: Int) -> Bool {
    if watchesHealth { soonestChange = min(soonestChange, pools.soonestChange(pool)) }
    return pools.isUp(pool, ignoringHealth: ignoresHealth)
  }

  private mutating func firstUp(_ first: UInt32, _ count: UInt32) -> Int? {
    var index = first
    while index < first + count {
      if let pool = resolve(image.choices[index].policy) { return pool }
      index += 1
    }
    return nil
  }

  /// Whether a choice leads anywhere.
  private mutating func isAvailable(_ index: UInt32) -> Bool {
    let policy = image.choices[index].policy
    let node = image.policies[policy]
    switch node.kind {
    case .pool:
      return isUp(poolBase + Int(node.first))
    case .geo:
      let found = image.maps[node.map].lookup(client)
      scope = max(scope, found.scope)
      let span = image.outcomes[node.first + min(found.outcome, node.count - 1)]
      return anyAvailable(span.first, span.count)
    case .failover, .weighted, .roundRobin:
      return anyAvailable(node.first, node.count)
    }
  }

  private mutating func anyAvailable(_ first: UInt32, _ count: UInt32) -> Bool {
    var index = first
    while index < first + count {
      if isAvailable(index) { return true }
      index += 1
    }
    return false
  }

  /// One choice that is up, with the probability of its weight among those that are; weights of 0 count
  /// only where no other is up.
  private mutating func draw(_ node: PolicyNode) -> Int? {
    let end = node.first + node.count
    var total: UInt64 = 0
    var idle: UInt64 = 0
    var index = node.first
    while index < end {
      if isAvailable(index) {
        total += UInt64(image.choices[index].weight)
        idle += 1
      }
      index += 1
    }
    guard idle > 0 else { return nil }
    var left = memory.random(below: total > 0 ? total : idle)
    index = node.first
    while index < end {
      if isAvailable(index) {
        left -= total > 0 ? Int(image.choices[index].weight) : 1
        if left < 0 { return resolve(image.choices[index].policy) }
      }
      index += 1
    }
    return nil
  }

  /// The choice whose turn it is among those that are up.
  private mutating func takeTurn(_ node: PolicyNode, policy: UInt32) -> Int? {
    let end = node.first + node.count
    var available = 0
    var index = node.first
    while index < end {
      if isAvailable(index) { available += 1 }
      index += 1
    }
    guard available > 0 else { return nil }
    var left = memory.turn(2 * (poolBase &* 31 &+ Int(policy)) + wheel, of: available)
    index = node.first
    while index < end {
      if isAvailable(index) {
        if left == 0 { return resolve(image.choices[index].policy) }
        left -= 1
      }
      index += 1
    }
    return nil
  }
}
