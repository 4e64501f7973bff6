import Control
import DNSWire
import GeoDatabase
import Glibc
import HealthState
import Replay
import SourceText
import ZoneCompiler
import ZoneFile

/// The zones before and after a change.
struct ChangedZones {
  /// One of the two versions of a zone.
  private struct Version {
    let zone: Zone
    let supposed: SupposedZone
  }

  private var before: [DomainName: Version] = [:]
  private var after: [DomainName: Version] = [:]

  /// Loads both versions of all zones, or of the one that the options' name is in.
  init(_ options: WhatIfOptions, databases: GeoDatabases) throws(CommandError) {
    // One compiler for both: what they have in common is one map.
    let compiler = ZoneCompiler(
      databases: databases, health: HealthTable(), key: NameHashKey(seed: 0))
    before = try Self.versions(options.zones, compiler)
    after = before
    if let folder = options.against { after = try Self.versions(folder, compiler) }
    if let name = options.name {
      guard let apex = apex(of: name) else {
        throw .failed("no zone of '\(options.zones)' has the name '\(name)'")
      }
      before = before.filter { $0.key == apex }
      after = after.filter { $0.key == apex }
    }
    try suppose(options.down)
  }

  private static func versions(
    _ folder: String, _ compiler: ZoneCompiler
  ) throws(CommandError) -> [DomainName: Version] {
    do throws(ControlError) {
      let all = try ZoneVersions(folder, compiler).all.map { version in
        (
          version.zone.apex,
          Version(zone: version.zone, supposed: SupposedZone(version.compiled))
        )
      }
      return Dictionary(uniqueKeysWithValues: all)
    } catch {
      throw .failed(error.description)
    }
  }

  /// The zone, of both versions, whose apex is the longest suffix of a name.
  private func apex(of name: DomainName) -> DomainName? {
    var suffix: DomainName? = name
    while let apex = suffix {
      if before[apex] != nil || after[apex] != nil { return apex }
      suffix = apex.parent
    }
    return nil
  }

  private mutating func suppose(_ words: [String]) throws(CommandError) {
    var down: [DomainName: Set<TargetIndex>] = [:]
    for word in words {
      var isKnown = false
      for (apex, version) in after {
        guard let targets = version.zone.targets(supposedDown: word) else { continue }
        down[apex, default: []].formUnion(targets)
        isKnown = true
      }
      guard isKnown else {
        let known = Set(after.values.flatMap(\.zone.supposableNames)).sorted()
        throw .failed(
          "no target, pool or site '\(word)'" + Suggestion.text(for: word, among: known))
      }
    }
    for (apex, targets) in down {
      guard let version = after[apex] else { continue }
      after[apex] = Version(
        zone: version.zone, supposed: version.supposed.supposing(down: targets))
    }
  }

  // MARK: What there is to ask

  /// Every steered name of either version, in order.
  var steeredNames: [DomainName] {
    let all = (Array(before.values) + after.values).flatMap(\.zone.steers).map(\.owner)
    return Set(all).sorted()
  }

  /// The question as a subject of a replay.
  func subject(_ name: DomainName, _ type: RecordType) -> ReplaySubject {
    let apex = apex(of: name)
    return ReplaySubject(
      name: name, type: type, before: apex.flatMap { before[$0]?.supposed },
      after: apex.flatMap { after[$0]?.supposed })
  }

  /// The name that owns the answers to `name` in either version, where steering plays a part in them.
  func steeredOwner(of name: DomainName, _ type: RecordType) -> DomainName? {
    guard let apex = apex(of: name) else { return nil }
    for zone in [before[apex]?.supposed, after[apex]?.supposed].compactMap(\.self) {
      guard let owner = zone.owner(of: name) else { continue }
      let answers = zone.answers(to: owner, type) { _ in 0 }
      if answers.keys.contains(where: { !$0.pools.isEmpty || $0.isStatic }) { return owner }
    }
    return nil
  }

  /// The names of all pools.
  var poolNames: [String] {
    (Array(before.values) + after.values).flatMap(\.supposed.zone.poolNames)
  }

  /// What pools of both versions no longer answer with, and what they do then.
  var changedTargets: [(pool: String, gone: [String], new: [String])] {
    var changes: [(pool: String, gone: [String], new: [String])] = []
    for (apex, version) in before.sorted(by: { $0.key < $1.key }) {
      guard let then = after[apex]?.supposed else { continue }
      let zone = version.supposed.zone
      for (index, pool) in zone.poolNames.enumerated() where zone.original(of: index) == index {
        guard let other = then.zone.poolNames.firstIndex(of: pool) else { continue }
        let old = version.supposed.targets(ofPool: index)
        let new = then.targets(ofPool: other)
        if Set(old) != Set(new) {
          changes.append(
            (pool, old.filter { !new.contains($0) }, new.filter { !old.contains($0) }))
        }
      }
    }
    return changes
  }
}
