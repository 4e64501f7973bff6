import DNSWire
import SourceText
import Steering

extension ZoneParser {
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
    let listing = "one of \(ElementName.policyWords.joined(separator: ", "))"
    guard index < entry.tokens.count else {
      diagnostics.error(
        entry.word(entry.tokens[index - 1]), "a policy is expected behind this", hint: listing)
      return ParsedPolicy()
    }
    let word = entry.word(entry.tokens[index])
    let kind = word.text.lowercased()
    guard ElementName.policyWords.contains(kind) else {
      diagnostics.error(
        word,
        "no policy '\(word.text)'\(Suggestion.text(for: kind, among: ElementName.policyWords))",
        hint: "\(listing); a single pool is 'failover POOL'")
      return ParsedPolicy()
    }
    return arguments(entry, from: index + 1, kind: kind, word: word, isSteer: isSteer)
  }

  /// The options that only some policies take, with the policies.
  private static let optionsOfPolicies: [(option: String, policies: [String])] = [
    ("map", ["geo"]), ("pools", ["geo"]), ("table", ["latency"]), ("failback", ["failover"]),
    ("network", ["hash"]),
  ]

  private static func rules(kind: String, isSteer: Bool) -> OptionRules {
    let own = optionsOfPolicies.filter { $0.policies.contains(kind) }.map(\.option)
    var rules = OptionRules(
      taker: "the policy '\(kind)'", known: own + (isSteer ? ["when-down"] : []))
    if !isSteer { rules.elsewhere["when-down"] = "belongs to the STEER line that uses this policy" }
    for option in ["answer", "bias"] {
      rules.elsewhere[option] = "belongs to the $POOL: write it before the first target"
    }
    for (option, policies) in optionsOfPolicies where !policies.contains(kind) {
      rules.elsewhere[option] = "is for the policy '\(policies[0])'"
    }
    return rules
  }

  /// What stands behind a policy's word.
  private struct Arguments {
    /// The choices without a weight.
    var words: [Word] = []
    /// The choices, each with the weight that was written, or 1.
    var choices: [(target: Word, weight: UInt32)] = []
    var map: Word?
    var pools: Word?
    var table: Word?
    var failback = Failback.auto
    var network = ClientNetwork.standard
    var isSmooth = false
  }

  private mutating func arguments(
    _ entry: Entry, from start: Int, kind: String, word: Word, isSteer: Bool
  ) -> ParsedPolicy {
    let errors = diagnostics.errorCount
    let rules = Self.rules(kind: kind, isSteer: isSteer)
    var result = ParsedPolicy()
    var seen: Set<String> = []
    var arguments = Arguments()
    for token in entry.tokens[start...] {
      guard let option = entry.option(token) else {
        take(entry.word(token), kind: kind, into: &arguments)
        continue
      }
      let takesWeights = kind == "weighted" || kind == "hash"
      if takesWeights, !ElementName.optionNames.contains(option.name.text) {
        if let choice = weightedChoice(option) { arguments.choices.append(choice) }
      } else if accepts(option, rules, seen: &seen) {
        if option.name.text == "when-down" {
          if let value: Steer.WhenDown = choice(option) { result.whenDown = (value, option.value) }
        } else {
          take(option, into: &arguments)
        }
      }
    }
    let body = body(kind, arguments, word: word)
    if kind != "geo" {
      reportRepetitions(arguments.choices.map(\.target))
      if arguments.choices.isEmpty, diagnostics.errorCount == errors {
        diagnostics.error(
          word, "'\(kind)' has nothing to choose from",
          hint: "write pools or policies behind it, such as "
            + (kind == "weighted" ? "'web@berlin=90 web@paris=10'" : "'web@berlin web@paris'"))
      }
    }
    if diagnostics.errorCount == errors, let body {
      result.policy = PolicySyntax(word: word, body: body)
    }
    return result
  }

  private mutating func take(_ word: Word, kind: String, into arguments: inout Arguments) {
    if kind == "weighted", word.text.lowercased() == "smooth" {
      if arguments.isSmooth {
        diagnostics.error(word, "'smooth' is given twice", hint: "keep one of them")
      }
      arguments.isSmooth = true
    } else {
      arguments.words.append(word)
      arguments.choices.append((word, 1))
    }
  }

  private mutating func take(_ option: Option, into arguments: inout Arguments) {
    switch option.name.text {
    case "map": arguments.map = option.value
    case "pools": arguments.pools = option.value
    case "table": arguments.table = option.value
    case "failback": if let failback = failback(option) { arguments.failback = failback }
    default: if let network = clientNetwork(option) { arguments.network = network }
    }
  }

  private mutating func body(
    _ kind: String, _ arguments: Arguments, word: Word
  ) -> PolicySyntax.Body? {
    switch kind {
    case "geo":
      return geo(arguments.words, map: arguments.map, pools: arguments.pools, word: word)
    case "failover": return .failover(arguments.words, arguments.failback)
    case "nearest": return .nearest(arguments.words)
    case "latency":
      guard let table = arguments.table else {
        diagnostics.error(
          word, "'latency' needs a table",
          hint: "write table=NAME: the file NAME.csv with lines of network, pool, milliseconds")
        return nil
      }
      return .latency(table: table, arguments.words)
    default:
      guard let selection = SelectionWord(rawValue: kind)?.selection else { return nil }
      if selection == .weighted {
        for word in arguments.words {
          diagnostics.error(
            word, "'\(word.text)' has no weight",
            hint: "write its share behind it: '\(word.text)=10'")
        }
      }
      if !arguments.choices.isEmpty, arguments.choices.allSatisfy({ $0.weight == 0 }) {
        diagnostics.error(word, "all weights of this policy are 0", hint: "give one a weight")
      }
      return .choice(
        arguments.isSmooth ? .smooth : selection, arguments.choices, arguments.network)
    }
  }

  /// `auto`, `manual`, or how long.
  private mutating func failback(_ option: Option) -> Failback? {
    switch option.value.text.lowercased() {
    case "auto": return .auto
    case "manual": return .manual
    default:
      if let time = DurationText.milliseconds(Array(option.value.text.utf8)), time > 0,
        time <= 7 * 86_400_000
      {
        return .after(milliseconds: UInt64(time))
      }
      diagnostics.error(
        option.value,
        "'\(option.value.text)' is no failback"
          + Suggestion.text(for: option.value.text.lowercased(), among: ["auto", "manual"]),
        hint:
          "write auto (at once), manual, or how long it has to be up before, such as 10m; 7d at most"
      )
      return nil
    }
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
  ) -> PolicySyntax.Body? {
    if let map {
      if let rule = words.first {
        diagnostics.error(
          rule, "'geo' takes map= or rules of its own, not both", hint: "take one of them out")
        return nil
      }
      return .geo(map: map, pools: pools)
    }
    guard !words.isEmpty else {
      diagnostics.error(
        word, "'geo' needs a map", hint: "write map=NAME, or rules in parentheses")
      return nil
    }
    let rules = MapDeclaration(
      name: nil, rules: rules(words, of: word), location: word.location)
    return .inlineGeo(rules, pools: pools)
  }
}
