import Configuration
import DNSWire
import Explain
import Glibc
import HealthCheck
import HealthState
import HostLookup
import LinuxSystem
import QueryEngine
import SourceText
import Steering
import Synchronization
import Transport

/// A running name server: what it serves, the probes that watch it and the sockets it answers on.
public final class Service: Sendable {
  private let rereading: @Sendable () throws(ControlError) -> ServeSettings
  private let state: StateFolder
  private let log: Log
  private let key: NameHashKey
  private let secret: CookieSecret
  private let health: HealthTable
  private let version: Mutex<ServedVersion>
  private let publication: Publication
  private let report = Mutex<LoadReport?>(nil)
  private let loadFile: Mutex<LoadFile?>
  private let monitor: HealthMonitor
  private let hosts: HostMonitor
  private let server: Server
  private let demo: DemoBackends?
  private let explainer = Explainer(seed: .random(in: .min ... .max))
  private let admin = Mutex<AdminServer?>(nil)

  /// Where the administration listens, with the port that it got; nil where it does not.
  public var adminAddress: ListenAddress? { admin.withLock { $0?.listening } }
  /// Where it listens, with the ports that it got.
  public var addresses: [ListenAddress] { server.addresses }

  /// Loads everything, binds every address and starts to serve and to probe.
  ///
  /// - Parameters:
  ///   - settings: what to start with.
  ///   - log: where events are noted.
  ///   - rereading: reads the settings again for a reload; the same as before where it is nil.
  public init(
    _ settings: ServeSettings, log: Log = .standardError,
    rereading: (@Sendable () throws(ControlError) -> ServeSettings)? = nil
  ) throws(ControlError) {
    self.rereading = rereading ?? { () throws(ControlError) in settings }
    self.log = log
    key = NameHashKey(seed: UInt64.random(in: .min ... .max))
    secret = .random()
    state = StateFolder(path: settings.state ?? "state")
    loadFile = Mutex(LoadFile(settings))
    let table = HealthTable()
    health = table
    let loaded = try LoadedFiles(settings, state, log, running: nil, health: table, key: key)
    let hostRelay = Relay<[HostChange]>()
    hosts = HostMonitor(settings: settings.resolver) { hostRelay.pass($0) }
    let first = loaded.version(
      key: key, secret: secret, held: HeldPools(state.heldPools), report: nil, hosts: hosts)
    version = Mutex(first)
    publication = Publication(first.storage.snapshot)
    demo = try settings.isDemo ? Self.startDemo() : nil
    do throws(TransportError) {
      server = try Server(
        addresses: settings.listen,
        workers: settings.workerCount,
        publication: publication, settings: settings.transport)
    } catch {
      throw ControlError("\(error)")
    }
    try Self.dropPrivileges(settings, state, log)
    state.keep(loaded.good, root: settings.zones, log: log)
    let relay = Relay<HealthChange>()
    monitor = HealthMonitor(table: table) { relay.pass($0) }
    monitor.replaceTargets(first.probes)
    relay.connect { [weak self] in self?.apply($0) }
    hosts.replaceHosts(first.hosts, settings: settings.resolver)
    hostRelay.connect { [weak self] in self?.apply($0) }
    do throws(HealthCheckError) {
      try monitor.start()
    } catch {
      throw ControlError("\(error)")
    }
    do throws(SystemError) {
      try hosts.start()
    } catch {
      throw ControlError("host names: \(error)")
    }
    waitBriefly { monitor.isSettled && hosts.isSettled }
    do throws(TransportError) {
      try server.start()
    } catch {
      throw ControlError("\(error)")
    }
    if let address = settings.admin {
      let admin = try AdminServer(address) { [weak self] in
        self?.administer($0) ?? HTTPReply(status: 503, body: "the server is stopping\n")
      }
      log.note(.info, "administration on http://\(admin.listening)")
      self.admin.withLock { $0 = admin }
    }
    for address in server.addresses { log.note(.info, "listening on \(address) (UDP and TCP)") }
  }

