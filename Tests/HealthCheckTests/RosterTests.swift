import Addresses
import HealthState
import Testing

@testable import HealthCheck

/// A roster with a clock that the test moves.
private struct Bench {
  let table = HealthTable()
  var roster: Roster
  var now: UInt64 = 1_000_000

  init() { roster = Roster(table: table) }

  func target(
    _ number: UInt32, interval: UInt32 = 10_000, timeout: UInt32 = 2_000, fall: Int = 3,
    rise: Int = 2
  ) -> ProbeTarget {
    ProbeTarget(
      IPAddress(ipv4: number), 80,
      CheckSettings(kind: .tcp, interval: interval, timeout: timeout, fall: fall, rise: rise))
  }

  mutating func replace(_ targets: [ProbeTarget], phase: Double = 0) {
    roster.replaceTargets(targets, now: now, phase: phase)
  }

  /// Runs to `end`: each probe takes `duration` and ends as `outcome` says; returns the starts.
  mutating func run(
    until end: UInt64, duration: UInt64 = 0,
    outcome: (ProbeTarget, UInt64) -> ProbeOutcome = { _, _ in .alive("") }
  ) -> (starts: [(key: ProbeKey, at: UInt64)], changes: [HealthChange]) {
    var starts: [(key: ProbeKey, at: UInt64)] = []
    var changes: [HealthChange] = []
    var running: [(end: UInt64, result: Prober.Result)] = []
    while true {
      let ended = running.map(\.end).min() ?? .max
      let next = min(roster.nextStart ?? .max, ended)
      if next > end { break }
      now = max(now, next)
      for probe in running where probe.end <= now {
        if let change = roster.finish(probe.result, now: now) { changes.append(change) }
      }
      running.removeAll { $0.end <= now }
      for due in roster.takeDue(now: now) {
        starts.append((due.target.key, now))
        let result = Prober.Result(
          target: due.target, schedule: due.schedule, outcome: outcome(due.target, now))
        running.append((now + duration, result))
      }
    }
    now = max(now, end)
    return (starts, changes)
  }

  func word(_ target: ProbeTarget) -> HealthWord { table.cell(for: target.key).load() }
  func status(_ target: ProbeTarget) -> TargetStatus? {
    roster.statuses.first { $0.target.key == target.key }
  }
}

@Suite("The roster")
struct RosterTests {
  @Test("first probes are spread over a second, later ones over the interval, each on its own grid")
  func spread() {
    var bench = Bench()
    let targets = (0..<100).map { bench.target($0) }
    bench.replace(targets, phase: 0.25)
    let (starts, _) = bench.run(until: 1_060_000, duration: 7)
    let byKey = Dictionary(grouping: starts, by: \.key).mapValues { $0.map(\.at) }
    #expect(byKey.count == 100)
    #expect(Set(byKey.values.map { $0[0] }) == Set((0..<100).map { 1_000_000 + $0 * 10 }))
    for times in byKey.values {
      let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
      #expect((2_000...10_000).contains(gaps[0]))
      #expect(gaps.dropFirst().allSatisfy { $0 == 10_000 })
    }
    // No second of the interval has many more probes than another.
    let seconds = Dictionary(grouping: byKey.values.map { $0[1] / 1_000 % 10 }) { $0 }
    #expect(seconds.values.allSatisfy { $0.count <= 25 })
  }

  @Test("very many first probes are spread over a millisecond each")
  func spreadOfMany() {
    var bench = Bench()
    bench.replace((0..<4_000).map { bench.target($0) })
    let first = bench.roster.takeDue(now: 1_000_999).count
    #expect(first == 1_000)
    #expect(bench.roster.takeDue(now: 1_003_999).count == 3_000)
  }

  @Test("no more are taken out than there is room for")
  func room() {
    var bench = Bench()
    bench.replace((0..<10).map { bench.target($0) })
    #expect(bench.roster.takeDue(now: 1_002_000, limit: 4).count == 4)
    #expect(bench.roster.takeDue(now: 1_002_000, limit: 0).isEmpty)
    #expect(bench.roster.takeDue(now: 1_002_000).count == 6)
    #expect(bench.roster.nextStart == nil)
  }

