import DNSWire
import SourceText

extension ZoneBuilder {
  /// Builds the STEER lines; `isSound` tells that no policy leads back to itself.
  mutating func buildSteers(isSound: Bool) {
    var stand = LongestStand()
    let cuts = delegations()
    let serverNames = nameServers()
    for (index, declaration) in declarations.steers.enumerated() {
      if let first = steered[declaration.owner], first != index {
        let earlier = declarations.steers[first].word.location
        diagnostics.error(
          declaration.word, "'\(declaration.owner)' has a second STEER",
          hint: "the first is in \(place(earlier, from: declaration.word.location))")
        continue
      }
      let errors = diagnostics.errorCount
      let expression = expression(declaration.policy)
      let plain = plainRecords(declaration.owner)
      var steer = Steer(
        owner: declaration.owner, maximumTTL: declaration.maximumTTL,
        minimumTTL: declaration.minimumTTL, policy: expression,
        whenDown: declaration.whenDown?.value ?? (plain.isEmpty ? .all : .static),
        canYieldCNAME: plain.contains { zone.records.entries[$0].type == .cname },
        location: declaration.word.location)
      if let (value, word) = declaration.whenDown, value == .static, plain.isEmpty {
        diagnostics.error(
          word, "when-down=static, and '\(declaration.owner)' has no plain A, AAAA or CNAME record",
          hint: "add the records that are the last resort, or write when-down=all")
      }
      checkPlace(declaration, cuts: cuts, serverNames: serverNames)
      if isSound, diagnostics.errorCount == errors, declaration.policy != nil {
        let hosts = hostPools(of: expression)
        let aliases = hosts.filter { zone.pools[$0].answer == .cname }
        if !aliases.isEmpty { steer.canYieldCNAME = true }
        checkAlias(declaration, aliases)
        warnOfCircle(declaration, hosts.filter { zone.pools[$0].answer == .resolve })
        warnOfTTL(declaration, stand.bound(expression, in: zone))
      }
      zone.steers.append(steer)
    }
  }

  /// The A, AAAA and CNAME records at a name: the fallback of a steered one.
  private func plainRecords(_ owner: DomainName) -> [Int] {
    recordsOf(owner).filter {
      [RecordType.a, .aaaa, .cname].contains(zone.records.entries[$0].type)
    }
  }

  /// The pools of host names that `expression` can lead to.
  private func hostPools(of expression: PolicyExpression) -> [Int] {
    expression.reachablePools(in: zone).sorted().filter {
      declarations.pools[$0].targets.first?.isHost == true
    }
  }

  /// The owners of NS records below the apex.
  private func delegations() -> Set<DomainName> {
    Set(
      zone.records.entries.lazy.filter { $0.type == .ns }
        .compactMap { DomainName(wire: zone.records.owner(of: $0)) }
    ).subtracting([apex])
  }

  /// The names in the RDATA of NS records, and where the first of each stands.
  private func nameServers() -> [DomainName: SourceLocation] {
    let pairs = zone.records.entries.lazy.filter { $0.type == .ns }.compactMap { entry in
      DomainName(wire: zone.records.rdata(of: entry)).map { ($0, entry.location) }
    }
    return Dictionary(Array(pairs)) { first, _ in first }
  }

  /// Reports a STEER where none may stand.
  private mutating func checkPlace(
    _ steer: SteerDeclaration, cuts: Set<DomainName>, serverNames: [DomainName: SourceLocation]
  ) {
    var name: DomainName? = steer.owner
    while let ancestor = name, ancestor.wire.count > apex.wire.count {
      if cuts.contains(ancestor) {
        diagnostics.error(
          steer.word,
          "'\(steer.owner)' lies \(ancestor == steer.owner ? "at" : "below") the "
            + "delegation of '\(ancestor)'",
          hint: "its answers come from the name servers of '\(ancestor)': steer it there")
      }
      name = ancestor.parent
      if let parent = name, recordsOf(parent).contains(where: { isDNAME($0) }) {
        diagnostics.error(
          steer.word, "'\(steer.owner)' lies below the DNAME at '\(parent)'",
          hint: "the DNAME answers for all names below it (RFC 6672)")
      }
    }
    if let location = serverNames[steer.owner] {
      diagnostics.error(
        steer.word,
        "'\(steer.owner)' is a name server's name: NS in \(place(location, from: steer.word.location))",
        hint: "resolvers need its addresses before they can ask: give it plain A and AAAA records")
    }
  }

  private func isDNAME(_ record: Int) -> Bool { zone.records.entries[record].type == .dname }

  /// Reports what may not stand beside the CNAME of a pool of host names.
  private mutating func checkAlias(_ steer: SteerDeclaration, _ hosts: [Int]) {
    guard let first = hosts.first else { return }
    let reason = "the pool '\(zone.pools[first].fullName(in: zone))' is of host names"
    if steer.owner == apex {
      return diagnostics.error(
        steer.word, "the apex cannot have a CNAME, and \(reason)",
        hint: "add answer=resolve to that $POOL, or steer the apex among pools of addresses")
    }
    if let other = recordsOf(steer.owner).map({ zone.records.entries[$0] }).first(where: {
      ![.a, .aaaa, .cname].contains($0.type) && !Self.besideCNAME.contains($0.type.rawValue)
    }) {
      diagnostics.error(
        steer.word,
        "'\(steer.owner)' can have a CNAME, since \(reason), and holds "
          + "\(LDNS.name(of: other.type)) in \(place(other.location, from: steer.word.location))",
        hint:
          "beside a CNAME nothing but fallback A, AAAA or CNAME may stand (RFC 2181, section 10.1)")
    }
    for target in hosts.flatMap({ zone.pools[$0].targets })
    where target.destination == .host(steer.owner) {
      diagnostics.error(
        steer.word,
        "'\(steer.owner)' would be a CNAME of itself: "
          + "\(place(target.location, from: steer.word.location))",
        hint: "name another host there")
    }
  }

  /// Warns of a name that is answered with what it is itself resolved to.
  private mutating func warnOfCircle(_ steer: SteerDeclaration, _ pools: [Int]) {
    for target in pools.flatMap({ zone.pools[$0].targets })
    where target.destination == .host(steer.owner) {
      diagnostics.warning(
        steer.word,
        "'\(steer.owner)' is to have the addresses that it is itself resolved to: "
          + "\(place(target.location, from: steer.word.location))",
        hint: "name another host there; a resolver that asks this server gets no others")
    }
  }

  /// Warns of a largest TTL that no answer will have.
  private mutating func warnOfTTL(_ steer: SteerDeclaration, _ bound: LongestStand.Bound) {
    guard let bound, let word = steer.ttlWord, steer.maximumTTL > steer.minimumTTL,
      UInt64(steer.maximumTTL) * 1000 >= bound.milliseconds + 1000
    else { return }
    let settings = zone.checks[bound.check].settings
    let probes = max(settings.fall, settings.rise)
    let stand = Int64(bound.milliseconds)
    let sum =
      "\(probes) × \(DurationText.text(milliseconds: Int64(settings.interval))) = "
      + DurationText.text(milliseconds: stand)
    let reachable = max(Int64(steer.minimumTTL), stand / 1000)
    let better =
      reachable == steer.minimumTTL ? "\(reachable)" : "\(reachable)/\(steer.minimumTTL)"
    diagnostics.warning(
      word,
      "a TTL of \(steer.maximumTTL) is never sent: '\(zone.checks[bound.check].name)' can change "
        + "the answer after \(probes) probes, \(sum)",
      hint: "write \(better), or probe less often")
  }
}
