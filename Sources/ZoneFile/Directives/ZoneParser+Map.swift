import Addresses
import GeoMap
import SourceText

extension ZoneParser {
  /// Reads `$MAP name ( matcher -> list … )`.
  mutating func parseMap(_ entry: Entry) {
    guard entry.tokens.count >= 2 else {
      return reportMissing(
        entry, "$MAP takes a name and rules", hint: "such as '$MAP world ( default -> berlin )'")
    }
    let name = entry.word(entry.tokens[1])
    checkName(name, kind: "map")
    var words: [Word] = []
    for token in entry.tokens[2...] {
      if let option = entry.option(token) {
        diagnostics.error(
          option.name, "$MAP takes no option '\(option.name.text)='",
          hint: "options of the policy stand in the STEER line")
      } else {
        words.append(entry.word(token))
      }
    }
    declarations.maps.append(
      MapDeclaration(name: name, rules: rules(words, of: name), location: name.location))
  }

  /// Reads rules; a rule begins with a matcher and runs to the next one. `place` is where a missing
  /// `default` is reported.
  mutating func rules(_ words: [Word], of place: Word) -> [RuleDeclaration] {
    let errors = diagnostics.errorCount
    var rules: [RuleDeclaration] = []
    var hasArrow = true
    for word in words {
      if word.text == "->" {
        if rules.isEmpty || hasArrow {
          diagnostics.error(word, "'->' stands behind a matcher", hint: Self.ruleHint)
        }
        hasArrow = true
      } else if word.text.contains("->") {
        diagnostics.error(word, "'->' needs a blank on both sides", hint: Self.ruleHint)
        hasArrow = true
      } else if let kind = Self.matcherKind(word.text) {
        finishRule(rules.last, hasArrow: hasArrow)
        rules.append(
          RuleDeclaration(
            word: word, matchers: matchers(word, kind: kind), isNearest: false, items: []))
        hasArrow = false
      } else if rules.isEmpty {
        diagnostics.error(
          word, "a rule begins with a matcher, not with '\(word.text)'", hint: Self.ruleHint)
      } else {
        if !hasArrow { diagnostics.error(word, "'->' is missing before this", hint: Self.ruleHint) }
        hasArrow = true
        take(word, into: &rules[rules.count - 1])
      }
    }
    finishRule(rules.last, hasArrow: hasArrow)
    if diagnostics.errorCount == errors { checkMatchers(rules, of: place) }
    return rules
  }

  private static let ruleHint =
    "a rule is MATCHER -> LIST, such as 'country:US,CA -> us-east eu-west'"

  /// What stands before the colon of a matcher, `default` for that; nil where `text` is no matcher.
  private static func matcherKind(_ text: String) -> String? {
    if text.lowercased() == "default" { return "default" }
    guard let colon = text.firstIndex(of: ":") else { return nil }
    return text[..<colon].lowercased()
  }

  private mutating func take(_ word: Word, into rule: inout RuleDeclaration) {
    if word.text.lowercased() == "nearest" {
      if !rule.items.isEmpty || rule.isNearest {
        diagnostics.error(word, "'nearest' stands right behind '->'")
      }
      rule.isNearest = true
    } else if rule.items.contains(where: { $0.text == word.text }) {
      diagnostics.warning(word, "'\(word.text)' is in this list twice", hint: "take it out here")
    } else {
      rule.items.append(word)
    }
  }

  private mutating func finishRule(_ rule: RuleDeclaration?, hasArrow: Bool) {
    guard let rule, rule.items.isEmpty else { return }
    diagnostics.error(
      rule.word, "the rule '\(rule.word.text)' leads nowhere",
      hint: hasArrow ? "write pools, policies or sites behind its '->'" : Self.ruleHint)
  }

  /// Reports matchers that occur twice, and the lack of `default`.
  private mutating func checkMatchers(_ rules: [RuleDeclaration], of place: Word) {
    var first: [GeoMatcher: Word] = [:]
    for (matcher, word) in rules.flatMap(\.matchers) {
      if let earlier = first[matcher] {
        diagnostics.error(
          word, "the matcher '\(word.text)' occurs twice in this map",
          hint: "the first is in line \(earlier.location.line)")
      } else {
        first[matcher] = word
      }
    }
    if first[.default] == nil {
      diagnostics.error(
        place, "this map has no rule for 'default'",
        hint: "add 'default -> …': where clients go that no other rule is for")
    }
  }