  @Test("a short interval spreads its first probes over itself")
  func shortInterval() {
    var bench = Bench()
    bench.replace((0..<10).map { bench.target($0, interval: 200, timeout: 200) })
    let (starts, _) = bench.run(until: 1_000_199)
    #expect(starts.map(\.at) == (0..<10).map { 1_000_000 + $0 * 20 })
  }

  @Test("a phase turns the spread of the later probes, not that of the first")
  func phase() {
    func starts(_ phase: Double) -> [UInt64] {
      var bench = Bench()
      bench.replace([bench.target(1)], phase: phase)
      return bench.run(until: 1_030_000).starts.map(\.at)
    }
    #expect(starts(0) == [1_000_000, 1_002_000, 1_012_000, 1_022_000])
    #expect(starts(0.5) == [1_000_000, 1_006_000, 1_016_000, 1_026_000])
  }

  @Test("a probe that is late is made up for once, whole intervals that were missed are not")
  func noPileUp() {
    var bench = Bench()
    let target = bench.target(1, interval: 1_000, timeout: 1_000)
    bench.replace([target])
    _ = bench.run(until: 1_002_500)
    // The thread stood still for 5,300 ms.
    bench.now = 1_007_800
    let (starts, _) = bench.run(until: 1_010_000)
    #expect(starts.map(\.at) == [1_007_800, 1_008_000, 1_009_000, 1_010_000])
  }

  @Test("a probe that takes longer than its interval does not overlap with the next")
  func overlap() {
    var bench = Bench()
    bench.replace([bench.target(1, interval: 1_000, timeout: 1_000)])
    let (starts, _) = bench.run(until: 1_003_500, duration: 1_005)
    #expect(starts.map(\.at) == [1_000_000, 1_001_005, 1_002_010, 1_003_015])
  }