  /// Reads settings, zones and MMDB files again and serves what is good of them. What is bad is logged with
  /// its place, and the version in use stays; so do settings that only a restart can change, with a warning.
  public func reload() {
    do throws(ControlError) {
      // Loading takes its time; changes of health are published meanwhile.
      let running = version.withLock(\.self)
      running.databases.compiler.forgetUnusedMaps()
      let (settings, restarting) = try rereading().reloaded(over: running.settings)
      if !restarting.isEmpty {
        log.note(
          .warning,
          "settings: only a restart changes \(restarting.joined(separator: ", ")); "
            + "the old ones stay in use")
      }
      let loaded = try inBackground { [state, log, health, key] () throws(ControlError) in
        try LoadedFiles(settings, state, log, running: running, health: health, key: key)
      }
      // A host name that is new has addresses before it is in use.
      hosts.replaceHosts(running.hosts.union(loaded.hosts), settings: settings.resolver)
      waitBriefly { hosts.isSettled }
      version.withLock { current in
        let next = loaded.version(
          key: key, secret: secret, held: current.held, report: report.withLock(\.self),
          hosts: hosts)
        publication.publish(next.storage.snapshot)
        current = next
        monitor.replaceTargets(next.probes)
        hosts.replaceHosts(next.hosts, settings: settings.resolver)
      }
      state.keep(loaded.good, root: settings.zones, log: log)
      watchLoads(settings)
      log.note(
        .info,
        "reloaded: \(loaded.zones.count - loaded.unchanged) of \(loaded.zones.count) zones read")
    } catch {
      log.note(.alarm, "\(error); the version in use stays")
    }
  }

  /// Runs `body` on a thread that leaves the processors to those that answer.
  private func inBackground<Value: Sendable>(
    _ body: @escaping @Sendable () throws(ControlError) -> Value
  ) throws(ControlError) -> Value {
    let result = Mutex<Result<Value, ControlError>?>(nil)
    let thread: Thread
    do throws(SystemError) {
      thread = try Thread(name: "load", priority: .background) {
        let value = Result(catching: body)
        result.withLock { $0 = value }
      }
    } catch {
      throw ControlError("\(error)")
    }
    thread.join()
    guard let value = result.withLock(\.self) else { preconditionFailure("it has ended") }
    return try value.get()
  }

  /// Why a client gets an answer, by the version that is served and with the health of this moment.
  func explain(_ question: Explainer.Question) -> Explanation {
    let current = version.withLock(\.self)
    let probes = Dictionary(
      monitor.snapshot().map { ($0.target.key, $0) }, uniquingKeysWith: { first, _ in first })
    return explainer.explain(
      question,
      in: Explainer.Version(
        zones: current.zones, snapshot: current.storage.snapshot,
        databases: current.databases.located,
        isUp: { [health] in health.cell(for: $0).load().isUp },
        probeResult: { probes[$0]?.lastResult },
        hostAddresses: hosts.addresses))
  }

  /// Stops probing, answers what was received, and returns when all threads have ended.
  public func stop() {
    admin.withLock { $0?.stop() }
    monitor.stop()
    hosts.stop()
    server.stop(drain: .seconds(5))
    demo?.stop()
    log.note(.info, "stopped")
  }

  /// Serves until SIGTERM or SIGINT; SIGHUP reloads. The signals have to be blocked in every thread, by
  /// `Signals.block` before the service is made.
  public func run() {
    var limitLog = RateLimitLog()
    returnFreeMemory()
    while true {
      switch Signals.wait(seconds: 1) {
      case .reload:
        reload()
        returnFreeMemory()
      case .stop: return stop()
      case nil:
        lookAtLoads()
        holdAndRelease()
        if let line = limitLog.line(server.statistics().rateLimit, now: Int64(time(nil))) {
          log.note(.warning, line)
        }
      }
    }
  }

  /// Waits until every target has been probed once, and every host name resolved, and what follows is
  /// published, so that no client is sent to one that is known to be dead a moment later; at most 3 s, for a
  /// server that answers late is worse.
  private func waitBriefly(until isSettled: () -> Bool) {
    let end = monotonicMilliseconds() + 3000
    while !isSettled(), monotonicMilliseconds() < end { usleep(10_000) }
  }

  /// Publishes what follows from a change of health. Called on the monitor's thread.
  private func apply(_ change: HealthChange) {
    version.withLock { current in
      // What readers may still be in is kept until `publish` returns.
      let old = current.storage
      let turned = current.update(change.key)
      let events = current.hold(at: monotonicMilliseconds())
      publication.publish(current.storage.snapshot)
      withExtendedLifetime(old) {}
      log.note(
        change.isUp ? .info : .warning,
        "health: \(change.key) is \(change.isUp ? "up" : "down"): \(change.reason)")
      note(turned)
      note(events, in: current)
    }
  }

  /// Publishes what follows from addresses that host names have now. Called on the host monitor's thread.
  private func apply(_ changes: [HostChange]) {
    change { current in
      let turned = current.update(Set(changes.map(\.name)))
      let events = current.hold(at: monotonicMilliseconds())
      for change in changes {
        guard let note = change.note else { continue }
        log.note(note.isGood ? .info : .warning, "host \(change.name): \(note.text)")
      }
      note(turned)
      note(events, in: current)
      return true
    }
  }

  private func note(_ turned: [(name: String, isUp: Bool)]) {
    for pool in turned {
      log.note(
        pool.isUp ? .info : .warning, "pool \(pool.name) is \(pool.isUp ? "up" : "down")")
    }
  }

