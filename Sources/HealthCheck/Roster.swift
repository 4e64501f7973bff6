import HealthState

/// All targets with their health and their schedule: a value that knows no clock and no socket.
///
/// Times are monotonic milliseconds.
struct Roster {
  private struct Entry {
    var target: ProbeTarget
    let cell: HealthCell
    var health: TargetHealth
    /// The number of its schedule, 0 before the first; results and plans of an earlier one do not count.
    var schedule: UInt64 = 0
    /// The planned start of the probe that comes next or is under way.
    var start: UInt64 = 0
    /// Milliseconds from this start to the next one.
    var gap: UInt64 = 0
    var lastResult: String?
    var lastChange: UInt64?

    init(target: ProbeTarget, cell: HealthCell) {
      self.target = target
      self.cell = cell
      health = TargetHealth(isUp: cell.load().isUp)
    }

    /// Milliseconds between the starts of two probes.
    var interval: UInt64 { UInt64(max(target.settings.interval, 1)) }

    /// Goes on to the next start.
    mutating func advance() {
      start += gap
      gap = interval
    }
  }

  private let table: HealthTable
  private var entries: [ProbeKey: Entry] = [:]
  private var queue = StartQueue()
  private var schedules: UInt64 = 0

  /// A roster without targets, which writes what it learns into `table`.
  init(table: HealthTable) { self.table = table }

  /// When the next probe starts; may be early where that was of a schedule that no longer counts.
  var nextStart: UInt64? { queue.first?.start }

  /// Whether every target has had a result.
  var isKnown: Bool { entries.values.allSatisfy(\.health.isKnown) }

  /// What is known of every target, in no particular order.
  var statuses: [TargetStatus] {
    entries.values.map {
      TargetStatus(
        target: $0.target, health: $0.health, lastResult: $0.lastResult, lastChange: $0.lastChange,
        nextStart: $0.start)
    }
  }

  /// Makes `targets` the ones that are probed. A target that was there with the same settings goes on as
  /// it was; with other settings it keeps its health and gets a new schedule.
  ///
  /// New schedules are spread: their first probes over a second, or a millisecond for each of them where
  /// that is longer, so that results come soon; their second ones over what is left of the interval, which
  /// is where all later ones stay. `phase`, in 0..<1, turns that spread, so that servers which start
  /// together do not probe together.
  mutating func replaceTargets(_ targets: [ProbeTarget], now: UInt64, phase: Double) {
    var kept: [ProbeKey: Entry] = [:]
    var fresh: [ProbeTarget] = []
    for target in targets where kept[target.key] == nil {
      var entry =
        entries[target.key] ?? Entry(target: target, cell: table.cell(for: target.key))
      if entry.schedule == 0 || entry.target != target { fresh.append(target) }
      entry.target = target
      kept[target.key] = entry
    }
    entries = kept
    for (index, target) in fresh.enumerated() {
      let share = Double(index) / Double(fresh.count)
      let turned = (share + phase).truncatingRemainder(dividingBy: 1)
      plan(target, now: now, within: UInt64(max(1000, fresh.count)), share: share, turned: turned)
    }
  }

  /// Gives a target a new schedule: the first probe at `share` of the time `within`, or of the interval
  /// where that is shorter, the second at `turned` of the time from its timeout to its interval after it.
  private mutating func plan(
    _ target: ProbeTarget, now: UInt64, within: UInt64, share: Double, turned: Double
  ) {
    guard var entry = entries[target.key] else { return }
    let timeout = min(UInt64(target.settings.timeout), entry.interval)
    schedules += 1
    entry.schedule = schedules
    entry.start = now + UInt64(Double(min(entry.interval, within)) * share)
    entry.gap = timeout + UInt64(Double(entry.interval - timeout) * turned)
    if entry.health.isKnown { publish(entry) }
    entries[target.key] = entry
    queue.insert(StartQueue.Plan(start: entry.start, schedule: entry.schedule, key: target.key))
  }

  /// Takes out the probes that are due at `now`, `limit` of them at most.
  mutating func takeDue(
    now: UInt64, limit: Int = .max
  ) -> [(target: ProbeTarget, schedule: UInt64)] {
    var due: [(target: ProbeTarget, schedule: UInt64)] = []
    while due.count < limit, let plan = queue.first, plan.start <= now {
      _ = queue.removeFirst()
      guard var entry = entries[plan.key], entry.schedule == plan.schedule else { continue }
      if now >= entry.start + entry.gap {
        // Whole intervals were missed: one probe makes up for all of them.
        entry.advance()
        entry.start = now - (now - entry.start) % entry.interval
        entries[plan.key] = entry
      }
      due.append((entry.target, entry.schedule))
    }
    return due
  }

  /// Takes in the outcome of a probe and plans the next; returns the change that it made.
  mutating func finish(_ result: Prober.Result, now: UInt64) -> HealthChange? {
    let key = result.target.key
    guard var entry = entries[key], entry.schedule == result.schedule else { return nil }
    entry.advance()
    entry.lastResult = result.outcome.text
    var change: HealthChange?
    if let succeeded = result.outcome.succeeded,
      entry.health.record(succeeded: succeeded, settings: entry.target.settings)
    {
      entry.lastChange = now
      change = HealthChange(key: key, isUp: succeeded, reason: result.outcome.text, at: now)
    }
    if entry.health.isKnown { publish(entry) }
    entries[key] = entry
    queue.insert(StartQueue.Plan(start: entry.start, schedule: entry.schedule, key: key))
    return change
  }

  private func publish(_ entry: Entry) {
    entry.cell.store(entry.health.word(nextStart: entry.start, settings: entry.target.settings))
  }
}
