import DNSWire
import Migration
import SourceText

extension ZoneBuilder {
  /// Types whose TTL a migration never touches.
  private static let untouched: Set<RecordType> = [.ns, .soa, .ds]

  /// Builds the `$MIGRATE` lines.
  mutating func buildMigrations() {
    var byName: [String: Word] = [:]
    var byOwner: [DomainName: Word] = [:]
    for declaration in declarations.migrations {
      let errors = diagnostics.errorCount
      if let earlier = byName[declaration.name.text] {
        diagnostics.error(
          declaration.name, "the migration '\(declaration.name.text)' is declared twice",
          hint: "the first is in \(place(earlier.location, from: declaration.name.location))")
      }
      byName[declaration.name.text] = declaration.name
      var timeline = declaration.timeline
      for (owner, word) in declaration.owners {
        if let other = byOwner[owner] {
          diagnostics.error(
            word, "'\(owner)' is in the migration '\(other.text)' already",
            hint: "see \(place(other.location, from: word.location)); a name moves in one at a time"
          )
        }
        byOwner[owner] = declaration.name
        timeline.old = max(timeline.old, largestTTL(owner, word) ?? 0)
      }
      guard diagnostics.errorCount == errors else { continue }
      if timeline.low >= timeline.old {
        diagnostics.error(
          declaration.ttlWord,
          "ttl=\(declaration.ttlWord.text) is not below the TTL of the owners, \(timeline.old)",
          hint: "write a smaller TTL: there is nothing to come down from")
        continue
      }
      let migration = MigrationDeclaration(
        name: declaration.name.text, owners: declaration.owners.map(\.name), timeline: timeline,
        location: declaration.name.location)
      checkTime(migration, declaration)
      zone.migrations.append(migration)
    }
  }

  /// The largest TTL that `owner` is answered with; nil, and an error, where a migration has nothing to do.
  private mutating func largestTTL(_ owner: DomainName, _ word: Word) -> UInt32? {
    let records = recordsOf(owner).map { zone.records.entries[$0] }
    let steer = steered[owner].map { declarations.steers[$0].maximumTTL }
    let plain = records.filter { !Self.untouched.contains($0.type) }.map(\.ttl).max()
    if let largest = [steer, plain].compactMap({ $0 }).max() { return largest }
    if records.isEmpty {
      diagnostics.error(word, "no records and no STEER at '\(owner)'" + suggestion(for: owner))
    } else {
      diagnostics.error(
        word, "'\(owner)' has only NS, SOA or DS records, which a migration never touches")
    }
    return nil
  }

  /// The end of a message about a name that owns nothing: one that was perhaps meant.
  func suggestion(for name: DomainName) -> String {
    let known = zone.records.entries.prefix(10_000).compactMap {
      DomainName(wire: zone.records.owner(of: $0))?.description
    }
    return Suggestion.text(
      for: name.description, among: Set(known + steered.keys.map(\.description)).sorted())
  }

  /// Reports a plan that comes too late for its countdown, unless it is being served.
  private mutating func checkTime(
    _ migration: MigrationDeclaration, _ declaration: MigrateDeclaration
  ) {
    let plan = migration.timeline
    guard plan.phase(now: now) != .after else {
      return diagnostics.warning(
        declaration.name,
        "the migration '\(migration.name)' is over since \(Timestamp.text(plan.end))",
        hint: "take the line out")
    }
    let isServed = running.contains {
      $0.name == migration.name && $0.timeline == plan && Set($0.owners) == Set(migration.owners)
    }
    let earliest = plan.earliestSafeAt(now: now)
    guard !isServed, plan.at < earliest else { return }
    diagnostics.report(
      Diagnostic(
        mode == .strict ? .error : .warning, at: declaration.atWord.location,
        length: declaration.atWord.length,
        "too late to come down from TTL \(plan.old) before \(Timestamp.text(plan.deadline)), "
          + "\(DurationText.text(plan.lead)) ahead of the move",
        hint:
          "the earliest safe time is at=\(Timestamp.text((earliest + 59) / 60 * 60)); a shorter lead= comes earlier"
      )
    )
  }
}
