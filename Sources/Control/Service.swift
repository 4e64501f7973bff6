import Configuration
import DNSWire
import GeoDatabase
import Glibc
import HealthCheck
import HealthState
import HostLookup
import LinuxSystem
import QueryEngine
import Synchronization
import Transport
import ZoneCompiler

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
  private let hosts: HostMonitor
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
    let loaded = try Self.load(settings, state, log, running: nil, health: table, key: key)
    let hostRelay = Relay<[HostChange]>()
    hosts = HostMonitor(settings: settings.resolver) { hostRelay.pass($0) }
    let first = loaded.version(key: key, secret: secret, hosts: hosts)
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
      let loaded = try Self.load(
        settings, state, log, running: running, health: health, key: key)
      // A host name that is new has addresses before it is in use.
      hosts.replaceHosts(running.hosts.union(loaded.hosts), settings: settings.resolver)
      waitBriefly { hosts.isSettled }
      version.withLock { current in
        let next = loaded.version(key: key, secret: secret, hosts: hosts)
        publication.publish(next.storage.snapshot)
        current = next
        monitor.replaceTargets(next.probes)
        hosts.replaceHosts(next.hosts, settings: settings.resolver)
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
    hosts.stop()
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

  /// Waits until every target has been probed once, and every host name resolved, and what follows is
  /// published, so that no client is sent to one that is known to be dead a moment later; at most 3 s, for a
  /// server that answers late is worse.
  private func waitBriefly(until isSettled: () -> Bool) {
    for _ in 0..<300 where !isSettled() { usleep(10_000) }
  }

  private static func load(
    _ settings: ServeSettings, _ state: StateFolder, _ log: Log, running: ServedVersion?,
    health: HealthTable, key: NameHashKey
  ) throws(ControlError) -> LoadedFiles {
    let geo = GeoLoading(
      paths: settings.geoip ?? GeoLoading.filesByDefault(in: "geoip"),
      countryCentres: settings.countryCentres, state: state, log: log)
    var good = GoodFiles()
    // A file stands for the one of before only in the same place of the same list.
    let old = running.flatMap { $0.databasePaths == geo.paths ? $0.databases : nil }
    let databases = try geo.load(running: old ?? [], good: &good)
    let compiler = ZoneCompiler(databases: try geo.together(databases), health: health, key: key)
    let loading = ZoneLoading(
      folder: settings.zones, state: state, log: log, now: Int64(time(nil)))
    let zones = try loading.load(
      with: compiler, running: running?.zones ?? [], isColdStart: running == nil, good: &good)
    for zone in zones {
      let old = running?.zones.first { $0.apex == zone.apex }
      if old !== zone {
        log.note(
          .info,
          "zone \(zone.apex) serial \(zone.serial): \(zone.counts.records) records, "
            + "\(zone.counts.steeredNames) steered names, \(zone.probes.count) probes")
      }
    }
    for zone in running?.zones ?? [] where !zones.contains(where: { $0.apex == zone.apex }) {
      log.note(.warning, "zone \(zone.apex): its file is gone; it is no longer served")
    }
    for apex in settings.zonesWithoutClientSubnet where !zones.contains(where: { $0.apex == apex })
    {
      log.note(.warning, "settings: edns.client-subnet-except names \(apex), which is not served")
    }
    return LoadedFiles(
      settings: settings, zones: zones, databases: databases, databasePaths: geo.paths, good: good)
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
      note(turned)
    }
  }

  /// Publishes what follows from addresses that host names have now. Called on the host monitor's thread.
  private func apply(_ changes: [HostChange]) {
    version.withLock { current in
      let old = current.storage
      let turned = current.update(Set(changes.map(\.name)))
      publication.publish(current.storage.snapshot)
      withExtendedLifetime(old) {}
      for change in changes {
        guard let note = change.note else { continue }
        log.note(note.isGood ? .info : .warning, "host \(change.name): \(note.text)")
      }
      self.note(turned)
    }
  }

  private func note(_ turned: [(name: String, isUp: Bool)]) {
    for pool in turned {
      log.note(
        pool.isUp ? .info : .warning, "pool \(pool.name) is \(pool.isUp ? "up" : "down")")
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

/// What was loaded, before it is a version.
private struct LoadedFiles {
  let settings: ServeSettings
  let zones: [CompiledZone]
  let databases: [GeoDatabase]
  let databasePaths: [String]
  let good: GoodFiles

  /// The host names in their pools.
  var hosts: Set<DomainName> {
    Set(zones.flatMap { $0.pools.flatMap(\.resolvedHosts) })
  }

  /// The version that serves them, its pools as health and addresses of hosts are at this moment.
  func version(key: NameHashKey, secret: CookieSecret, hosts: HostMonitor) -> ServedVersion {
    ServedVersion(
      zones: zones, databases: databases, databasePaths: databasePaths, key: key,
      settings: settings, secret: secret, hosts: hosts)
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
