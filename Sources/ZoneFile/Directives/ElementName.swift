import SourceText

/// The names of checks, sites, pools, maps, policies and migrations.
enum ElementName {
  /// Words that begin a policy.
  static let policyWords = [
    "geo", "nearest", "latency", "failover", "weighted", "round-robin", "hash", "least-load",
  ]

  /// Words that begin a matcher.
  static let matcherWords = [
    "net", "asn", "city", "subdivision", "country", "continent", "default",
  ]

  /// The keys of all options.
  static let optionNames = [
    "path", "host", "expect", "body", "method", "verify", "port", "interval", "timeout", "fall",
    "rise", "location", "check", "select", "answers", "answer", "min-healthy", "bias", "weight",
    "name", "state", "backup", "network", "smooth", "map", "pools", "table", "when-down",
    "failback", "at", "ttl",
    "lead", "hold", "skew", "from", "to", "ramp", "step", "by", "rollback", "down",
  ]

  /// What speaks against `name`; nil where nothing does.
  static func objection(to name: String) -> String? {
    let lower = name.lowercased()
    if policyWords.contains(lower) { return "is a policy's word" }
    if matcherWords.contains(lower) { return "is a matcher's word" }
    if optionNames.contains(lower) { return "is an option's name" }
    let isPlain = name.utf8.allSatisfy {
      $0.isDigit || $0.uppercased &- 65 < 26 || "-_.".utf8.contains($0)
    }
    guard !name.isEmpty, name.utf8.count <= 63, isPlain, !name.hasPrefix("-") else {
      return "is not made of letters, digits, '-', '_' and '.', at most 63"
    }
    return nil
  }
}

extension ZoneParser {
  /// Reports `word` where it cannot name a new element. Such an element is kept all the same: what refers
  /// to it is not wrong as well.
  mutating func checkName(_ word: Word, kind: String) {
    guard let objection = ElementName.objection(to: word.text) else { return }
    diagnostics.error(
      word, "'\(word.text)' \(objection) and cannot name a \(kind)", hint: "choose another name")
  }
}
