import DNSWire
import Replay
import SourceText

/// The options of `sextant whatif`.
struct WhatIfOptions {
  let name: DomainName?
  let type: RecordType
  /// Whether the type stands on the command line.
  let hasType: Bool
  let zones: String
  let against: String?
  let down: [String]
  let geoip: [String]?
  let clients: String?
  let limits: WhatIfLimits
  let asJSON: Bool

  /// The types that steering answers.
  static let types: [String: RecordType] = ["A": .a, "AAAA": .aaaa, "CNAME": .cname]

  /// Reads what stands behind `whatif`; nil where help is asked for.
  init?(_ arguments: [String]) throws(UsageError) {
    let options = try Options(
      arguments,
      taking: [
        "--zones", "--against", "--down", "--geoip", "--clients", "--max-moved", "--max-load",
      ], flags: ["--json"])
    if options.flags.contains("--help") { return nil }
    let operands = options.operands
    guard operands.count <= 2 else {
      throw UsageError("whatif takes a name and a type, not '\(operands[2])'")
    }
    if let text = operands.first {
      guard let name = DomainName(text) else { throw UsageError("'\(text)' is not a name") }
      self.name = name
    } else {
      name = nil
    }
    hasType = operands.count > 1
    guard let type = Self.types[hasType ? operands[1].uppercased() : "A"] else {
      throw UsageError("'\(operands[1])' is not A, AAAA or CNAME")
    }
    self.type = type
    zones = try options.single("--zones") ?? "zones"
    against = try options.single("--against")
    down = options.values["--down"] ?? []
    geoip = options.values["--geoip"]
    clients = try options.single("--clients")
    limits = try WhatIfLimits(
      moved: options.single("--max-moved"), loads: options.values["--max-load"] ?? [])
    asJSON = options.flags.contains("--json")
  }
}

/// What a change may do at most.
struct WhatIfLimits {
  private var moved: Double?
  private var loads: [(name: String, share: Double)] = []

  init(moved text: String?, loads: [String]) throws(UsageError) {
    if let text { moved = try Self.share(text, "--max-moved") }
    for load in loads {
      guard let split = load.lastIndex(of: "="), split > load.startIndex else {
        throw UsageError("--max-load takes NAME=PERCENT, not '\(load)'")
      }
      var name = load[..<split]
      if name.first == "@" { name = name.dropFirst() }
      let share = try Self.share(String(load[load.index(after: split)...]), "--max-load")
      self.loads.append((String(name), share))
    }
  }

  private static func share(_ text: String, _ option: String) throws(UsageError) -> Double {
    let digits = text.hasSuffix("%") ? text.dropLast() : text[...]
    let isPlain = digits.utf8.allSatisfy { $0 &- 48 < 10 || $0 == UInt8(ascii: ".") }
    guard isPlain, let percent = Double(digits), percent <= 100 else {
      throw UsageError("\(option) takes a share from 0% to 100%, not '\(text)'")
    }
    return percent / 100
  }

  /// What goes beyond a limit, a sentence each; `pools` are the names of all pools.
  func exceeded(in reports: [ReplayReport], pools: [String]) throws(CommandError) -> [String] {
    let sites = pools.compactMap { name in
      name.firstIndex(of: "@").map { String(name[name.index(after: $0)...]) }
    }
    for load in loads where !pools.contains(load.name) && !sites.contains(load.name) {
      let known = Set(pools + sites).sorted()
      throw .failed(
        "no pool or site '\(load.name)'" + Suggestion.text(for: load.name, among: known))
    }
    var sentences: [String] = []
    for report in reports {
      let total = report.total
      if let moved, total.movedShare > moved + 1e-12 {
        sentences.append(
          "\(PercentText.text(total.movedShare)) of \(report.label) move, more than "
            + PercentText.text(moved))
      }
      for limit in loads {
        let all = total.poolLoads + total.siteLoads
        let share = total.share(of: all.first { $0.name == limit.name }?.after ?? 0)
        if share > limit.share + 1e-12 {
          sentences.append(
            "\(limit.name) has \(PercentText.text(share)) of \(report.label), more than "
              + PercentText.text(limit.share))
        }
      }
    }
    return sentences
  }
}
