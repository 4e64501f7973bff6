import Foundation
import HealthState
import LinuxSystem
import Synchronization
import Testing

@testable import HealthCheck

/// A running monitor whose changes a test waits for.
private final class Watch: Sendable {
  let table = HealthTable()
  let monitor: HealthMonitor
  private let changes: AsyncStream<HealthChange>

  init(_ targets: [ProbeTarget]) throws {
    let (stream, continuation) = AsyncStream.makeStream(of: HealthChange.self)
    changes = stream
    monitor = HealthMonitor(table: table) { continuation.yield($0) }
    monitor.replaceTargets(targets)
    try monitor.start()
  }

  func nextChange() async throws -> HealthChange {
    try #require(await changes.first { _ in true })
  }

  func isUp(_ target: ProbeTarget) -> Bool { table.cell(for: target.key).load().isUp }
}

@Suite("The monitor, with real sockets and real time", .timeLimit(.minutes(5)))
struct HealthMonitorTests {
  /// What the server promises beyond fall or rise × interval + timeout, in milliseconds.
  private static let slack: UInt64 = 500

  private static let kinds: [(String, CheckSettings.Kind)] = [
    ("127.0.77.1", .tcp),
    ("127.0.77.2", .http(.init(path: "/health", body: "ready"), secure: false)),
  ]

  @Test("a killed target is noticed, and its return, within the promised time", arguments: kinds)
  func promise(address: String, kind: CheckSettings.Kind) async throws {
    let settings = CheckSettings(kind: kind, interval: 300, timeout: 300, fall: 3, rise: 2)
    let text = answer("200 OK", "ready")
    let server = try RawServer(address, answer: text)
    let target = ProbeTarget(server.address, server.port, settings)
    // One that was never there says that the first round is over.
    let refusing = try RawServer.refusing(address)
    defer { refusing.stop() }
    let other = ProbeTarget(refusing.address, refusing.port, settings)
    let watch = try Watch([target, other])
    defer { watch.monitor.stop() }
    #expect(try await watch.nextChange().key == other.key)
    #expect(watch.isUp(target) && !watch.isUp(other))

    let killed = monotonicMilliseconds()
    server.stop()
    let down = try await watch.nextChange()
    #expect(down.key == target.key && !down.isUp && down.reason == "connection refused")
    #expect(down.at - killed <= 3 * 300 + 300 + Self.slack)
    #expect(!watch.isUp(target))

    let started = monotonicMilliseconds()
    let again = try RawServer(address, port: server.port, answer: text)
    defer { again.stop() }
    let up = try await watch.nextChange()
    #expect(up.key == target.key && up.isUp)
    #expect(up.at - started <= 2 * 300 + 300 + Self.slack)
    #expect(watch.isUp(target))
  }

  @Test("it is settled once every target has a result and every change has been handed on")
  func settled() throws {
    let refusing = try RawServer.refusing()
    defer { refusing.stop() }
    let called = DispatchSemaphore(value: 0)
    let released = DispatchSemaphore(value: 0)
    let monitor = HealthMonitor(table: HealthTable()) { _ in
      called.signal()
      released.wait()
    }
    #expect(monitor.isSettled)
    let settings = CheckSettings(kind: .tcp, interval: 60_000, timeout: 1000)
    monitor.replaceTargets([ProbeTarget(refusing.address, refusing.port, settings)])
    #expect(!monitor.isSettled)
    try monitor.start()
    defer { monitor.stop() }
    called.wait()
    #expect(!monitor.isSettled)
    released.signal()
    while !monitor.isSettled { usleep(1000) }
  }

  @Test("a target that hangs is down by its timeout")
  func hanging() async throws {
    let server = try RawServer { connection in
      while connection.read() != nil {}
    }
    defer { server.stop() }
    let hanging = ProbeTarget(server.address, server.port, .http(timeout: 300))
    let watch = try Watch([hanging])
    defer { watch.monitor.stop() }
    let change = try await watch.nextChange()
    #expect(change.reason == "no answer within 300 ms" && !change.isUp)
  }

