import Addresses
import DNSWire
import SourceText

extension ZoneBuilder {
  /// Builds the `$EXPECT` lines. Whether they hold is found when the zone is compiled.
  mutating func buildExpectations() {
    for declaration in declarations.expectations {
      checkName(of: declaration)
      zone.expectations.append(
        Expectation(
          name: declaration.name, type: declaration.type, client: declaration.client,
          down: declaration.down.reduce(into: []) { $0.formUnion(supposedDown($1)) },
          items: items(of: declaration), list: declaration.items.map(\.word)))
    }
  }

  /// Reports a name that is not in the zone, or that nothing in the zone can answer for.
  private mutating func checkName(of declaration: ExpectDeclaration) {
    let name = declaration.name
    guard Wire.isAtOrBelow(name.wire.span, apex.wire.span) else {
      return diagnostics.error(
        declaration.nameWord, "'\(name)' is not in the zone '\(apex)'",
        hint: "expect it in the zone that has it")
    }
    func owns(_ name: DomainName) -> Bool { steered[name] != nil || !recordsOf(name).isEmpty }
    // Whether a wildcard or a DNAME applies is decided by the compiled zone; here it excuses the name.
    var ancestor = name.parent
    while let parent = ancestor, parent.wire.count >= apex.wire.count {
      if let wildcard = DomainName(wire: [1, 0x2A] + parent.wire), owns(wildcard) { return }
      if recordsOf(parent).contains(where: { zone.records.entries[$0].type == .dname }) { return }
      ancestor = parent.parent
    }
    if owns(name) { return }
    diagnostics.error(
      declaration.nameWord, "no records and no STEER at '\(name)'" + suggestion(for: name))
  }

  private mutating func supposedDown(_ word: Word) -> Set<TargetIndex> {
    guard let targets = zone.targets(supposedDown: word.text) else {
      let site =
        names.sites[word.text] == nil ? nil : "'\(word.text)' is a site: write '@\(word.text)'"
      let close =
        site == nil ? Suggestion.text(for: word.text, among: zone.supposableNames) : ""
      diagnostics.error(
        word, "no target, pool or site '\(word.text)'\(close)",
        hint: site
          ?? (close.isEmpty
            ? "name a target by name= or address, a pool, or a site as '@NAME'" : nil))
      return []
    }
    if targets.isEmpty {
      diagnostics.error(
        word, "no pool stands at the site '\(word.text.dropFirst())'",
        hint: "supposing it down changes nothing: take it out")
    }
    return targets
  }

  // MARK: The list

  private mutating func items(of declaration: ExpectDeclaration) -> Set<Expectation.Item> {
    var items: Set<Expectation.Item> = []
    var first: (item: Expectation.Item, word: Word)?
    for (word, raw) in declaration.items {
      let found = self.items(word, raw)
      guard let item = found.first else { continue }
      items.formUnion(found)
      if item.kind == nil { continue }
      if let first, first.item.kind != item.kind {
        diagnostics.error(
          word,
          "'\(word.text)' is \(item.phrase), '\(first.word.text)' is \(first.item.phrase)",
          hint: "a list names pools, or what is answered: addresses and host names")
      }
      first = first ?? (item, word)
      checkFamily(of: item, word, declaration.type)
    }
    return items
  }

  /// What a word of the list stands for; none, and an error, where it is nothing.
  private mutating func items(_ word: Word, _ raw: [UInt8]) -> [Expectation.Item] {
    if let address = IPAddress(word.text) { return [.address(address.canonical)] }
    if let pool = names.pools[word.text] { return [.pool(pool)] }
    if let absence = Expectation.Absence(rawValue: word.text.lowercased()) {
      return [.without(absence)]
    }
    if word.text.hasSuffix("@*"), let pools = names.poolsAtSites[String(word.text.dropLast(2))] {
      return pools.map { .pool($0) }
    }
    if raw.last == .dot, let host = try? NameText.name(raw, origin: apex) { return [.host(host)] }
    reportNoItem(word)
    return []
  }

  private mutating func reportNoItem(_ word: Word) {
    var hint: String?
    if let indexes = names.poolsAtSites[word.text] {
      hint =
        "the pool stands at sites: write '\(declarations.pools[indexes[0]].fullName.text)', or "
        + "'\(word.text)@*' for all of them"
    } else if names.sites[word.text] != nil {
      hint = "'\(word.text)' is a site: write a pool there, POOL@\(word.text)"
    } else if names.policies[word.text] != nil {
      hint = "'\(word.text)' is a policy: name the pools that it leads to"
    }
    let close =
      hint == nil ? Suggestion.text(for: word.text, among: names.pools.keys.sorted()) : ""
    if close.isEmpty {
      hint = hint ?? "name pools, addresses, or host names with their final dot"
    }
    diagnostics.error(word, "no pool or address '\(word.text)'\(close)", hint: hint)
  }

  /// Reports an address that the type asked for has none of.
  private mutating func checkFamily(of item: Expectation.Item, _ word: Word, _ type: RecordType) {
    guard case .address(let address) = item, type != (address.isIPv4 ? .a : .aaaa) else { return }
    diagnostics.error(
      word, "'\(word.text)' cannot be the answer to \(LDNS.name(of: type))",
      hint: type == .cname
        ? "a CNAME leads to a host name: write it with its final dot"
        : "\(LDNS.name(of: type)) records have IPv\(type == .a ? "4" : "6") addresses")
  }
}

extension Expectation.Item {
  /// What may stand together in a list; nil for what may stand with all.
  fileprivate var kind: Int? {
    switch self {
    case .pool: 0
    case .address, .host: 1
    case .without: nil
    }
  }

  fileprivate var phrase: String {
    switch self {
    case .pool: "a pool"
    case .address: "an address"
    case .host: "a host name"
    case .without: "no answer"
    }
  }
}