  /// Reads `kind:value,value…`.
  private mutating func matchers(
    _ word: Word, kind: String
  ) -> [(matcher: GeoMatcher, word: Word)] {
    if kind == "default" {
      if word.text.count == kind.count { return [(.default, word)] }
      diagnostics.error(word, "'default' takes no value")
      return []
    }
    let kinds = ElementName.matcherWords.filter { $0 != "default" }
    guard kinds.contains(kind) else {
      let close = Suggestion.closest(to: kind, among: kinds).map { "; did you mean '\($0):'?" }
      diagnostics.error(
        word, "no matcher '\(kind):'\(close ?? "")",
        hint: "one of \(kinds.map { $0 + ":" }.joined(separator: ", ")), default")
      return []
    }
    var result: [(matcher: GeoMatcher, word: Word)] = []
    var column = word.location.column + UInt32(kind.utf8.count + 1)
    for value in word.text.dropFirst(kind.count + 1)
      .split(separator: ",", omittingEmptySubsequences: false)
    {
      var place = word.location
      place.column = column
      column += UInt32(value.utf8.count + 1)
      let part = Word(
        text: "\(kind):\(value)", location: place, length: max(1, value.utf8.count))
      if let matcher = matcher(kind, String(value), part) { result.append((matcher, part)) }
    }
    return result
  }

  private mutating func matcher(_ kind: String, _ value: String, _ word: Word) -> GeoMatcher? {
    let upper = value.uppercased()
    switch kind {
    case "net": return network(value, word)
    case "asn":
      let digits = upper.hasPrefix("AS") ? upper.dropFirst(2) : upper[...]
      if let number = Self.number(digits).flatMap({ UInt32(exactly: $0) }) { return .asn(number) }
      diagnostics.error(word, "'\(value)' is not an AS number", hint: "such as asn:64500")
    case "city":
      if let number = Self.number(value).flatMap({ UInt32(exactly: $0) }) { return .city(number) }
      diagnostics.error(
        word, "'\(value)' is not a GeoNames id", hint: "a city is named by number: city:2950159")
    case "subdivision":
      let parts = upper.split(separator: "-", omittingEmptySubsequences: false)
      if parts.count == 2, Self.isCode(parts[0], 2...2), Self.isCode(parts[1], 1...3) {
        warnOfCountry(String(parts[0]), word)
        return .subdivision(upper)
      }
      diagnostics.error(
        word, "'\(value)' is not an ISO 3166-2 code", hint: "such as subdivision:US-CA")
    case "country":
      if Self.isCode(upper[...], 2...2) {
        warnOfCountry(upper, word)
        return .country(upper)
      }
      diagnostics.error(
        word, "'\(value)' is not a country's two-letter code",
        hint: "such as country:DE (ISO 3166-1)")
    default:
      let continents = ["AF", "AN", "AS", "EU", "NA", "OC", "SA"]
      if continents.contains(upper) { return .continent(upper) }
      diagnostics.error(
        word, "no continent '\(value)'", hint: "one of \(continents.joined(separator: ", "))")
    }
    return nil
  }

  private mutating func network(_ value: String, _ word: Word) -> GeoMatcher? {
    do {
      return .network(try IPPrefix(parsing: value))
    } catch {
      switch error {
      case .malformed:
        diagnostics.error(
          word, "'\(value)' is not a network", hint: "such as net:192.0.2.0/24 or net:2001:db8::/32"
        )
      case .hostBits(let meant):
        diagnostics.error(
          word, "bits are set behind the prefix of '\(value)'", hint: "write net:\(meant)")
      }
      return nil
    }
  }

  /// Whether `text` is made of so many capital letters and digits.
  private static func isCode(_ text: Substring, _ count: ClosedRange<Int>) -> Bool {
    count.contains(text.utf8.count)
      && text.utf8.allSatisfy { $0 &- 65 < 26 || (count.upperBound > 2 && $0.isDigit) }
  }

  private mutating func warnOfCountry(_ code: String, _ word: Word) {
    guard !Countries.codes.contains(code) else { return }
    let usual = ["UK": "GB", "EN": "GB", "EL": "GR"][code]
    diagnostics.warning(
      word, "no country has the code '\(code)'" + (usual.map { "; did you mean '\($0)'?" } ?? ""),
      hint: "codes are those of ISO 3166-1; no client will match this")
  }
}
