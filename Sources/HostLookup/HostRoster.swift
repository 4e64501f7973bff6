import Addresses
import DNSWire

/// All hosts with what is known of them and when they are asked for again: a value that knows no clock and no
/// socket.
///
/// Times are monotonic milliseconds. Each question goes by the TTL of its own answer. Hosts are what people
/// write into zones, so a walk over all of them is short.
struct HostRoster {
  private struct Entry {
    var addresses: [IPAddress] = []
    /// The TTL that the addresses may be answered with, in seconds.
    var ttl: UInt32 = 0
    /// When addresses that nobody confirms are dropped.
    var end: UInt64 = 0
    /// When it is asked next.
    var next: UInt64
    var isUnderWay = false
    /// Whether anything came of it so far.
    var isKnown = false
    /// How many times in a row nothing was learned.
    var failures = 0
  }

  /// Seconds between two questions, whatever the TTL: the smaller would be a load, the larger too late for
  /// whoever has mended a mistake.
  static let ttlBounds: ClosedRange<UInt32> = 5...3600
  /// The same where there was no address: it is a fault, mostly, and short.
  static let negativeBounds: ClosedRange<UInt32> = 5...60
  /// For so many seconds addresses outlive their TTL (RFC 8767 §5: one to three days).
  static let staleness: UInt64 = 86_400
  /// The TTL of such addresses (RFC 8767 §5.2).
  static let staleTTL: UInt32 = 30

  private var entries: [HostQuestion: Entry] = [:]

  /// When the next question is due.
  var next: UInt64? { entries.values.lazy.filter { !$0.isUnderWay }.map(\.next).min() }

  /// Whether something came of every question.
  var isKnown: Bool { entries.values.allSatisfy(\.isKnown) }

  /// What a host has.
  func addresses(of name: DomainName) -> HostAddresses {
    var result = HostAddresses()
    for question in HostQuestion.both(of: name) {
      guard let entry = entries[question], !entry.addresses.isEmpty else { continue }
      result.addresses += entry.addresses
      result.ttl = min(result.ttl, entry.ttl)
    }
    return result
  }

  /// Makes `names` the hosts. One that was there keeps what is known of it; where that was nothing, it is
  /// asked for at once, as there may be another resolver.
  mutating func replace(_ names: Set<DomainName>, now: UInt64) {
    var kept: [HostQuestion: Entry] = [:]
    for question in names.flatMap(HostQuestion.both) {
      var entry = entries[question] ?? Entry(next: now)
      if entry.failures > 0 { entry.next = now }
      kept[question] = entry
    }
    entries = kept
  }

  /// The questions that are due, `limit` at the most, those first that have waited longest.
  mutating func takeDue(now: UInt64, limit: Int) -> [HostQuestion] {
    let due = entries.filter { !$0.value.isUnderWay && $0.value.next <= now }
      .sorted { $0.value.next < $1.value.next }
      .prefix(max(0, limit)).map(\.key)
    for question in due { entries[question]?.isUnderWay = true }
    return due
  }

  /// Takes what came of a question; what follows from it.
  mutating func finish(
    _ question: HostQuestion, _ outcome: LookupOutcome, now: UInt64
  ) -> HostChange? {
    guard var entry = entries[question] else { return nil }
    let before = entry
    entry.isUnderWay = false
    entry.isKnown = true
    entry.failures = 0
    switch outcome {
    case .addresses(let addresses, let ttl):
      entry.addresses = addresses
      entry.ttl = Self.clamp(ttl, Self.ttlBounds)
      entry.next = now + UInt64(entry.ttl) * 1000
      entry.end = entry.next + Self.staleness * 1000
    case .none(_, let ttl):
      entry.addresses = []
      entry.next = now + UInt64(Self.clamp(ttl, Self.negativeBounds)) * 1000
    case .failure:
      entry.failures = before.failures + 1
      entry.next = now + UInt64(min(60, 5 << min(before.failures, 4))) * 1000
      entry.ttl = min(entry.ttl, Self.staleTTL)
      if now >= entry.end { entry.addresses = [] }
    }
    entries[question] = entry
    let note = note(question, outcome, before, entry)
    guard note != nil || entry.addresses != before.addresses || entry.ttl != before.ttl else {
      return nil
    }
    return HostChange(name: question.name, note: note)
  }

  private static func clamp(_ ttl: UInt32, _ bounds: ClosedRange<UInt32>) -> UInt32 {
    min(max(ttl, bounds.lowerBound), bounds.upperBound)
  }

  /// What is worth a line of the log.
  private func note(
    _ question: HostQuestion, _ outcome: LookupOutcome, _ before: Entry, _ after: Entry
  ) -> (isGood: Bool, text: String)? {
    let type = question.typeName
    switch outcome {
    case .addresses(let addresses, _) where addresses != before.addresses:
      let list = addresses.prefix(8).map { "\($0)" }.joined(separator: ", ")
      let more = addresses.count > 8 ? " and \(addresses.count - 8) more" : ""
      return (true, "\(type) \(list)\(more), TTL \(after.ttl)")
    case .addresses:
      return before.failures > 0 ? (true, "\(type) is answered again") : nil
    case .none(let exists, _):
      let reason = exists ? "it has none" : "the name does not exist"
      if !before.addresses.isEmpty { return (false, "no \(type) any more: \(reason)") }
      // Most hosts have no AAAA, which is no news.
      let other = entries[question.other]
      let isNews = !before.isKnown && other?.isKnown == true && other?.addresses.isEmpty == true
      if isNews { return (false, "no address: \(exists ? "neither A nor AAAA" : reason)") }
      return before.failures > 0 ? (true, "\(type) is answered again: \(reason)") : nil
    case .failure(let reason):
      if !before.addresses.isEmpty, after.addresses.isEmpty {
        return (false, "\(type) not resolved for a day, what it had is dropped: \(reason)")
      }
      guard before.failures == 0 else { return nil }
      let rest = before.addresses.isEmpty ? "" : "; what it had stays in use"
      return (false, "\(type) not resolved: \(reason)\(rest)")
    }
  }
}
