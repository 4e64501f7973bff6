import DNSWire
import SourceText

extension ZoneParser {
  /// What the TTL column says.
  struct TTLColumn {
    /// The largest TTL, or the only one.
    var maximum: UInt32
    /// The smallest.
    var minimum: UInt32
    /// Where it stands.
    var token: Token
  }

  /// Reads `[owner] [TTL] [class] type RDATA`, or a STEER line.
  mutating func parseRecord(_ entry: Entry) {
    var index = 0
    if !entry.startsBlank {
      takeOwner(entry)
      index = 1
    } else if !scope.hasOwner {
      reportMissing(
        entry, "this line begins with a blank, and no line before it has an owner",
        hint: "begin the line with a name, or '@' for the origin")
    }
    guard let (column, typeIndex) = columns(entry, from: index) else { return }
    let token = entry.tokens[typeIndex]
    if entry.isKeyword(token, "STEER") {
      return parseSteer(entry, at: typeIndex, column: column)
    }
    guard let type = type(entry, token) else { return }
    rdata.removeAll(keepingCapacity: true)
    do {
      try RecordData(entry: entry, first: typeIndex + 1, origin: scope.origin)
        .append(type, to: &rdata)
    } catch {
      let place = entry.word(error.token.map { entry.tokens[$0] } ?? token)
      return diagnostics.error(place, error.message, hint: error.hint)
    }
    if type == .soa, soaMinimum == nil {
      soaMinimum = rdata.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
    guard let ttl = ttl(column, entry, token), !scope.owner.isEmpty else { return }
    guard records.hasRoom else {
      return diagnostics.error(
        entry.word(token), "the zone is too large: its names and data have more than 2 GiB",
        hint: "delegate a part of it to a zone of its own")
    }
    records.append(
      owner: scope.owner, type: type, ttl: ttl.maximum, minimumTTL: ttl.minimum, rdata: rdata,
      location: entry.location(of: token))
  }

  /// Makes the line's first word the current owner.
  private mutating func takeOwner(_ entry: Entry) {
    let token = entry.tokens[0]
    scope.hasOwner = true
    scope.owner.removeAll(keepingCapacity: true)
    do {
      try NameText.append(
        entry.bytes.span, token.range, origin: scope.origin.wire, to: &scope.owner)
    } catch {
      scope.owner.removeAll()
      let text = String(decoding: entry.raw(token), as: UTF8.self)
      return diagnostics.error(entry.word(token), "the owner '\(text)' \(error.explanation)")
    }
    guard Wire.isAtOrBelow(scope.owner.span, apex.wire.span) else {
      let name = DomainName(wire: scope.owner)?.description ?? ""
      scope.owner.removeAll()
      return diagnostics.error(
        entry.word(token), "'\(name)' lies outside the zone '\(apex)'",
        hint: "is a final dot or $ORIGIN wrong? All owners of this file end with '\(apex)'")
    }
    if Wire.repeats(scope.owner.span, origin: scope.origin.wire.span),
      entry.bytes[token.range].last != .dot
    {
      let word = entry.word(token)
      diagnostics.warning(
        word, "'\(word.text)' without a final dot is '\(word.text).\(scope.origin)'",
        hint: "write '\(word.text).' where that is not meant")
    }
  }

  /// Reads TTL and class, in either order; the index of the type behind them.
  private mutating func columns(_ entry: Entry, from start: Int) -> (TTLColumn?, Int)? {
    var column: TTLColumn?
    var hasClass = false
    for index in start..<max(start, entry.tokens.count) {
      let token = entry.tokens[index]
      if token.form == .plain, entry.bytes[Int(token.start)].isDigit {
        guard column == nil else {
          let word = entry.word(token)
          diagnostics.error(
            word, "a record type is expected here, not '\(word.text)'",
            hint: "a line is: owner, TTL, class, type, data")
          return nil
        }
        column = ttlColumn(entry, token)
        if column == nil { return nil }
      } else if !hasClass, let isInternet = isInternetClass(entry, token) {
        guard isInternet else {
          let word = entry.word(token)
          diagnostics.error(word, "only the class IN is served, not '\(word.text)'")
          return nil
        }
        hasClass = true
      } else {
        return (column, index)
      }
    }
    reportMissing(
      entry, "this line has no record type", hint: "a line is: owner, TTL, class, type, data")
    return nil
  }

  /// Whether the word is the class IN; nil where it is no class.
  private func isInternetClass(_ entry: Entry, _ token: Token) -> Bool? {
    if entry.isKeyword(token, "IN") || entry.isKeyword(token, "CLASS1") { return true }
    if entry.isKeyword(token, "CH") || entry.isKeyword(token, "HS")
      || entry.isKeyword(token, "CS")
    {
      return false
    }
    guard token.range.count > 5, token.range.count <= 10,
      entry.raw(token).prefix(5).elementsEqual("CLASS".utf8, by: { $0.uppercased == $1 }),
      entry.raw(token).dropFirst(5).allSatisfy(\.isDigit)
    else { return nil }
    return false
  }

  /// Reads `TTL` or `MAX/MIN`.
  private mutating func ttlColumn(_ entry: Entry, _ token: Token) -> TTLColumn? {
    let raw = entry.raw(token)
    let parts = raw.split(separator: .slash, maxSplits: 1, omittingEmptySubsequences: false)
    let seconds = parts.map { DurationText.seconds($0).flatMap { UInt32(exactly: $0) } }
    guard let maximum = seconds[0], maximum <= DurationText.maximumTTL,
      let minimum = seconds[seconds.count - 1]
    else {
      let word = entry.word(token)
      diagnostics.error(
        word, "'\(word.text)' is not a TTL",
        hint: "a TTL is 0 to 2147483647 seconds, such as 1h30m, or MAX/MIN, such as 300/20")
      return nil
    }
    guard minimum <= maximum else {
      let word = entry.word(token)
      diagnostics.error(
        word, "the smallest TTL, \(minimum), is above the largest, \(maximum)",
        hint: "write MAX/MIN: '\(minimum)/\(maximum)'")
      return nil
    }
    return TTLColumn(maximum: maximum, minimum: minimum, token: token)
  }

  /// The TTL of a line: its own, else `$TTL`, else the last one, else the SOA's MINIMUM (RFC 2308 §4).
  mutating func ttl(
    _ column: TTLColumn?, _ entry: Entry, _ token: Token, isRecord: Bool = true
  ) -> (maximum: UInt32, minimum: UInt32)? {
    if let column {
      if isRecord { scope.lastTTL = column.maximum }
      return (column.maximum, column.minimum)
    }
    if let ttl = scope.defaultTTL ?? scope.lastTTL { return (ttl, ttl) }
    if let ttl = soaMinimum {
      scope.defaultTTL = ttl
      diagnostics.warning(
        entry.word(token), "no TTL here and no $TTL before: the SOA's MINIMUM, \(ttl), is used",
        hint: "put '$TTL \(DurationText.text(Int64(ttl)))' at the top of the file")
      return (ttl, ttl)
    }
    diagnostics.error(
      entry.word(token), "this record has no TTL, and no line before says one",
      hint: "put a line such as '$TTL 1h' at the top of the file")
    return nil
  }

  private mutating func type(_ entry: Entry, _ token: Token) -> RecordType? {
    if let common = RecordType(commonMnemonic: entry.raw(token).span) { return common }
    let word = entry.word(token)
    let name = word.text.uppercased()
    guard let type = LDNS.type(named: name) else {
      diagnostics.error(
        word,
        "no record type '\(word.text)'"
          + Suggestion.text(for: name, among: LDNS.mnemonics + ["STEER"]),
        hint: "a type without a name is written TYPE123, its data '\\# LENGTH HEX' (RFC 3597)")
      return nil
    }
    // RFC 6895 §3.1: 128…255 are questions and meta-types, and 0 and OPT are never in a zone.
    guard type.rawValue != 0, type != .opt, !(128...255).contains(type.rawValue) else {
      diagnostics.error(word, "\(name) is not a type of records that a zone holds")
      return nil
    }
    return type
  }
}
