import GeoMap
import Migration
import SourceText

/// A `key=value` of a line.
struct Option {
  /// The key in lower case, at its place.
  var name: Word
  /// The key as it was written.
  var written: String
  /// The value, quotes and escapes resolved, at its place.
  var value: Word
}

/// What a line takes as options.
struct OptionRules {
  /// Who takes them: `$POOL`, `a target`.
  var taker: String
  /// The keys, without `=`.
  var known: [String]
  /// Keys that are named by the language and not built yet, with what can be done instead.
  var notBuilt: [String: String] = [:]
  /// Keys that belong somewhere else, with where that is.
  var elsewhere: [String: String] = [:]
}

extension Entry {
  /// `token` as an option; nil where it is none.
  func option(_ token: Token) -> Option? {
    guard token.form != .quoted, let split = raw(token).firstIndex(of: .equals),
      split > Int(token.start)
    else { return nil }
    let valueStart = token.form == .pair ? Int(token.quote) : split + 1
    let key = String(decoding: bytes[Int(token.start)..<split], as: UTF8.self)
    let value = bytes[(token.form == .pair ? valueStart + 1 : valueStart)..<Int(token.end)]
    var place = location(of: token)
    let name = Word(text: key.lowercased(), location: place, length: split - Int(token.start) + 1)
    place.column += UInt32(valueStart - Int(token.start))
    let end = Int(token.end) + (token.form == .pair ? 1 : 0)
    return Option(
      name: name, written: key,
      value: Word(
        text: String(decoding: Self.unescaped(value), as: UTF8.self), location: place,
        length: max(1, end - valueStart)))
  }
}

extension ZoneParser {
  /// Whether `option` is one that may stand here and did not before; reports it where not.
  mutating func accepts(_ option: Option, _ rules: OptionRules, seen: inout Set<String>) -> Bool {
    let key = option.name.text
    if let instead = rules.notBuilt[key] {
      diagnostics.error(option.name, "'\(key)=' is not built yet", hint: instead)
      return false
    }
    if let place = rules.elsewhere[key] {
      diagnostics.error(option.name, "'\(key)=' \(place)")
      return false
    }
    guard rules.known.contains(key) else {
      let close = Suggestion.closest(to: key, among: rules.known).map { "; did you mean '\($0)='?" }
      diagnostics.error(
        option.name, "\(rules.taker) takes no option '\(key)='\(close ?? "")",
        hint: rules.known.isEmpty ? nil : rules.listing)
      return false
    }
    guard seen.insert(key).inserted else {
      diagnostics.error(option.name, "'\(key)=' is given twice", hint: "keep one of them")
      return false
    }
    return true
  }

  /// Reads the options from the token at `start` to the end of the line.
  mutating func options(_ entry: Entry, from start: Int, _ rules: OptionRules) -> [Option] {
    options(entry, entry.tokens[min(start, entry.tokens.count)...], rules)
  }

  /// Reads options from some of the line's tokens.
  mutating func options(
    _ entry: Entry, _ tokens: ArraySlice<Token>, _ rules: OptionRules
  ) -> [Option] {
    var seen: Set<String> = []
    var result: [Option] = []
    for token in tokens {
      guard let option = entry.option(token) else {
        reportNoOption(entry.word(token), rules)
        continue
      }
      if accepts(option, rules, seen: &seen) { result.append(option) }
    }
    return result
  }

  /// Reports a word that stands where only options may.
  mutating func reportNoOption(_ word: Word, _ rules: OptionRules) {
    let close = Suggestion.closest(to: word.text, among: rules.known).map {
      "; did you mean '\($0)='?"
    }
    diagnostics.error(
      word, "'\(word.text)' is not an option\(close ?? "")",
      hint: rules.known.isEmpty ? "nothing more may stand here" : rules.listing)
  }

  // MARK: Values

  /// A duration in milliseconds, reported where it is none or outside `range`.
  mutating func milliseconds(_ option: Option, in range: ClosedRange<Int64>) -> Int64? {
    let value = DurationText.milliseconds(Array(option.value.text.utf8))
    if let value, range.contains(value) { return value }
    let bounds = [range.lowerBound, range.upperBound].map { DurationText.text(milliseconds: $0) }
    diagnostics.error(
      option.value, "'\(option.value.text)' is not a duration from \(bounds[0]) to \(bounds[1])",
      hint: "such as 30, 30s, 10m, 2h, 1d or 1h30m")
    return nil
  }

  /// A duration in whole seconds, reported where it is none or above `limit`.
  mutating func seconds(_ option: Option, limit: Int64) -> Int64? {
    if let value = DurationText.seconds(Array(option.value.text.utf8)), value <= limit {
      return value
    }
    diagnostics.error(
      option.value,
      "'\(option.value.text)' is not a duration of at most \(DurationText.text(limit))",
      hint: "such as 30, 30s, 10m, 2h, 1d or 1h30m")
    return nil
  }

  /// A whole number, reported where it is none or outside `range`.
  mutating func number(_ option: Option, in range: ClosedRange<Int>) -> Int? {
    if let value = Self.number(option.value.text), range.contains(value) { return value }
    diagnostics.error(
      option.value,
      "'\(option.value.text)' is not a number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  /// The number that `text`, digits alone, says.
  static func number(_ text: some StringProtocol) -> Int? {
    text.utf8.allSatisfy(\.isDigit) ? Int(text) : nil
  }

  /// A moment in seconds since 1970, reported where it is none.
  mutating func time(_ word: Word) -> Int64? {
    if let time = Timestamp.seconds(word.text) { return time }
    diagnostics.error(
      word, "'\(word.text)' is not a time",
      hint: "write date, time and offset (RFC 3339), such as 2026-12-01T06:00:00Z")
    return nil
  }

  /// One of the words of an enumeration, reported where it is none of them.
  mutating func choice<T: CaseIterable & RawRepresentable<String>>(
    _ option: Option, notBuilt: [String: String] = [:]
  ) -> T? {
    let text = option.value.text.lowercased()
    if let value = T(rawValue: text) { return value }
    if let instead = notBuilt[text] {
      diagnostics.error(
        option.value, "'\(option.name.text)=\(text)' is not built yet", hint: instead)
      return nil
    }
    let words = T.allCases.map(\.rawValue)
    diagnostics.error(
      option.value,
      "'\(option.value.text)' is no value of '\(option.name.text)='"
        + Suggestion.text(for: text, among: words),
      hint: "one of \(words.joined(separator: ", "))")
    return nil
  }

  /// A place as `LATITUDE,LONGITUDE` in degrees, reported where it is none.
  mutating func coordinates(_ option: Option) -> Coordinates? {
    let parts = option.value.text.split(separator: ",", omittingEmptySubsequences: false)
    let isPlain = option.value.text.utf8.allSatisfy { $0.isDigit || "+-.,".utf8.contains($0) }
    if isPlain, parts.count == 2, let latitude = Double(parts[0]), let longitude = Double(parts[1]),
      abs(latitude) <= 90, abs(longitude) <= 180
    {
      return Coordinates(latitude: latitude, longitude: longitude)
    }
    diagnostics.error(
      option.value, "'\(option.value.text)' is not a place",
      hint: "write latitude (-90 to 90) and longitude (-180 to 180), such as 52.52,13.40")
    return nil
  }
}

extension OptionRules {
  /// What the taker takes, for a hint.
  var listing: String {
    "\(taker) takes \(known.map { $0 + "=" }.joined(separator: ", "))"
  }
}
