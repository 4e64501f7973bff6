import DNSWire
import SourceText

extension ZoneParser {
  private static let policiesNotBuilt = [
    "latency": "'nearest' goes by distance, 'geo' by a map",
    "hash": "'weighted' spreads clients by weight, each answer drawn anew",
    "least-load": "'weighted' spreads clients by weight",
  ]
  private static let policiesBuilt = ["geo", "nearest", "failover", "weighted", "round-robin"]

  /// What was read behind STEER or behind the name of a `$POLICY`.
  struct ParsedPolicy {
    var policy: PolicySyntax?
    var whenDown: (value: Steer.WhenDown, word: Word)?
  }

  /// Reads `$POLICY name policy…`.
  mutating func parsePolicy(_ entry: Entry) {
    guard entry.tokens.count >= 2 else {
      return reportMissing(
        entry, "$POLICY takes a name and a policy",
        hint: "such as '$POLICY split weighted web@berlin=80 web@paris=20'")
    }
    let name = entry.word(entry.tokens[1])
    checkName(name, kind: "policy")
    let parsed = parsePolicy(entry, at: 2, isSteer: false)
    declarations.policies.append(PolicyDeclaration(name: name, policy: parsed.policy))
  }

  /// Reads the policy of an `owner ttl STEER policy…` line whose word STEER is at `index`.
  mutating func parseSteer(_ entry: Entry, at index: Int, column: TTLColumn?) {
    let token = entry.tokens[index]
    let ttl = ttl(column, entry, token, isRecord: false)
    let parsed = parsePolicy(entry, at: index + 1, isSteer: true)
    guard let ttl, let owner = DomainName(wire: scope.owner) else { return }
    declarations.steers.append(
      SteerDeclaration(
        owner: owner, word: entry.word(token), ttlWord: column.map { entry.word($0.token) },
        maximumTTL: ttl.maximum, minimumTTL: ttl.minimum, policy: parsed.policy,
        whenDown: parsed.whenDown))
  }

  /// Reads the policy that begins with the token at `index`.
  private mutating func parsePolicy(_ entry: Entry, at index: Int, isSteer: Bool) -> ParsedPolicy {
    let listing = "one of \(Self.policiesBuilt.joined(separator: ", "))"
    guard index < entry.tokens.count else {
      diagnostics.error(
        entry.word(entry.tokens[index - 1]), "a policy is expected behind this", hint: listing)
      return ParsedPolicy()
    }
    let word = entry.word(entry.tokens[index])
    let kind = word.text.lowercased()
    if let instead = Self.policiesNotBuilt[kind] {
      diagnostics.error(word, "the policy '\(kind)' is not built yet", hint: instead)
      return ParsedPolicy()
    }
    guard Self.policiesBuilt.contains(kind) else {
      diagnostics.error(
        word, "no policy '\(word.text)'\(Suggestion.text(for: kind, among: Self.policiesBuilt))",
        hint: "\(listing); a single pool is 'failover POOL'")
      return ParsedPolicy()
    }
    return arguments(entry, from: index + 1, kind: kind, word: word, isSteer: isSteer)
  }

  private static func rules(kind: String, isSteer: Bool) -> OptionRules {
    var rules = OptionRules(
      taker: "the policy '\(kind)'",
      known: (kind == "geo" ? ["map", "pools"] : []) + (isSteer ? ["when-down"] : []),
      notBuilt: [
        "failback": "a pool that is up again is used at once; raise rise= of its check",
        "table": "'nearest' goes by distance, 'geo' by a map",
        "answer": "host names are answered as a CNAME; write the addresses for A and AAAA",
        "bias": "'nearest' goes by distance alone; use a map where that is not wanted",
      ])
    if !isSteer { rules.elsewhere["when-down"] = "belongs to the STEER line that uses this policy" }
    if kind != "geo" {
      rules.elsewhere["map"] = "is for the policy 'geo'"
      rules.elsewhere["pools"] = "is for the policy 'geo'"
    }
    return rules
  }

