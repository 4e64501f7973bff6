import Steering

/// The pools that failovers with `failback=` do not go back to yet.
struct HeldPools {
  /// A pool of one failover.
  struct Key: Hashable {
    /// Whose failover it is: the owner or the policy's name, and the zone.
    var subject: String
    /// The pool's name.
    var pool: String
  }

  /// What happened to a held pool.
  enum Event {
    /// It is up again, and held back.
    case heldBack(Key, Failback)
    /// It is used again.
    case released(Key)
  }

  /// A failover, its pools by their index in the published table.
  struct Failover {
    var subject: String
    var failback: Failback
    var pools: [(name: String, index: Int, image: Int)]
  }

  /// By pool since when it has been up, in monotonic milliseconds; nil while it is down.
  private var upSince: [Key: UInt64?] = [:]

  /// Nothing is held but `keys`, which an operator has to release.
  init(_ keys: [Key] = []) {
    for key in keys { upSince[key] = .some(nil) }
  }

  /// Whether a pool is held.
  func contains(_ key: Key) -> Bool { upSince[key] != nil }

  /// Those of failovers that only an operator brings back.
  func manual(_ failovers: [Failover]) -> [Key] {
    failovers.filter { $0.failback == .manual }.flatMap { failover in
      failover.pools.map { Key(subject: failover.subject, pool: $0.name) }
    }.filter(contains)
  }

  /// Takes note of what is up at `now`, and forgets what no failover has.
  mutating func update(
    _ failovers: [Failover], now: UInt64, isUp: (_ index: Int) -> Bool
  ) -> [Event] {
    var events: [Event] = []
    var known: Set<Key> = []
    for failover in failovers {
      let pools = failover.pools.map { pool in
        (key: Key(subject: failover.subject, pool: pool.name), isUp: isUp(pool.index))
      }
      known.formUnion(pools.map(\.key))
      for (key, isUp) in pools {
        if !isUp {
          upSince[key] = .some(nil)
        } else if case .some(nil) = upSince[key] {
          upSince[key] = .some(now)
          events.append(.heldBack(key, failover.failback))
        }
        if case .some(.some(let since)) = upSince[key],
          case .after(let milliseconds) = failover.failback, now >= since + milliseconds
        {
          upSince[key] = nil
          events.append(.released(key))
        }
      }
      // Better one that has been down than none.
      if !pools.contains(where: { $0.isUp && !contains($0.key) }),
        let first = pools.first(where: \.isUp)
      {
        upSince[first.key] = nil
        events.append(.released(first.key))
      }
    }
    upSince = upSince.filter { known.contains($0.key) }
    return events
  }

  /// Releases the pools of `subject` that are up: their names.
  mutating func release(_ subject: String) -> [Key] {
    let keys = upSince.keys.filter { key in
      if case .some(.some) = upSince[key] { key.subject == subject } else { false }
    }
    for key in keys { upSince[key] = nil }
    return keys.sorted { $0.pool < $1.pool }
  }
}
