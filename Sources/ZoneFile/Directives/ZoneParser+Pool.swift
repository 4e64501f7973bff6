import Addresses
import SourceText
import Steering

extension ZoneParser {
  /// How many targets a pool may have: so many an answer can put in order (`TargetOrder.maximumCount`).
  static let maximumTargets = 256

  private static let siteRules = OptionRules(taker: "$SITE", known: ["location"])

  private static let poolRules = OptionRules(
    taker: "$POOL",
    known: [
      "check", "location", "bias", "select", "network", "answer", "answers", "min-healthy",
    ],
    elsewhere: [
      "weight": "belongs to a target: write it behind the address",
      "name": "belongs to a target: write it behind the address",
      "port": "belongs to a target, or to the $CHECK: write it behind the address",
      "state": "belongs to a target: write it behind the address",
    ])

  private static let targetRules = OptionRules(
    taker: "a target", known: ["weight", "name", "check", "port", "state"],
    elsewhere: [
      "answer": "belongs to the pool: write it before the first target",
      "location": "belongs to the pool: write it before the first target",
      "bias": "belongs to the pool: write it before the first target",
      "network": "belongs to the pool: write it before the first target",
      "select": "belongs to the pool: write it before the first target",
      "answers": "belongs to the pool: write it before the first target",
      "min-healthy": "belongs to the pool: write it before the first target",
    ])

  /// Reads `$SITE name [location=lat,lon]`.
  mutating func parseSite(_ entry: Entry) {
    guard entry.tokens.count >= 2 else {
      return reportMissing(
        entry, "$SITE takes a name", hint: "such as '$SITE berlin location=52.52,13.40'")
    }
    let name = entry.word(entry.tokens[1])
    checkName(name, kind: "site")
    var site = SiteDeclaration(name: name)
    for option in options(entry, from: 2, Self.siteRules) { site.coordinates = coordinates(option) }
    declarations.sites.append(site)
  }

  /// Reads `$POOL name[@site] option… ( target option… … )`.
  mutating func parsePool(_ entry: Entry) {
    guard entry.tokens.count >= 2 else {
      return reportMissing(
        entry, "$POOL takes a name and targets", hint: "such as '$POOL web@berlin ( 192.0.2.1 )'")
    }
    var pool = poolName(entry.word(entry.tokens[1]))
    let errors = diagnostics.errorCount
    var seen: Set<String> = []
    for token in entry.tokens[2...] {
      let word = entry.word(token)
      if let option = entry.option(token) {
        if pool.targets.isEmpty {
          if accepts(option, Self.poolRules, seen: &seen) { take(option, into: &pool) }
        } else if accepts(option, Self.targetRules, seen: &seen) {
          take(option, into: &pool.targets[pool.targets.count - 1])
        }
      } else if word.text.lowercased() == "smooth" {
        if !pool.targets.isEmpty {
          diagnostics.error(word, "'smooth' belongs to the pool: write it before the first target")
        } else if pool.smoothWord != nil {
          diagnostics.error(word, "'smooth' is given twice", hint: "keep one of them")
        } else {
          pool.smoothWord = word
        }
      } else if word.text.lowercased() == "backup" {
        if pool.targets.isEmpty {
          diagnostics.error(word, "'backup' belongs to a target: write it behind the address")
        } else if !seen.insert("backup").inserted {
          diagnostics.error(word, "'backup' is given twice", hint: "keep one of them")
        } else {
          pool.targets[pool.targets.count - 1].target.isBackup = true
        }
      } else if let destination = destination(word, entry.raw(token)) {
        let target = Target(destination: destination, name: word.text, location: word.location)
        pool.targets.append(TargetDeclaration(word: word, target: target))
        seen = []
      }
    }
    takeSelectionWords(of: &pool)
    declarations.pools.append(pool)
    // A pool whose targets are all wrong has had its errors.
    if !pool.targets.isEmpty || diagnostics.errorCount == errors { checkTargets(of: pool) }
  }

  private mutating func poolName(_ word: Word) -> PoolDeclaration {
    let parts = word.text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let name = Word(
      text: String(parts[0]), location: word.location, length: max(1, parts[0].utf8.count))
    checkName(name, kind: "pool")
    var pool = PoolDeclaration(fullName: word, name: name.text)
    if parts.count == 2 {
      var place = word.location
      place.column += UInt32(parts[0].utf8.count + 1)
      pool.site = Word(
        text: String(parts[1]), location: place, length: max(1, parts[1].utf8.count))
    }
    return pool
  }

  /// An address or a host name, reported where it is neither.
  private mutating func destination(
    _ word: Word, _ raw: ArraySlice<UInt8>
  ) -> Target.Destination? {
    if let address = IPAddress(word.text) { return .address(address) }
    let isNumeric = word.text.utf8.allSatisfy { $0.isDigit || $0 == .dot }
    guard !isNumeric, !word.text.utf8.contains(0x3A), !word.text.utf8.contains(.slash) else {
      diagnostics.error(
        word, "'\(word.text)' is not an address",
        hint: "a target is an IPv4 or IPv6 address, or a host name; ports are written port=")
      return nil
    }
    return name(word, raw: raw).map { .host($0) }
  }

