import SourceText

/// The declared names of a zone, with the index of what they name.
struct NameTable {
  var checks: [String: Int] = [:]
  var sites: [String: Int] = [:]
  /// By full name: `api`, `api@berlin`.
  var pools: [String: Int] = [:]
  /// The pools at sites by the name before the `@`, in the order of the sites.
  var poolsAtSites: [String: [Int]] = [:]
  var maps: [String: Int] = [:]
  var policies: [String: Int] = [:]
}

extension ZoneBuilder {
  /// Fills `names`; reports names that are declared twice.
  mutating func collectNames() {
    for (index, check) in declarations.checks.enumerated() {
      declare(check.name, "check", index, in: \.checks) { $0.declarations.checks[$1].name }
    }
    for (index, map) in declarations.maps.enumerated() {
      guard let name = map.name else { continue }
      declare(name, "map", index, in: \.maps) { $0.declarations.maps[$1].name }
    }
    for (index, site) in declarations.sites.enumerated() {
      declare(site.name, "site", index, in: \.sites) { $0.declarations.sites[$1].name }
    }
    for (index, pool) in declarations.pools.enumerated() {
      declare(pool.fullName, "pool", index, in: \.pools) { $0.declarations.pools[$1].fullName }
      if let site = pool.site, names.sites[site.text] == nil {
        diagnostics.error(
          site, "no site '\(site.text)'\(Suggestion.text(for: site.text, among: names.sites.keys))",
          hint: "declare it: '$SITE \(site.text)'")
      }
      if pool.site == nil, let other = names.sites[pool.name] {
        reportClash(pool.fullName, "site", declarations.sites[other].name)
      }
    }
    let siteOrder = names.sites
    names.poolsAtSites = Dictionary(grouping: names.pools.values) { declarations.pools[$0].name }
      .mapValues { indexes in
        let atSites = indexes.filter { declarations.pools[$0].site != nil }
        return atSites.sorted { order($0, siteOrder) < order($1, siteOrder) }
      }
      .filter { !$0.value.isEmpty }
    let poolNames = Dictionary(declarations.pools.map { ($0.name, $0.fullName) }) { first, _ in
      first
    }
    for (index, policy) in declarations.policies.enumerated() {
      declare(policy.name, "policy", index, in: \.policies) {
        $0.declarations.policies[$1].name
      }
      if let pool = poolNames[policy.name.text] { reportClash(policy.name, "pool", pool) }
      if let site = names.sites[policy.name.text] {
        reportClash(policy.name, "site", declarations.sites[site].name)
      }
    }
  }

  private func order(_ pool: Int, _ sites: [String: Int]) -> (Int, Int) {
    (declarations.pools[pool].site.flatMap { sites[$0.text] } ?? .max, pool)
  }

  private mutating func declare(
    _ name: Word, _ kind: String, _ index: Int, in table: WritableKeyPath<NameTable, [String: Int]>,
    first: (ZoneBuilder, Int) -> Word?
  ) {
    if let earlier = names[keyPath: table][name.text], let word = first(self, earlier) {
      diagnostics.error(
        name, "the \(kind) '\(name.text)' is declared twice",
        hint: "the first is in \(place(word.location, from: name.location))")
    } else {
      names[keyPath: table][name.text] = index
    }
  }

  private mutating func reportClash(_ name: Word, _ kind: String, _ other: Word) {
    diagnostics.error(
      name, "'\(name.text)' is the name of a \(kind) already",
      hint:
        "see \(place(other.location, from: name.location)); pools, policies and sites share their names"
    )
  }
}
