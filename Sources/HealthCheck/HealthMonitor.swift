import Glibc
import HealthState
import Synchronization

/// Probes targets on a schedule from a thread of its own, and writes what it learns into a `HealthTable`.
///
/// ```
/// replaceTargets ─► Roster ─ due ─► Prober (libcurl, epoll) ─ outcome ─► Roster ─┬► HealthTable
///                   when, and what it means      how                             └► onChange
/// ```
public final class HealthMonitor: Sendable {
  private struct State {
    var roster: Roster
    var prober: Prober?
    var thread: WorkerThread?
    var isStopping = false
  }

  private let state: Mutex<State>
  private let certificateAuthorities: String?
  private let onChange: @Sendable (HealthChange) -> Void

  /// A monitor without targets that does not run yet.
  ///
  /// - Parameters:
  ///   - table: Where the health of each target is written after each probe.
  ///   - certificateAuthorities: The path of a PEM file with the authorities that the certificates of
  ///     `https` targets are verified by; nil: the system's.
  ///   - onChange: Called on the monitor's thread, once for each change of a target between up and down,
  ///     after the table shows it. A target counts as up until its first probe has ended. It may call
  ///     any method but `stop`.
  public init(
    table: HealthTable, certificateAuthorities: String? = nil,
    onChange: @escaping @Sendable (HealthChange) -> Void
  ) {
    state = Mutex(State(roster: Roster(table: table)))
    self.certificateAuthorities = certificateAuthorities
    self.onChange = onChange
  }

  /// Starts the thread; nothing where it was started before.
  public func start() throws(HealthCheckError) {
    let authorities = certificateAuthorities
    try state.withLock { state throws(HealthCheckError) in
      guard state.thread == nil, !state.isStopping else { return }
      let prober = try Prober(certificateAuthorities: authorities)
      state.thread = try WorkerThread(name: "health-check") { [self] in run(prober) }
      state.prober = prober
    }
  }

  /// Stops probing and waits for the end of the thread; probes under way are given up. What is known
  /// stays readable; a stopped monitor does not start again. Not callable from `onChange`.
  public func stop() {
    let thread = state.withLock { state in
      state.isStopping = true
      state.prober?.wake()
      state.prober = nil
      defer { state.thread = nil }
      return state.thread
    }
    thread?.join()
  }

  /// Makes `targets` the ones that are probed, each key once. A target that was there keeps its health,
  /// and with the same settings its schedule. Callable from any thread, before and after `start`.
  public func replaceTargets(_ targets: [ProbeTarget]) {
    let phase = Double.random(in: 0..<1)
    state.withLock { state in
      state.roster.replaceTargets(targets, now: monotonicMilliseconds(), phase: phase)
      state.prober?.wake()
    }
  }

  /// What is known of every target, in no particular order. Callable from any thread.
  public func snapshot() -> [TargetStatus] { state.withLock { $0.roster.statuses } }

  private func run(_ prober: Prober) {
    let capacity = Self.capacity()
    while true {
      let (isStopping, nextStart) = state.withLock { state in
        while prober.count < capacity,
          let due = state.roster.nextDue(now: monotonicMilliseconds())
        {
          prober.start(due.target, schedule: due.schedule)
        }
        return (state.isStopping, state.roster.nextStart)
      }
      if isStopping { return }
      let results = prober.wait(until: prober.count < capacity ? nextStart : nil)
      let now = monotonicMilliseconds()
      let changes = state.withLock { state in
        results.compactMap { state.roster.finish($0, now: now) }
      }
      changes.forEach(onChange)
    }
  }

  /// How many probes may be under way: half of the descriptors that the process may open.
  private static func capacity() -> Int {
    var limits = rlimit()
    // SAFETY: getrlimit fills the structure that it is handed.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else {
      return 256
    }
    return max(16, Int(clamping: min(limits.rlim_cur, 16_384) / 2))
  }
}
