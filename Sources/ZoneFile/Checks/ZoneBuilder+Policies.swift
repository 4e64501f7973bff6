import GeoMap
import SourceText
import Steering

extension ZoneBuilder {
  /// Builds the maps that have names.
  mutating func buildMaps() {
    zone.maps = declarations.maps.map { map($0) }
  }

  private mutating func map(_ declaration: MapDeclaration) -> GeoRules {
    GeoRules(
      name: declaration.name?.text,
      rules: declaration.rules.map { rule in
        GeoRules.Rule(
          matchers: rule.matchers.map(\.matcher), isNearest: rule.isNearest,
          items: rule.items.flatMap { items($0) }, location: rule.word.location)
      },
      location: declaration.location)
  }

  /// What a word in a rule's list names.
  private mutating func items(_ word: Word) -> [GeoRules.Item] {
    if let site = names.sites[word.text] { return [.site(site)] }
    return targets(word, orSite: true).compactMap { target in
      switch target {
      case .pool(let index): .pool(index)
      case .named(let index): .policy(index)
      default: nil
      }
    }
  }

  /// Builds the policies that have names.
  mutating func buildPolicies() {
    for declaration in declarations.policies {
      zone.policies.append(
        NamedPolicy(
          name: declaration.name.text, expression: expression(declaration.policy),
          location: declaration.name.location))
    }
  }

  /// The policy that `syntax` says; an empty one where it is wrong.
  mutating func expression(_ syntax: PolicySyntax?) -> PolicyExpression {
    guard let syntax else { return .failover([], .auto) }
    switch syntax.body {
    case .failover(let words, let failback):
      let targets = words.flatMap { word in
        let targets = self.targets(word)
        if failback != .auto {
          requirePools(targets, at: word, "failback= holds pools back", "has no health of its own")
        }
        return targets
      }
      return .failover(targets, failback)
    case .choice(let selection, let choices, let network):
      return .choice(selection, self.choices(selection, choices, at: syntax.word), network)
    case .nearest(let words):
      return .nearest(words.flatMap { word in placedPools(word, targets(word)) })
    case .latency(let table, let words):
      return latency(table, words)
    case .geo(let word, let pools):
      guard let index = names.maps[word.text] else {
        diagnostics.error(
          word, "no map '\(word.text)'\(Suggestion.text(for: word.text, among: names.maps.keys))",
          hint: names.maps.isEmpty ? "declare it: '$MAP \(word.text) ( default -> … )'" : nil)
        return .failover([], .auto)
      }
      used.maps.insert(index)
      return geo(index, declarations.maps[index], pools: pools, at: word)
    case .inlineGeo(let declaration, let pools):
      zone.maps.append(map(declaration))
      return geo(zone.maps.count - 1, declaration, pools: pools, at: syntax.word)
    }
  }

  /// How many choices a policy may have.
  static let maximumChoices = 1024

  private mutating func choices(
    _ selection: Selection, _ choices: [(target: Word, weight: UInt32)], at place: Word
  ) -> [PolicyExpression.Choice] {
    let made = choices.flatMap { choice in
      let targets = self.targets(choice.target)
      if selection == .leastLoad {
        requirePools(targets, at: choice.target, "'least-load' takes pools", "has no load")
      }
      return targets.map { target in
        PolicyExpression.Choice(target: target, name: name(of: target), weight: choice.weight)
      }
    }
    if made.count > Self.maximumChoices {
      diagnostics.error(
        place, "\(made.count) choices, of at most \(Self.maximumChoices)",
        hint: "make several policies of it, and one over them")
    }
    return made
  }

  private func name(of target: PolicyExpression) -> String {
    switch target {
    case .pool(let index): zone.pools[index].fullName(in: zone)
    case .named(let index): declarations.policies[index].name.text
    case .failover, .choice, .nearest, .latency, .geo: ""
    }
  }

  private mutating func requirePools(
    _ targets: [PolicyExpression], at word: Word, _ rule: String, _ lack: String
  ) {
    for target in targets {
      guard case .named = target else { continue }
      diagnostics.error(
        word, "\(rule), and '\(word.text)' is a policy",
        hint: "a policy \(lack): name the pools")
    }
  }

  /// The pools of `nearest`, reported where something has no place.
  private mutating func placedPools(_ word: Word, _ targets: [PolicyExpression]) -> [Int] {
    var pools: [Int] = []
    for target in targets {
      if case .pool(let index) = target {
        pools.append(index)
        requireCoordinates(of: index, at: word)
      } else {
        diagnostics.error(
          word, "'\(word.text)' is a policy, and 'nearest' takes pools",
          hint: "a policy has no place: name the pools")
      }
    }
    return pools
  }

  private mutating func requireCoordinates(of pool: Int, at word: Word) {
    guard zone.pools[pool].coordinates == nil else { return }
    let name = zone.pools[pool].fullName(in: zone)
    let site = zone.pools[pool].site.map { ", or to '$SITE \(zone.sites[$0].name)'" } ?? ""
    diagnostics.error(
      word, "'nearest' needs the place of '\(name)'",
      hint: "add location=LATITUDE,LONGITUDE to '$POOL \(name)'\(site)")
  }