  private mutating func arguments(
    _ entry: Entry, from start: Int, kind: String, word: Word, isSteer: Bool
  ) -> ParsedPolicy {
    let errors = diagnostics.errorCount
    let rules = Self.rules(kind: kind, isSteer: isSteer)
    var result = ParsedPolicy()
    var seen: Set<String> = []
    var words: [Word] = []
    var weighted: [(target: Word, weight: UInt32)] = []
    var map: Word?
    var pools: Word?
    for token in entry.tokens[start...] {
      guard let option = entry.option(token) else {
        words.append(entry.word(token))
        continue
      }
      let isChoice = kind == "weighted" && !ElementName.optionNames.contains(option.name.text)
      if isChoice {
        if let choice = weightedChoice(option) { weighted.append(choice) }
      } else if accepts(option, rules, seen: &seen) {
        switch option.name.text {
        case "map": map = option.value
        case "pools": pools = option.value
        default:
          if let value: Steer.WhenDown = choice(option) { result.whenDown = (value, option.value) }
        }
      }
    }
    switch kind {
    case "geo":
      result.policy = geo(words, map: map, pools: pools, word: word)
    case "weighted":
      for word in words {
        diagnostics.error(
          word, "'\(word.text)' has no weight", hint: "write its share behind it: '\(word.text)=10'"
        )
      }
      if !weighted.isEmpty, weighted.allSatisfy({ $0.weight == 0 }) {
        diagnostics.error(word, "all weights of this policy are 0", hint: "give one a weight")
      }
      reportRepetitions(weighted.map(\.target))
      result.policy = PolicySyntax(word: word, body: .weighted(weighted))
    case "failover": result.policy = PolicySyntax(word: word, body: .failover(words))
    case "nearest": result.policy = PolicySyntax(word: word, body: .nearest(words))
    default: result.policy = PolicySyntax(word: word, body: .roundRobin(words))
    }
    if kind != "geo" {
      if kind != "weighted" { reportRepetitions(words) }
      if words.isEmpty, weighted.isEmpty, diagnostics.errorCount == errors {
        diagnostics.error(
          word, "'\(kind)' has nothing to choose from",
          hint: "write pools or policies behind it, such as "
            + (kind == "weighted" ? "'web@berlin=90 web@paris=10'" : "'web@berlin web@paris'"))
      }
    }
    if diagnostics.errorCount != errors { result.policy = nil }
    return result
  }

  private mutating func weightedChoice(
    _ option: Option
  ) -> (target: Word, weight: UInt32)? {
    var target = option.name
    target.length -= 1
    target.text = option.written
    guard let weight = Self.number(option.value.text), weight <= 1_000_000 else {
      diagnostics.error(
        option.value, "'\(option.value.text)' is not a weight from 0 to 1000000",
        hint: "weights are shares of their sum, such as 90 and 10")
      return nil
    }
    return (target, UInt32(weight))
  }

  private mutating func reportRepetitions(_ words: [Word]) {
    var seen: Set<String> = []
    for word in words where !seen.insert(word.text).inserted {
      diagnostics.error(word, "'\(word.text)' is in this list twice", hint: "take it out here")
    }
  }

  private mutating func geo(
    _ words: [Word], map: Word?, pools: Word?, word: Word
  ) -> PolicySyntax? {
    if let map {
      if let rule = words.first {
        diagnostics.error(
          rule, "'geo' takes map= or rules of its own, not both", hint: "take one of them out")
        return nil
      }
      return PolicySyntax(word: word, body: .geo(map: map, pools: pools))
    }
    guard !words.isEmpty else {
      diagnostics.error(
        word, "'geo' needs a map", hint: "write map=NAME, or rules in parentheses")
      return nil
    }
    let rules = MapDeclaration(
      name: nil, rules: rules(words, of: word), location: word.location)
    return PolicySyntax(word: word, body: .inlineGeo(rules, pools: pools))
  }
}
