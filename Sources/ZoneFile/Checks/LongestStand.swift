/// The longest time that an answer can stand before a probe may change it.
struct LongestStand {
  /// Milliseconds, and the index of the check that sets them; nil is for ever.
  typealias Bound = (milliseconds: UInt64, check: Int)?

  /// The bounds of named policies, so that each is worked out once.
  private var known: [Int: Bound] = [:]

  /// The bound of whatever `expression` answers: that of its first choice, since a second is only taken
  /// while the first is down, and then hangs on the first as well. The policies must have no loop.
  mutating func bound(_ expression: PolicyExpression, in zone: Zone) -> Bound {
    switch expression {
    case .pool(let index): return bound(pool: index, in: zone)
    case .named(let index): return bound(policy: index, in: zone)
    case .failover(let targets, _): return targets.first.flatMap { bound($0, in: zone) }
    case .choice(_, let choices, _): return longest(choices.map { bound($0.target, in: zone) })
    case .nearest(let pools), .latency(_, let pools):
      return longest(pools.map { bound(pool: $0, in: zone) })
    case .geo(let map, let poolsAtSite):
      var bounds: [Bound] = []
      for rule in zone.maps[map].rules {
        for item in rule.items {
          switch item {
          case .pool(let index): bounds.append(bound(pool: index, in: zone))
          case .policy(let index): bounds.append(bound(policy: index, in: zone))
          case .site(let site):
            guard let index = poolsAtSite[site] else { continue }
            bounds.append(bound(pool: index, in: zone))
          }
          // Behind the first, only distance brings an item to the front.
          if !rule.isNearest { break }
        }
      }
      return longest(bounds)
    }
  }

  private mutating func bound(policy index: Int, in zone: Zone) -> Bound {
    if let bound = known[index] { return bound }
    let bound = bound(zone.policies[index].expression, in: zone)
    known[index] = .some(bound)
    return bound
  }

  /// A pool changes with the first of its targets that changes: when up, after `fall` probes, when down,
  /// after `rise`.
  private func bound(pool index: Int, in zone: Zone) -> Bound {
    let checks = zone.pools[index].targets.compactMap { $0.state == .up ? $0.check : nil }
    return checks.map { check in
      let settings = zone.checks[check].settings
      return (UInt64(max(settings.fall, settings.rise)) * UInt64(settings.interval), check)
    }.min { $0.0 < $1.0 }
  }

  private func longest(_ bounds: [Bound]) -> Bound {
    var result: (milliseconds: UInt64, check: Int)?
    for bound in bounds {
      guard let bound else { return nil }
      if bound.milliseconds >= result?.milliseconds ?? 0 { result = bound }
    }
    return result
  }
}
