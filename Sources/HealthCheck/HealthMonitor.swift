import Glibc
import HealthState
import LinuxSystem
import Synchronization

/// Probes targets on a schedule from a thread of its own, and writes what it learns into a `HealthTable`.
///
/// ```
/// replaceTargets ─► Roster ── due ─► Prober ─ outcome ─► Roster ─┬────────────► HealthTable
///                   when, and what   libcurl, epoll              └─► Courier ─► onChange
///                   it means
/// ```
public final class HealthMonitor: Sendable {
  private struct Engine {
    let prober: Prober
    let courier: Courier
    let threads: [Thread]
  }

  private struct State {
    var roster: Roster
    var engine: Engine?
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
  ///   - onChange: Called once for each change of a target between up and down, after the table shows it;
  ///     in the order of the changes, on a thread that it may hold up without harm to the probes. A target
  ///     counts as up until its first probe has ended. It may call any method but `stop`.
  public init(
    table: HealthTable, certificateAuthorities: String? = nil,
    onChange: @escaping @Sendable (HealthChange) -> Void
  ) {
    state = Mutex(State(roster: Roster(table: table)))
    self.certificateAuthorities = certificateAuthorities
    self.onChange = onChange
  }

  /// Starts the threads; nothing where they were started before.
  public func start() throws(HealthCheckError) {
    let authorities = certificateAuthorities
    let receiver = onChange
    try state.withLock { state throws(HealthCheckError) in
      guard state.engine == nil, !state.isStopping else { return }
      let prober = try Prober(certificateAuthorities: authorities)
      let courier: Courier
      do throws(SystemError) {
        courier = try Courier()
      } catch {
        throw .system(error)
      }
      let reporting = try thread("health-report") { courier.run(receiver) }
      do throws(HealthCheckError) {
        let probing = try thread("health-check") { [self] in run(prober, courier) }
        state.engine = Engine(prober: prober, courier: courier, threads: [probing, reporting])
      } catch {
        courier.stop()
        throw error
      }
    }
  }

  /// Stops probing, reports what is left to report and waits for the end of the threads; probes under way
  /// are given up. What is known stays readable; a stopped monitor does not start again. Not callable from
  /// `onChange`.
  public func stop() {
    let engine = state.withLock { state in
      state.isStopping = true
      defer { state.engine = nil }
      return state.engine
    }
    engine?.prober.wake()
    engine?.threads.forEach { $0.join() }
  }

  /// Makes `targets` the ones that are probed, each key once. A target that was there keeps its health,
  /// and with the same settings its schedule. Callable from any thread, before and after `start`.
  public func replaceTargets(_ targets: [ProbeTarget]) {
    let phase = Double.random(in: 0..<1)
    state.withLock { state in
      state.roster.replaceTargets(targets, now: monotonicMilliseconds(), phase: phase)
      state.engine?.prober.wake()
    }
  }

  /// Whether every target has had a result, and all changes up to now have been handed on. Callable from any
  /// thread.
  public var isSettled: Bool {
    state.withLock { $0.roster.isKnown && $0.engine?.courier.isIdle ?? true }
  }

  /// What is known of every target, in no particular order. Callable from any thread.
  public func snapshot() -> [TargetStatus] { state.withLock { $0.roster.statuses } }

  private func run(_ prober: Prober, _ courier: Courier) {
    let capacity = Self.capacity()
    while true {
      let room = capacity - prober.count
      let (due, nextStart, isStopping) = state.withLock { state in
        (
          state.roster.takeDue(now: monotonicMilliseconds(), limit: room), state.roster.nextStart,
          state.isStopping
        )
      }
      if isStopping { break }
      for probe in due { prober.start(probe.target, schedule: probe.schedule) }
      let results = prober.wait(until: prober.count < capacity ? nextStart : nil)
      let now = monotonicMilliseconds()
      // Sent under the lock, or else `isSettled` could miss what is neither here nor there.
      state.withLock { state in
        courier.send(results.compactMap { state.roster.finish($0, now: now) })
      }
    }
    courier.stop()
  }

  private func thread(
    _ name: String, _ body: @escaping @Sendable () -> Void
  ) throws(HealthCheckError) -> Thread {
    do throws(SystemError) {
      return try Thread(name: name, body)
    } catch {
      throw .system(error)
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
