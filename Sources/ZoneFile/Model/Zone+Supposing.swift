import Addresses
import DNSWire

extension Zone {
  /// The targets that `word` stands for where it is supposed down: those of a site (`@name`), of a pool
  /// (`name@site`, or `name@*` at all sites), or with that `name=`, address or host name. Nil where nothing is
  /// called so.
  public func targets(supposedDown word: String) -> Set<TargetIndex>? {
    if word.hasPrefix("@") {
      guard let site = sites.firstIndex(where: { "@" + $0.name == word }) else { return nil }
      return targets(ofPools: { $0.site == site }, orThose: { _ in false })
    }
    let base = word.hasSuffix("@*") ? word.dropLast(2) : nil
    let address = IPAddress(word).map { Target.Destination.address($0) }
    let found = targets(
      ofPools: { pool in
        if let base { return pool.site != nil && pool.name == base }
        return pool.fullName(in: self) == word
      }, orThose: { $0.name == word || $0.destination == address })
    return found.isEmpty ? nil : found
  }

  /// What can be supposed down, for suggestions: sites, pools and targets.
  public var supposableNames: [String] {
    sites.map { "@" + $0.name } + pools.map { $0.fullName(in: self) }
      + Set(pools.flatMap { $0.targets.map(\.name) }).sorted()
  }

  private func targets(
    ofPools isPool: (Pool) -> Bool, orThose isTarget: (Target) -> Bool
  ) -> Set<TargetIndex> {
    var found: Set<TargetIndex> = []
    for (index, pool) in pools.enumerated() {
      let isWhole = isPool(pool)
      for (position, target) in pool.targets.enumerated() where isWhole || isTarget(target) {
        found.insert(TargetIndex(pool: index, target: position))
      }
    }
    return found
  }
}