  /// Lets failovers go back to pools that have been up for long enough.
  private func holdAndRelease() {
    change { current in
      let events = current.hold(at: monotonicMilliseconds())
      note(events, in: current)
      return !events.isEmpty
    }
  }

  /// Lets the failover of `owner`, or of the policy with that name, go back to its pools that are up. The
  /// subject of the failover, and the pools; no pools where none is held back and up.
  public func failBack(_ owner: String) throws(ControlError) -> (subject: String, pools: [String]) {
    let wanted = owner.lowercased()
    var result: (subject: String, pools: [String])?
    var subjects: [String] = []
    change { current in
      subjects = current.subjects
      let found = subjects.filter { subject in
        let name = subject.lowercased()
        return name == wanted || name.hasPrefix(wanted + " (") || name.hasPrefix(wanted + ". (")
      }
      guard found.count == 1 else { return false }
      let pools = current.release(found[0])
      result = (found[0], pools)
      if !pools.isEmpty {
        note(pools.map { .released(.init(subject: found[0], pool: $0)) }, in: current)
      }
      return !pools.isEmpty
    }
    if let result { return result }
    let known = subjects.isEmpty ? "none" : subjects.joined(separator: ", ")
    throw ControlError("no failover with failback= is at '\(owner)'; there is \(known)")
  }

  /// Changes the version that is served, and publishes it where `body` says so.
  private func change(_ body: (inout ServedVersion) -> Bool) {
    version.withLock { current in
      // What readers may still be in is kept until `publish` returns.
      let old = current.storage
      if body(&current) { publication.publish(current.storage.snapshot) }
      withExtendedLifetime(old) {}
    }
  }

  private func note(_ events: [HeldPools.Event], in current: ServedVersion) {
    guard !events.isEmpty else { return }
    for event in events {
      switch event {
      case .heldBack(let key, let failback):
        log.note(
          .info, "failback: \(key.subject) does not go back to \(key.pool) \(failback.explanation)")
      case .released(let key):
        log.note(.info, "failback: \(key.subject) goes back to \(key.pool)")
      }
    }
    state.keep(held: current.manuallyHeld, log: log)
  }

  /// Looks at another file of loads from now on where the settings name another one.
  private func watchLoads(_ settings: ServeSettings) {
    let next = LoadFile(settings)
    loadFile.withLock { file in
      if next?.path != file?.path || next?.lifetime != file?.lifetime { file = next }
    }
  }

  /// Takes note of reported loads that are new, or too old.
  private func lookAtLoads() {
    let news = loadFile.withLock { $0?.news(now: Int64(time(nil))) }
    switch news {
    case nil: return
    case .report(let found):
      for problem in found.problems.prefix(10) { log.note(.warning, "load: \(problem)") }
      report.withLock { $0 = found }
    case .lost(let reason):
      log.note(.warning, "load: \(reason); least-load goes by chance")
      report.withLock { $0 = nil }
    }
    let found = report.withLock(\.self)
    change { current in
      let unknown = current.take(found)
      if !unknown.isEmpty {
        log.note(.warning, "load: no pool \(unknown.prefix(10).joined(separator: ", "))")
      }
      return true
    }
  }

  private static func startDemo() throws(ControlError) -> DemoBackends {
    do throws(DemoBackendsError) {
      return try DemoBackends()
    } catch {
      throw ControlError("\(error)")
    }
  }

  private static func dropPrivileges(
    _ settings: ServeSettings, _ state: StateFolder, _ log: Log
  ) throws(ControlError) {
    let boundLow = settings.listen.contains { $0.port > 0 && $0.port < 1024 }
    guard let user = settings.user ?? (geteuid() == 0 && boundLow ? "nobody" : nil),
      user != "root"
    else { return }
    state.give(to: user)
    do throws(TransportError) {
      try Privileges.drop(to: user)
    } catch {
      throw ControlError("\(error)")
    }
    log.note(.info, "running as \(user)")
  }
}

extension Failback {
  /// For how long a pool is held back, for the log.
  fileprivate var explanation: String {
    switch self {
    case .auto: "yet"
    case .after(let milliseconds):
      "before it has been up for \(DurationText.text(milliseconds: Int64(milliseconds)))"
    case .manual: "before 'sextant ctl failback' says so"
    }
  }
}

/// Hands changes to a service that can only be made after its monitors.
private final class Relay<Change>: Sendable {
  private let receiver = Mutex<(@Sendable (Change) -> Void)?>(nil)

  func connect(_ receiver: @escaping @Sendable (Change) -> Void) {
    self.receiver.withLock { $0 = receiver }
  }

  func pass(_ change: Change) {
    receiver.withLock(\.self)?(change)
  }
}
