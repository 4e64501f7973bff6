import Addresses
import HealthState
import SourceText

extension ZoneBuilder {
  /// Builds checks and sites, which refer to nothing.
  mutating func buildChecks() {
    zone.checks = declarations.checks.map {
      Check(name: $0.name.text, settings: $0.settings, location: $0.name.location)
    }
    zone.sites = declarations.sites.map {
      Site(name: $0.name.text, coordinates: $0.coordinates, location: $0.name.location)
    }
  }

  /// Builds the pools.
  mutating func buildPools() {
    for declaration in declarations.pools {
      let site = declaration.site.flatMap { names.sites[$0.text] }
      let check = declaration.check.flatMap { self.check($0) }
      var pool = Pool(
        name: declaration.name, site: site,
        coordinates: declaration.coordinates ?? site.flatMap { zone.sites[$0].coordinates },
        bias: declaration.bias, check: check, selection: declaration.selection,
        network: declaration.network, answer: declaration.answer, answers: declaration.answers,
        minimumHealthy: declaration.minimumHealthy, location: declaration.fullName.location)
      for target in declaration.targets {
        var built = target.target
        built.check = target.check.map { self.check($0) } ?? check
        checkProbe(of: target, built.check)
        pool.targets.append(built)
      }
      zone.pools.append(pool)
    }
    for indexes in names.poolsAtSites.values { compareFamilies(indexes) }
  }

  /// The index of the check that `word` names, reported where there is none.
  private mutating func check(_ word: Word) -> Int? {
    guard let index = names.checks[word.text] else {
      diagnostics.error(
        word,
        "no check '\(word.text)'\(Suggestion.text(for: word.text, among: names.checks.keys))",
        hint: names.checks.isEmpty ? "declare it: '$CHECK \(word.text) tcp port=443'" : nil)
      return nil
    }
    used.checks.insert(index)
    return index
  }

  /// Whether the target can be probed as it says.
  private mutating func checkProbe(of target: TargetDeclaration, _ check: Int?) {
    guard let check else {
      if let port = target.portWord {
        diagnostics.warning(
          port, "'\(target.word.text)' has a port and no check: the port is not used",
          hint: "port= is where a check probes; DNS answers carry no ports")
      }
      return
    }
    let settings = zone.checks[check].settings
    if target.isHost {
      diagnostics.error(
        target.word, "health of host-name targets is not built yet",
        hint: "take check=\(zone.checks[check].name) out, or write the host's addresses")
    } else if settings.kind == .tcp, settings.port == nil, target.target.port == nil {
      diagnostics.error(
        target.word, "the check '\(zone.checks[check].name)' of kind tcp has no port to probe here",
        hint: "write port= in the $CHECK, or behind the target")
    }
  }

  /// Warns where the pools of one name do not offer the same families.
  private mutating func compareFamilies(_ indexes: [Int]) {
    func families(_ pool: Pool) -> [Bool]? {
      let addresses = pool.targets.compactMap { target -> IPAddress? in
        if case .address(let address) = target.destination { address } else { nil }
      }
      if addresses.isEmpty { return nil }
      return [addresses.contains { $0.isIPv4 }, addresses.contains { !$0.isIPv4 }]
    }
    guard let first = indexes.first, let expected = families(zone.pools[first]) else { return }
    for index in indexes.dropFirst() {
      guard let found = families(zone.pools[index]) else { continue }
      for (family, type, place) in [("IPv4", "A", 0), ("IPv6", "AAAA", 1)]
      where expected[place] != found[place] {
        let (with, without) = expected[place] ? (first, index) : (index, first)
        let name = zone.pools[without].fullName(in: zone)
        diagnostics.warning(
          declarations.pools[index].fullName,
          "'\(name)' has no \(family) address, '\(zone.pools[with].fullName(in: zone))' has one",
          hint: "clients that are sent to '\(name)' get no \(type) record")
      }
    }
  }
}
