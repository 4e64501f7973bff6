import DNSWire
import Migration
import SourceText

extension ZoneParser {
  private static let longest: Int64 = 10 * 365 * 86_400

  private static let migrateRules = OptionRules(
    taker: "$MIGRATE", known: ["at", "ttl", "lead", "hold", "skew"],
    notBuilt: [
      "from": movedByHand, "to": movedByHand, "ramp": movedByHand, "step": movedByHand,
      "by": movedByHand, "rollback": movedByHand,
    ])
  private static let movedByHand =
    "$MIGRATE lowers the TTL in time and raises it again; change the policy by hand at the time of at="

  /// Reads `$MIGRATE name owner… at=TIME ttl=TTL [lead=] [hold=] [skew=]`; lead and hold are 1 h, skew 2 s
  /// where nothing is said.
  mutating func parseMigrate(_ entry: Entry) {
    guard entry.tokens.count >= 2 else {
      return reportMissing(
        entry, "$MIGRATE takes a name, owners and options",
        hint: "such as '$MIGRATE move www at=2026-12-01T06:00:00Z ttl=60 lead=24h hold=24h'")
    }
    let name = entry.word(entry.tokens[1])
    let errors = diagnostics.errorCount
    checkName(name, kind: "migration")
    var index = 2
    var owners: [(name: DomainName, word: Word)] = []
    while index < entry.tokens.count, entry.option(entry.tokens[index]) == nil {
      let token = entry.tokens[index]
      let word = entry.word(token)
      index += 1
      guard let owner = self.name(word, raw: entry.raw(token)) else { continue }
      if owners.contains(where: { $0.name == owner }) {
        diagnostics.error(word, "'\(word.text)' is named twice", hint: "take it out here")
      } else {
        owners.append((owner, word))
      }
    }
    let options = options(entry, from: index, Self.migrateRules)
    var timeline = Timeline(at: 0, lead: 3600, low: 0, old: 0, hold: 3600)
    var words: [String: Word] = [:]
    for option in options {
      words[option.name.text] = option.value
      take(option, into: &timeline)
    }
    // What was refused above is not missing.
    guard diagnostics.errorCount == errors else { return }
    guard !owners.isEmpty else {
      return diagnostics.error(
        name, "the migration '\(name.text)' names no owner",
        hint: "write the names whose TTL is to come down behind '\(name.text)'")
    }
    guard let atWord = words["at"], let ttlWord = words["ttl"] else {
      let key = words["at"] == nil ? "at" : "ttl"
      return diagnostics.error(
        name, "the migration '\(name.text)' has no '\(key)='",
        hint: key == "at"
          ? "write the time of the move: at=2026-12-01T06:00:00Z"
          : "write the TTL to come down to: ttl=60")
    }
    declarations.migrations.append(
      MigrateDeclaration(
        name: name, owners: owners, timeline: timeline, atWord: atWord, ttlWord: ttlWord))
  }

  private mutating func take(_ option: Option, into timeline: inout Timeline) {
    switch option.name.text {
    case "at":
      if let at = time(option.value) { timeline.at = at }
    case "ttl":
      if let ttl = DurationText.seconds(Array(option.value.text.utf8)),
        ttl <= DurationText.maximumTTL
      {
        timeline.low = UInt32(ttl)
      } else {
        diagnostics.error(
          option.value, "'\(option.value.text)' is not a TTL",
          hint: "a TTL is 0 to 2147483647 seconds, such as 60 or 1m")
      }
    case "lead":
      if let lead = seconds(option, limit: Self.longest) { timeline.lead = lead }
    case "hold":
      if let hold = seconds(option, limit: Self.longest) { timeline.hold = hold }
    default:
      if let skew = seconds(option, limit: 3600) { timeline.skew = skew }
    }
  }
}
