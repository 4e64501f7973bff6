import Addresses
import DNSWire
import GeoDatabase
import SourceText
import Steering
import ZoneFile

/// Tries what a zone expects of itself.
struct ExpectationTrial {
  /// What came of a trial.
  struct Verdict {
    /// What is answered instead; nil where the expectation holds.
    var failure: String?
    /// What decided it.
    var reason: String?
    /// The kind of database that would have to be there to decide it.
    var lacks: String?
  }

  private let zone: Zone
  private let compiled: CompiledZone
  private let databases: GeoDatabases
  private let allUp: SupposedZone
  private var supposed: [Set<TargetIndex>: SupposedZone] = [:]
  private var guides: [UInt32: MapGuide] = [:]

  init(zone: Zone, compiled: CompiledZone, databases: GeoDatabases) {
    self.zone = zone
    self.compiled = compiled
    self.databases = databases
    allUp = SupposedZone(compiled)
  }

  mutating func verdict(on expectation: Expectation) -> Verdict {
    let trial = supposed[expectation.down] ?? allUp.supposing(down: expectation.down)
    supposed[expectation.down] = trial
    var asked: [UInt32] = []
    let answers = withoutActuallyEscaping({ [compiled] (map: UInt32) -> UInt32 in
      if !asked.contains(map) { asked.append(map) }
      return compiled.maps[Int(map)].lookup(expectation.client).outcome
    }) { outcome in
      trial.answers(to: expectation.name, expectation.type, outcome: outcome)
    }
    let ways = asked.compactMap { guide(to: $0).way(of: expectation.client, in: databases) }
    return Verdict(
      failure: failure(of: expectation, answers), reason: reason(expectation, answers, ways),
      lacks: ways.lazy.compactMap(\.lacks).first)
  }

  /// The guide to a map; a table of latencies may have a million rules to put in order.
  private mutating func guide(to map: UInt32) -> MapGuide {
    if let known = guides[map] { return known }
    let made = MapGuide(compiled.mapSources[Int(map)])
    guides[map] = made
    return made
  }

  // MARK: Judging

  private func isExpected(_ answer: PossibleAnswer, _ expectation: Expectation) -> Bool {
    let items = expectation.items
    if answer.isStatic, items.contains(.without(.static)) { return true }
    switch answer.ending {
    case .nodata: return items.contains(.without(.nodata))
    case .serverFailure: return items.contains(.without(.servfail))
    case .nameError: return false
    case .records(let addresses):
      if !addresses.isEmpty, addresses.allSatisfy({ items.contains(.address($0)) }) { return true }
    case .elsewhere: break
    }
    return answer.pools.contains { items.contains(.pool($0)) }
      || answer.hosts.contains { items.contains(.host($0)) }
  }

  private func failure(
    of expectation: Expectation, _ answers: [PossibleAnswer: Double]
  ) -> String? {
    // Answers that look the same in the message are one there.
    var shares: [String: (share: Double, isExpected: Bool)] = [:]
    for (answer, share) in answers {
      let text = describe(answer, expectation)
      shares[text, default: (0, true)].share += share
      if !isExpected(answer, expectation) { shares[text]?.isExpected = false }
    }
    let sorted = shares.sorted { ($1.value.share, $0.key) < ($0.value.share, $1.key) }
    let wrong = sorted.filter { !$0.value.isExpected }
    guard !wrong.isEmpty else { return nil }
    if sorted.count == 1 {
      let expected = expectation.list.map(\.text).joined(separator: " or ")
      return "a client at \(expectation.client) gets \(sorted[0].key), not \(expected)"
    }
    let all = sorted.map { "\($0.key) (\(PercentText.text($0.value.share)))" }
    return "a client at \(expectation.client) gets \(all.joined(separator: " or ")), and "
      + wrong.map(\.key).joined(separator: " and ")
      + (wrong.count == 1 ? " is not expected" : " are not expected")
  }

  /// An answer in the words of the list: by pools, or by what they answer with.
  private func describe(_ answer: PossibleAnswer, _ expectation: Expectation) -> String {
    let pools = answer.pools.map { compiled.poolNames[$0] }.joined(separator: " and ")
    let isByPool = expectation.items.contains { if case .pool = $0 { true } else { false } }
    var text: String
    switch answer.ending {
    case .nodata: text = "no record of the type"
    case .serverFailure: text = "SERVFAIL"
    case .nameError: text = "NXDOMAIN"
    case .records, .elsewhere:
      if isByPool, !pools.isEmpty { return pools }
      text = data(of: answer)
    }
    if answer.isStatic { text += ", the plain records" }
    return pools.isEmpty ? text : "\(text) (from \(pools))"
  }

  /// The addresses of an answer, else the host name that it ends with.
  private func data(of answer: PossibleAnswer) -> String {
    if case .records(let addresses) = answer.ending, !addresses.isEmpty {
      return addresses.map(\.description).joined(separator: ", ")
    }
    return answer.hosts.last?.description ?? "a referral"
  }

  private func reason(
    _ expectation: Expectation, _ answers: [PossibleAnswer: Double], _ ways: [MapGuide.Way]
  ) -> String? {
    if !ways.isEmpty { return "decided by " + ways.map(\.text).joined(separator: ", then by ") }
    let isPlain = answers.keys.allSatisfy { $0.pools.isEmpty && !$0.isStatic }
    return isPlain ? "'\(expectation.name)' is not steered: its records are compared" : nil
  }
}