  private mutating func take(_ option: Option, into pool: inout PoolDeclaration) {
    switch option.name.text {
    case "check": pool.check = option.value
    case "location": pool.coordinates = coordinates(option)
    case "select":
      if let selection: SelectionWord = choice(option) { pool.selection = selection.selection }
    case "bias":
      pool.biasWord = option.name
      if let bias = bias(option) { pool.bias = bias }
    case "network":
      pool.networkWord = option.name
      if let network = clientNetwork(option) { pool.network = network }
    case "answer":
      pool.answerWord = option.name
      if let answer: Pool.Answer = choice(option) { pool.answer = answer }
    case "answers":
      if option.value.text.lowercased() != "all" { pool.answers = number(option, in: 1...255) }
    default:
      if option.value.text.hasSuffix("%") {
        guard let percent = Self.number(option.value.text.dropLast()), (1...100).contains(percent)
        else {
          return diagnostics.error(
            option.value, "'\(option.value.text)' is not a share from 1% to 100%")
        }
        pool.minimumHealthy = .percent(percent)
      } else if let count = number(option, in: 1...65_535) {
        pool.minimumHealthy = .count(count)
      }
    }
  }

  private mutating func take(_ option: Option, into declaration: inout TargetDeclaration) {
    switch option.name.text {
    case "weight":
      if let weight = number(option, in: 0...1_000_000) {
        declaration.target.weight = UInt32(weight)
        declaration.weightWord = option.name
      }
    case "name":
      checkName(option.value, kind: "target")
      declaration.target.name = option.value.text
    case "check": declaration.check = option.value
    case "port":
      declaration.target.port = number(option, in: 1...65_535).map { UInt16($0) }
      declaration.portWord = option.name
    default:
      if let state: Target.State = choice(option) { declaration.target.state = state }
    }
  }

  /// Settles what `smooth` and `network=` mean for the selection, wherever they stand beside it.
  private mutating func takeSelectionWords(of pool: inout PoolDeclaration) {
    if let word = pool.smoothWord {
      if pool.selection == .weighted {
        pool.selection = .smooth
      } else {
        diagnostics.error(
          word, "'smooth' is for weighted selection",
          hint: "write 'select=weighted smooth', or take it out")
      }
    }
    if let word = pool.networkWord, pool.selection != .hash {
      diagnostics.error(
        word, "network= is for selection by hash", hint: "add select=hash, or take network= out")
    }
  }

  /// A bias in percent, reported where it is none.
  private mutating func bias(_ option: Option) -> Int? {
    let text = option.value.text
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    if let number = Self.number(digits), number <= 99, !digits.isEmpty {
      return text.hasPrefix("-") ? -number : number
    }
    diagnostics.error(
      option.value, "'\(text)' is not a bias from -99 to 99",
      hint: "percent: with bias=20 the pool counts as 20 % nearer than it is")
    return nil
  }

  /// What can be said of a pool's targets without a look at the rest of the zone.
  private mutating func checkTargets(of pool: PoolDeclaration) {
    guard let first = pool.targets.first else {
      return diagnostics.error(
        pool.fullName, "the pool '\(pool.fullName.text)' has no target",
        hint: "write addresses or host names behind it: '( 192.0.2.1 192.0.2.2 )'")
    }
    guard pool.targets.count <= Self.maximumTargets else {
      return diagnostics.error(
        pool.fullName,
        "the pool '\(pool.fullName.text)' has \(pool.targets.count) targets, of at most "
          + "\(Self.maximumTargets)",
        hint: "make several pools of it, and a policy over them")
    }
    var destinations: Set<Target.Destination> = []
    var names: Set<String> = []
    for target in pool.targets {
      if target.isHost != first.isHost {
        let other = first.isHost ? "host name" : "address"
        let close = Suggestion.text(for: target.word.text, among: target.isHost ? ["backup"] : [])
        diagnostics.error(
          target.word,
          "'\(target.word.text)' is \(target.isHost ? "a host name" : "an address"), "
            + "the first target is \(first.isHost ? "a" : "an") \(other)\(close)",
          hint: "a pool holds all addresses or all host names: make two pools of it")
        continue
      }
      if !destinations.insert(target.target.destination).inserted {
        diagnostics.error(
          target.word, "'\(target.word.text)' is in this pool twice",
          hint: "weight= gives a target more than one share")
      } else if !names.insert(target.target.name).inserted {
        diagnostics.error(target.word, "two targets of this pool are named '\(target.target.name)'")
      }
      if let word = target.weightWord, !pool.selection.goesByWeight {
        diagnostics.warning(
          word, "weight= counts only in a pool with select=weighted or select=hash",
          hint: "add select=weighted before the first target, or take weight= out")
      }
    }
    if pool.selection.goesByWeight, pool.targets.allSatisfy({ $0.target.weight == 0 }) {
      diagnostics.error(
        pool.fullName, "all weights of the pool '\(pool.fullName.text)' are 0",
        hint: "a target of weight 0 serves only when all others are down: give one a weight")
    }
    if let word = pool.answerWord, !first.isHost {
      diagnostics.error(
        word, "answer= is for host names, and '\(first.word.text)' is an address",
        hint: "take answer= out: addresses are answered as they are")
    }
    if first.isHost, pool.answer == .cname, pool.answers != nil {
      diagnostics.error(
        pool.fullName, "answers= has no meaning for host names: one CNAME is answered",
        hint: "take answers= out, or add answer=resolve to have their addresses answered")
    }
    if case .count(let count) = pool.minimumHealthy, count > pool.targets.count {
      diagnostics.error(
        pool.fullName,
        "min-healthy=\(count) can never be reached with \(pool.targets.count) targets",
        hint: "lower min-healthy=, or write a share such as min-healthy=50%")
    }
  }
}

extension TargetDeclaration {
  /// Whether it is a host name.
  var isHost: Bool { if case .host = target.destination { true } else { false } }
}