  @Test("a target is probed once a key, whatever names it twice")
  func once() async throws {
    let connections = Mutex(0)
    let server = try RawServer { connection in
      connections.withLock { $0 += 1 }
      if connection.readRequest() != nil { connection.write(answer("500 No")) }
    }
    defer { server.stop() }
    let settings = CheckSettings(kind: .http(.init(), secure: false), interval: 86_400_000)
    let target = ProbeTarget(server.address, server.port, settings)
    let watch = try Watch([target, target, target])
    defer { watch.monitor.stop() }
    #expect(try await watch.nextChange().reason == "HTTP status 500, expected 200-299")
    #expect(watch.monitor.snapshot().count == 1)
    #expect(connections.withLock { $0 } == 1)
  }

  @Test("targets come and go while it runs; the snapshot tells of them")
  func replace() async throws {
    let server = try RawServer.refusing()
    defer { server.stop() }
    let settings = CheckSettings(kind: .tcp, interval: 86_400_000)
    let first = ProbeTarget(server.address, server.port, settings, check: "first")
    let second = ProbeTarget(server.address, server.port, settings, check: "second")
    let watch = try Watch([])
    defer { watch.monitor.stop() }
    watch.monitor.replaceTargets([first])
    #expect(try await watch.nextChange().key == first.key)
    watch.monitor.replaceTargets([first, second])
    #expect(try await watch.nextChange().key == second.key)
    let statuses = watch.monitor.snapshot()
    #expect(Set(statuses.map(\.target)) == [first, second])
    #expect(statuses.allSatisfy { $0.lastResult == "connection refused" && !$0.health.isUp })
    #expect(statuses.allSatisfy { $0.lastChange != nil && $0.health.failures == 1 })
    watch.monitor.replaceTargets([second])
    #expect(watch.monitor.snapshot().map(\.target) == [second])
  }

  @Test("a monitor stops with probes under way, twice without harm, and does not start again")
  func stops() throws {
    let server = try RawServer { connection in
      while connection.read() != nil {}
    }
    defer { server.stop() }
    let watch = try Watch([ProbeTarget(server.address, server.port, .http(timeout: 60_000))])
    try watch.monitor.start()
    watch.monitor.stop()
    watch.monitor.stop()
    try watch.monitor.start()
    #expect(watch.monitor.snapshot().count == 1)
  }

  @Test("a callback that takes its time does not hold up the probes")
  func slowCallback() throws {
    let server = try RawServer.refusing()
    defer { server.stop() }
    let (entered, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let reported = Mutex<[ProbeKey]>([])
    let table = HealthTable()
    let monitor = HealthMonitor(table: table) { change in
      reported.withLock { $0.append(change.key) }
      entered.signal()
      release.wait()
    }
    let settings = CheckSettings(kind: .tcp)
    let targets = ["a", "b", "c"].map {
      ProbeTarget(server.address, server.port, settings, check: $0)
    }
    monitor.replaceTargets([targets[0]])
    try monitor.start()
    entered.wait()
    monitor.replaceTargets(targets)
    while targets.contains(where: { table.cell(for: $0.key).load().isUp }) { sched_yield() }
    #expect(reported.withLock { $0 } == [targets[0].key])
    for _ in targets { release.signal() }
    monitor.stop()
    #expect(reported.withLock { $0 } == targets.map(\.key))
  }

  @Test("the callback may use the monitor")
  func reentrant() throws {
    let ended = DispatchSemaphore(value: 0)
    let held = Mutex<HealthMonitor?>(nil)
    let monitor = HealthMonitor(table: HealthTable()) { _ in
      held.withLock { monitor in
        monitor?.replaceTargets([])
        if monitor?.snapshot().isEmpty == true { ended.signal() }
      }
    }
    held.withLock { $0 = monitor }
    let server = try RawServer.refusing()
    defer { server.stop() }
    monitor.replaceTargets([ProbeTarget(server.address, server.port, CheckSettings(kind: .tcp))])
    try monitor.start()
    #expect(ended.wait(timeout: .now() + 20) == .success)
    monitor.stop()
  }
}
