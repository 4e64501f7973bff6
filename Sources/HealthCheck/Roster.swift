import HealthState

/// All targets with their health and their schedule: a value that knows no clock and no socket.
///
/// Times are monotonic milliseconds.
struct Roster {
  private struct Entry {
    var target: ProbeTarget
    var health: TargetHealth
    let cell: HealthCell
    /// The number of its schedule; results and plans of an earlier one no longer count.
    var schedule: UInt64
    /// The planned start of the probe that comes next or is under way.
    var start: UInt64
    /// Milliseconds from this start to the next one.
    var gap: UInt64
    var lastResult: String?
    var lastChange: UInt64?
  }

  private let table: HealthTable
  private var entries: [ProbeKey: Entry] = [:]
  private var queue = StartQueue()
  private var schedules: UInt64 = 0

  /// A roster without targets, which writes what it learns into `table`.
  init(table: HealthTable) { self.table = table }

  /// When the next probe starts; may be early where that was of a schedule that no longer counts.
  var nextStart: UInt64? { queue.first?.start }

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
  /// New schedules are spread: their first probes over the first second, so that results come soon, their
  /// second ones over what is left of the interval, which is where all later ones stay. `phase`, in 0..<1,
  /// turns that spread, so that servers which start together do not probe together.
  mutating func replaceTargets(_ targets: [ProbeTarget], now: UInt64, phase: Double) {
    var kept: [ProbeKey: Entry] = [:]
    var fresh: [ProbeTarget] = []
    for target in targets where kept[target.key] == nil {
      let known = entries[target.key]
      if known?.target != target { fresh.append(target) }
      let cell = known?.cell ?? table.cell(for: target.key)
      var entry =
        known
        ?? Entry(
          target: target, health: TargetHealth(isUp: cell.load().isUp), cell: cell, schedule: 0,
          start: 0, gap: 0)
      entry.target = target
      kept[target.key] = entry
    }
    entries = kept
    for (index, target) in fresh.enumerated() {
      let share = Double(index) / Double(fresh.count)
      start(target, now: now, share: share, turned: (share + phase).truncatingRemainder(dividingBy: 1))
    }
  }

  private mutating func start(_ target: ProbeTarget, now: UInt64, share: Double, turned: Double) {
    guard var entry = entries[target.key] else { return }
    let settings = target.settings
    let interval = UInt64(max(settings.interval, 1))
    let timeout = min(UInt64(settings.timeout), interval)
    schedules += 1
    entry.schedule = schedules
    entry.start = now + UInt64(Double(min(interval, 1000)) * share)
    entry.gap = timeout + UInt64(Double(interval - timeout) * turned)
    if entry.health.isKnown { publish(entry) }
    entries[target.key] = entry
    queue.insert(StartQueue.Plan(start: entry.start, schedule: entry.schedule, key: target.key))
  }

  /// Takes out a probe that is due at `now`; nil where there is none.
  mutating func nextDue(now: UInt64) -> (target: ProbeTarget, schedule: UInt64)? {
    while let plan = queue.first, plan.start <= now {
      _ = queue.removeFirst()
      if let entry = entries[plan.key], entry.schedule == plan.schedule {
        return (entry.target, entry.schedule)
      }
    }
    return nil
  }

  /// Takes in the outcome of a probe and plans the next; returns the change that it made.
  mutating func finish(_ result: Prober.Result, now: UInt64) -> HealthChange? {
    let key = result.target.key
    guard var entry = entries[key], entry.schedule == result.schedule else { return nil }
    let interval = UInt64(max(entry.target.settings.interval, 1))
    // A start that is overdue is made up for once; whole intervals that were missed are not.
    entry.start += entry.gap
    if now > entry.start { entry.start = now - (now - entry.start) % interval }
    entry.gap = interval
    entry.lastResult = result.outcome.text
    var change: HealthChange?
    if let succeeded = result.outcome.succeeded,
      entry.health.record(succeeded: succeeded, settings: entry.target.settings)
    {
      entry.lastChange = now
      change = HealthChange(
        key: key, isUp: succeeded, reason: result.outcome.text, at: now)
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
