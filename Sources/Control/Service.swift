import Configuration
import DNSWire
import Glibc
import HealthCheck
import HealthState
import QueryEngine
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
  private let monitor: HealthMonitor
  private let server: Server
  private let demo: DemoBackends?

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
    let table = HealthTable()
    health = table
    let loaded = try LoadedFiles(settings, state, log, running: nil, health: table, key: key)
    let first = loaded.version(key: key, secret: secret)
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
    let relay = HealthRelay()
    monitor = HealthMonitor(table: table) { relay.pass($0) }
    monitor.replaceTargets(first.probes)
    relay.connect { [weak self] in self?.apply($0) }
    do throws(HealthCheckError) {
      try monitor.start()
    } catch {
      throw ControlError("\(error)")
    }
    awaitFirstResults()
    do throws(TransportError) {
      try server.start()
    } catch {
      throw ControlError("\(error)")
    }
    for address in server.addresses { log.note(.info, "listening on \(address) (UDP and TCP)") }
  }

  /// Reads settings, zones and MMDB files again and serves what is good of them. What is bad is logged with
  /// its place, and the version in use stays; so do settings that only a restart can change, with a warning.
  public func reload() {
    do throws(ControlError) {
      // Loading takes its time; changes of health are published meanwhile.
      let running = version.withLock(\.self)
      let (settings, restarting) = try rereading().reloaded(over: running.settings)
      if !restarting.isEmpty {
        log.note(
          .warning,
          "settings: only a restart changes \(restarting.joined(separator: ", ")); "
            + "the old ones stay in use")
      }
      let loaded = try LoadedFiles(
        settings, state, log, running: running, health: health, key: key)
      version.withLock { current in
        let next = loaded.version(key: key, secret: secret)
        publication.publish(next.storage.snapshot)
        current = next
        monitor.replaceTargets(next.probes)
      }
      state.keep(loaded.good, root: settings.zones, log: log)
      log.note(.info, "reloaded")
    } catch {
      log.note(.alarm, "\(error); the version in use stays")
    }
  }

  /// Stops probing, answers what was received, and returns when all threads have ended.
  public func stop() {
    monitor.stop()
    server.stop(drain: .seconds(5))
    demo?.stop()
    log.note(.info, "stopped")
  }

  /// Serves until SIGTERM or SIGINT; SIGHUP reloads. The signals have to be blocked in every thread, by
  /// `Signals.block` before the service is made.
  public func run() {
    var limitLog = RateLimitLog()
    while true {
      switch Signals.wait(seconds: 1) {
      case .reload: reload()
      case .stop: return stop()
      case nil:
        if let line = limitLog.line(server.statistics().rateLimit, now: Int64(time(nil))) {
          log.note(.warning, line)
        }
      }
    }
  }

  /// Waits until every target has been probed once and what follows is published, so that no client is sent
  /// to one that is known to be dead a moment later; at most 3 s, for a server that answers late is worse.
  private func awaitFirstResults() {
    for _ in 0..<300 where !monitor.isSettled { usleep(10_000) }
  }

  /// Publishes what follows from a change of health. Called on the monitor's thread.
  private func apply(_ change: HealthChange) {
    version.withLock { current in
      // What readers may still be in is kept until `publish` returns.
      let old = current.storage
      let turned = current.update(change.key)
      publication.publish(current.storage.snapshot)
      withExtendedLifetime(old) {}
      log.note(
        change.isUp ? .info : .warning,
        "health: \(change.key) is \(change.isUp ? "up" : "down"): \(change.reason)")
      for pool in turned {
        log.note(
          pool.isUp ? .info : .warning, "pool \(pool.name) is \(pool.isUp ? "up" : "down")")
      }
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

/// Hands changes of health to a service that can only be made after its monitor.
private final class HealthRelay: Sendable {
  private let receiver = Mutex<(@Sendable (HealthChange) -> Void)?>(nil)

  func connect(_ receiver: @escaping @Sendable (HealthChange) -> Void) {
    self.receiver.withLock { $0 = receiver }
  }

  func pass(_ change: HealthChange) {
    receiver.withLock(\.self)?(change)
  }
}