  /// The pools and policies that `word` names; none, and an error, where there is none.
  mutating func targets(_ word: Word, orSite: Bool = false) -> [PolicyExpression] {
    if let index = names.pools[word.text] {
      used.pools.insert(index)
      return [.pool(index)]
    }
    if let index = names.policies[word.text] {
      used.policies.insert(index)
      return [.named(index)]
    }
    if word.text.hasSuffix("@*") {
      let base = String(word.text.dropLast(2))
      if let indexes = names.poolsAtSites[base] {
        used.pools.formUnion(indexes)
        return indexes.map { .pool($0) }
      }
      diagnostics.error(
        word,
        "no pool '\(base)' stands at a site"
          + Suggestion.text(for: base, among: names.poolsAtSites.keys),
        hint: "'\(word.text)' is every pool '\(base)@SITE'")
      return []
    }
    var hint: String?
    if let indexes = names.poolsAtSites[word.text] {
      hint =
        "the pool stands at sites: write '\(declarations.pools[indexes[0]].fullName.text)', or "
        + "'\(word.text)@*' for all of them"
    } else if names.sites[word.text] != nil {
      hint = "'\(word.text)' is a site: write a pool there, POOL@\(word.text)"
    }
    let candidates =
      Array(names.pools.keys) + names.policies.keys + (orSite ? Array(names.sites.keys) : [])
    let close = hint == nil ? Suggestion.text(for: word.text, among: candidates.sorted()) : ""
    if close.isEmpty { hint = hint ?? "declare it: '$POOL \(word.text) ( 192.0.2.1 )'" }
    let kinds = orSite ? "pool, policy or site" : "pool or policy"
    diagnostics.error(word, "no \(kinds) '\(word.text)'\(close)", hint: hint)
    return []
  }

  /// A `geo` policy over the map with index `map`; `word` is where it is named.
  private mutating func geo(
    _ map: Int, _ declaration: MapDeclaration, pools: Word?, at word: Word
  ) -> PolicyExpression {
    let sites = zone.maps[map].rules.flatMap(\.items).compactMap { item -> Int? in
      if case .site(let site) = item { site } else { nil }
    }
    var poolsAtSite: [Int: Int] = [:]
    if let pools {
      guard let indexes = names.poolsAtSites[pools.text] else {
        diagnostics.error(
          pools,
          "no pool '\(pools.text)' stands at a site"
            + Suggestion.text(for: pools.text, among: names.poolsAtSites.keys.sorted()),
          hint: "pools=\(pools.text) takes at each site of the map the pool '\(pools.text)@SITE'")
        return .failover([], .auto)
      }
      for index in indexes {
        if let site = zone.pools[index].site, sites.contains(site) { poolsAtSite[site] = index }
      }
      used.pools.formUnion(poolsAtSite.values)
      checkSites(sites, poolsAtSite, map, pools)
    } else if let site = sites.first {
      diagnostics.error(
        word, "the map lists the site '\(zone.sites[site].name)', and 'geo' has no pools=",
        hint: "write pools=NAME: at each site the pool NAME@SITE is taken")
    }
    for (rule, syntax) in zip(zone.maps[map].rules, declaration.rules) where rule.isNearest {
      for item in rule.items {
        switch item {
        case .pool(let index): requireCoordinates(of: index, at: syntax.word)
        case .site(let site):
          if let index = poolsAtSite[site] { requireCoordinates(of: index, at: syntax.word) }
        case .policy(let index):
          diagnostics.error(
            syntax.word,
            "'nearest' takes pools and sites, and '\(declarations.policies[index].name.text)' is a policy",
            hint: "a policy has no place: name the pools")
        }
      }
    }
    return .geo(map: map, poolsAtSite: poolsAtSite)
  }

  /// Warns of sites without a pool; a rule that is left with nothing is an error.
  private mutating func checkSites(
    _ sites: [Int], _ poolsAtSite: [Int: Int], _ map: Int, _ pools: Word
  ) {
    guard !sites.isEmpty else {
      // Where an item is wrong, it may have been meant for a site.
      if diagnostics.errorCount > 0 { return }
      return diagnostics.warning(
        pools, "the map lists no site, so pools= is not used", hint: "take pools= out")
    }
    for site in Set(sites).sorted() where poolsAtSite[site] == nil {
      diagnostics.warning(
        pools, "no pool '\(pools.text)@\(zone.sites[site].name)': the site is skipped",
        hint: "declare it, or take the site out of the map")
    }
    for rule in zone.maps[map].rules where !rule.items.isEmpty {
      let isEmpty = rule.items.allSatisfy { item in
        if case .site(let site) = item { poolsAtSite[site] == nil } else { false }
      }
      if isEmpty {
        diagnostics.error(
          pools,
          "the rule in \(place(rule.location, from: pools.location)) leads to no pool '\(pools.text)'",
          hint: "declare a pool '\(pools.text)' at one of its sites, or add a site that has one")
      }
    }
  }
}