  @Test("each change is reported once, with its reason and time")
  func changes() {
    var bench = Bench()
    let target = bench.target(1, interval: 1_000, timeout: 1_000)
    bench.replace([target])
    let (_, changes) = bench.run(until: 1_020_000) { _, at in
      (1_003_000..<1_010_000).contains(at) ? .dead("status 503") : .alive("fine")
    }
    #expect(
      changes == [
        HealthChange(key: target.key, isUp: false, reason: "status 503", at: 1_005_000),
        HealthChange(key: target.key, isUp: true, reason: "fine", at: 1_011_000),
      ])
    #expect(bench.status(target)?.lastChange == 1_011_000)
    #expect(bench.status(target)?.lastResult == "fine")
  }

  @Test("the first result decides: dead is a change, alive is none")
  func firstResult() {
    var bench = Bench()
    let targets = [bench.target(1), bench.target(2)]
    bench.replace(targets)
    #expect(targets.allSatisfy { bench.word($0).isUp && !bench.word($0).isKnown })
    let (_, changes) = bench.run(until: 1_001_000) { target, _ in
      target == targets[0] ? .dead("refused") : .alive("fine")
    }
    #expect(changes.map(\.key) == [targets[0].key])
    #expect(!bench.word(targets[0]).isUp && bench.word(targets[0]).isKnown)
    #expect(bench.word(targets[1]).isUp && bench.word(targets[1]).isKnown)
  }

  @Test("the word is never later than a change that comes as soon as it can")
  func soonestChange() {
    for (fall, rise) in [(1, 1), (3, 2), (5, 4)] {
      var bench = Bench()
      let target = bench.target(1, interval: 1_000, timeout: 500, fall: fall, rise: rise)
      bench.replace([target], phase: 0.3)
      _ = bench.run(until: 1_004_000)
      let soonestDown = bench.word(target).soonestChange
      let down = bench.run(until: 1_020_000) { _, _ in .dead("") }.changes
      #expect(down.map(\.at) == [soonestDown])
      let soonestUp = bench.word(target).soonestChange
      let up = bench.run(until: 1_040_000).changes
      #expect(up.map(\.at) == [soonestUp])
    }
  }

  @Test("an inconclusive probe changes nothing but what is seen, and the schedule goes on")
  func inconclusive() {
    var bench = Bench()
    let target = bench.target(1, interval: 1_000, fall: 1)
    bench.replace([target])
    #expect(bench.run(until: 1_001_500) { _, _ in .inconclusive("no socket") }.changes.isEmpty)
    #expect(!bench.word(target).isKnown && bench.status(target)?.lastResult == "no socket")
    _ = bench.run(until: 1_002_500)
    let before = bench.word(target)
    #expect(bench.run(until: 1_003_500) { _, _ in .inconclusive("no socket") }.changes.isEmpty)
    let after = bench.word(target)
    #expect(before.isKnown && after.isUp && after.soonestChange == before.soonestChange + 1_000)
  }

  @Test("unchanged targets keep health and schedule, removed ones stop")
  func replaceKeeps() {
    var bench = Bench()
    let (kept, removed) = (bench.target(1, interval: 1_000), bench.target(2, interval: 1_000))
    bench.replace([kept, removed, kept])
    _ = bench.run(until: 1_000_600) { target, _ in target == kept ? .dead("down") : .alive("") }
    let before = bench.status(kept)
    bench.replace([kept, bench.target(3)])
    #expect(bench.status(kept) == before)
    #expect(bench.roster.statuses.count == 2)
    let starts = bench.run(until: 1_005_000) { _, _ in .dead("down") }.starts
    let keptStarts = starts.filter { $0.key == kept.key }.map(\.at)
    #expect(keptStarts == [1_001_000, 1_002_000, 1_003_000, 1_004_000, 1_005_000])
    #expect(!starts.contains { $0.key == removed.key })
  }

  @Test("changed settings keep the health and follow a new schedule")
  func replaceChanges() {
    var bench = Bench()
    bench.replace([bench.target(1)])
    _ = bench.run(until: 1_000_600) { _, _ in .dead("down") }
    let changed = bench.target(1, interval: 500, timeout: 500, rise: 3)
    bench.replace([changed])
    #expect(!bench.word(changed).isUp)
    #expect(bench.word(changed).soonestChange == 1_000_600 + 2 * 500)
    let (starts, changes) = bench.run(until: 1_002_000)
    #expect(starts.map(\.at) == [1_000_600, 1_001_100, 1_001_600])
    #expect(changes.map(\.at) == [1_001_600])
  }

  @Test("the result of a probe of an earlier schedule is not taken")
  func staleResults() throws {
    var bench = Bench()
    bench.replace([bench.target(1)])
    let taken = bench.roster.takeDue(now: bench.now)
    let due = try #require(taken.first)
    let stale = Prober.Result(
      target: due.target, schedule: due.schedule, outcome: .dead("old path"))
    bench.replace([bench.target(1, interval: 5_000)])
    #expect(bench.roster.finish(stale, now: bench.now) == nil)
    #expect(!bench.word(due.target).isKnown)
    bench.replace([])
    #expect(bench.roster.finish(stale, now: bench.now) == nil)
    #expect(bench.run(until: 1_030_000).starts.isEmpty)
  }

  @Test("a target that comes back counts as it was until its first result")
  func comesBack() {
    var bench = Bench()
    let target = bench.target(1)
    bench.replace([target])
    _ = bench.run(until: 1_000_100) { _, _ in .dead("down") }
    bench.replace([])
    bench.replace([target])
    #expect(!bench.word(target).isUp)
    #expect(bench.run(until: 1_000_200).changes.map(\.isUp) == [true])
  }

  @Test("an interval of nothing does not trap")
  func noInterval() {
    var bench = Bench()
    bench.replace([bench.target(1, interval: 0, timeout: 0, fall: 0, rise: 0)])
    #expect(bench.run(until: 1_000_003).starts.count >= 3)
  }
}

@Suite("The queue of planned starts")
struct StartQueueTests {
  @Test("plans come out in the order of their starts")
  func order() {
    var queue = StartQueue()
    let key = ProbeKey(zone: "a.", check: "b", address: IPAddress(ipv4: 0), port: 1)
    let starts = (0..<500).map { UInt64($0 * 7_919 % 503) }
    for (index, start) in starts.enumerated() {
      queue.insert(StartQueue.Plan(start: start, schedule: UInt64(index), key: key))
    }
    var taken: [UInt64] = []
    while let plan = queue.removeFirst() { taken.append(plan.start) }
    #expect(taken == starts.sorted())
    #expect(queue.first == nil)
  }
}
