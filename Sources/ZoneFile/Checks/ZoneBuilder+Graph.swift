import HealthState

extension ZoneBuilder {
  /// How deep named policies may lead to each other.
  static let maximumPolicyDepth = 16

  /// Reports loops of named policies, and chains that are too long; false where there is any.
  mutating func checkPolicyGraph() -> Bool {
    let errors = diagnostics.errorCount
    // 0: not seen. Otherwise the depth below the policy, plus 1.
    var depths = Array(repeating: 0, count: zone.policies.count)
    for index in zone.policies.indices where depths[index] == 0 {
      _ = depth(of: index, path: [], &depths)
    }
    return diagnostics.errorCount == errors
  }

  private mutating func depth(of index: Int, path: [Int], _ depths: inout [Int]) -> Int {
    if depths[index] > 0 { return depths[index] }
    if let start = path.firstIndex(of: index) {
      reportLoop(Array(path[start...]))
      return 1
    }
    var deepest = 0
    // One more than allowed is enough to know, and keeps the stack short whatever the file says.
    if path.count <= Self.maximumPolicyDepth {
      for next in zone.policies[index].expression.policies(in: zone) {
        deepest = max(deepest, depth(of: next, path: path + [index], &depths))
      }
    }
    // Told once a chain: what leads to a policy that is told is too deep for the same reason.
    if deepest == Self.maximumPolicyDepth {
      let name = declarations.policies[index].name
      diagnostics.error(
        name, "policies lead to each other more than \(Self.maximumPolicyDepth) deep",
        hint: "name the pools themselves in '\(name.text)'")
    }
    depths[index] = deepest + 1
    return deepest + 1
  }

  private mutating func reportLoop(_ loop: [Int]) {
    // A loop is found once for each way into it, and told once: from its first policy in the file.
    guard let first = loop.min(), let start = loop.firstIndex(of: first) else { return }
    let names = (loop[start...] + loop[..<start] + [first]).map {
      declarations.policies[$0].name.text
    }
    diagnostics.error(
      declarations.policies[first].name,
      "the policy '\(names[0])' leads back to itself: \(names.joined(separator: " -> "))",
      hint: "one of them has to name a pool instead")
  }
}

extension PolicyExpression {
  /// The named policies that this one leads to, directly.
  func policies(in zone: Zone) -> [Int] {
    switch self {
    case .pool, .nearest, .latency: []
    case .named(let index): [index]
    case .failover(let targets, _): targets.flatMap { $0.policies(in: zone) }
    case .choice(_, let choices, _): choices.flatMap { $0.target.policies(in: zone) }
    case .geo(let map, _):
      zone.maps[map].rules.flatMap(\.items).compactMap { item in
        if case .policy(let index) = item { index } else { nil }
      }
    }
  }

  /// The pools that this policy leads to, directly.
  func pools(in zone: Zone) -> [Int] {
    switch self {
    case .pool(let index): [index]
    case .named: []
    case .nearest(let pools), .latency(_, let pools): pools
    case .failover(let targets, _): targets.flatMap { $0.pools(in: zone) }
    case .choice(_, let choices, _): choices.flatMap { $0.target.pools(in: zone) }
    case .geo(let map, let poolsAtSite):
      zone.maps[map].rules.flatMap(\.items).compactMap { item in
        switch item {
        case .pool(let index): index
        case .site(let site): poolsAtSite[site]
        case .policy: nil
        }
      }
    }
  }

  /// All pools that can decide an answer. The policies of `zone` must have no loop.
  func reachablePools(in zone: Zone) -> Set<Int> {
    var result = Set(pools(in: zone))
    var seen: Set<Int> = []
    var open = policies(in: zone)
    while let index = open.popLast() {
      guard seen.insert(index).inserted else { continue }
      result.formUnion(zone.policies[index].expression.pools(in: zone))
      open += zone.policies[index].expression.policies(in: zone)
    }
    return result
  }
}
