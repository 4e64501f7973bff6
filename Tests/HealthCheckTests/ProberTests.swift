import Addresses
import Foundation
import HealthState
import LinuxSystem
import Synchronization
import Testing

@testable import HealthCheck

@Suite("Probes of real sockets", .timeLimit(.minutes(5)))
struct ProberTests {
  @Test("TCP: a listening port is alive, a closed one is not", arguments: ["127.0.0.1", "::1"])
  func tcp(address: String) throws {
    let server = try RawServer(address) { _ = $0.isClosed(within: 5_000) }
    defer { server.stop() }
    let target = ProbeTarget(server.address, server.port, CheckSettings(kind: .tcp))
    let outcome = try probe(target)
    #expect(outcome.succeeded == true && outcome.text.hasPrefix("connected in "))
    let refusing = try RawServer.refusing(address)
    defer { refusing.stop() }
    let closed = ProbeTarget(refusing.address, refusing.port, CheckSettings(kind: .tcp))
    #expect(try probe(closed) == .dead("connection refused"))
  }

  @Test("TCP: the connection is closed when the probe has ended")
  func tcpCloses() throws {
    let closed = DispatchSemaphore(value: 0)
    let server = try RawServer { if $0.isClosed(within: 5_000) { closed.signal() } }
    defer { server.stop() }
    let prober = try Prober(certificateAuthorities: nil)
    prober.start(ProbeTarget(server.address, server.port, CheckSettings(kind: .tcp)), schedule: 1)
    while prober.wait(until: nil).isEmpty {}
    #expect(prober.count == 0)
    #expect(closed.wait(timeout: .now() + 5) == .success)
  }

  @Test("TCP: a connection that does not come about fails by the timeout")
  func tcpTimeout() throws {
    // A full queue of connections that nobody accepts: Linux drops further SYNs.
    let server = try RawServer(backlog: 0, serve: nil)
    defer { server.stop() }
    let settings = CheckSettings(kind: .tcp, timeout: 300)
    let fillers = try Prober(certificateAuthorities: nil)
    let filling = CheckSettings(
      kind: .http(CheckSettings.HTTPRequest(), secure: false), timeout: 60_000)
    for index in 0..<4 {
      fillers.start(ProbeTarget(server.address, server.port, filling), schedule: UInt64(index))
    }
    _ = fillers.wait(until: monotonicMilliseconds() + 50)
    _ = fillers.wait(until: monotonicMilliseconds() + 50)
    #expect(
      try probe(ProbeTarget(server.address, server.port, settings))
        == .dead("no connection within 300 ms"))
  }

  @Test("HTTP: the status decides", arguments: ["127.0.0.1", "::1"])
  func status(address: String) throws {
    for (status, ranges, dead) in [
      ("200 OK", [200...299], nil),
      ("204 No Content", [200...299], nil),
      ("503 Service Unavailable", [200...299], "HTTP status 503, expected 200-299"),
      ("301 Moved", [200...299, 404...404], "HTTP status 301, expected 200-299,404"),
      ("404 Not Found", [200...299, 404...404], nil),
    ] as [(String, [ClosedRange<Int>], String?)] {
      let server = try RawServer(
        address, answer: answer(status, "", headers: "Location: http://192.0.2.1/\r\n"))
      defer { server.stop() }
      let settings = CheckSettings.http(.init(expect: ranges))
      let outcome = try probe(ProbeTarget(server.address, server.port, settings))
      if let dead {
        #expect(outcome == .dead(dead))
      } else {
        #expect(outcome.text.hasPrefix("HTTP status \(status.prefix(3)) in "))
        #expect(outcome.succeeded == true)
      }
    }
  }

  @Test("HTTP: the body has to contain the text within its first 64 KiB")
  func body() throws {
    let filler = String(repeating: "x", count: 65_531)
    for (body, isAlive) in [
      ("ready", true), ("not read yet: ready.", true), ("read", false), ("", false),
      (filler + "ready", true), (filler + "xready", false),
      (filler + "ready" + filler, true),
    ] {
      let server = try RawServer(answer: answer("200 OK", body))
      defer { server.stop() }
      let settings = CheckSettings.http(.init(body: "ready"))
      let outcome = try probe(ProbeTarget(server.address, server.port, settings))
      #expect(outcome.succeeded == isAlive, "\(body.count) octets")
      if !isAlive { #expect(outcome.text == "body does not contain \"ready\"") }
    }
  }

  @Test("HTTP: what is sent", arguments: ["GET", "HEAD", "OPTIONS"])
  func request(method: String) throws {
    let seen = Mutex("")
    let server = try RawServer { connection in
      guard let request = connection.readRequest() else { return }
      seen.withLock { $0 = request }
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(method == "HEAD" ? 900 : 0)\r\n\r\n")
    }
    defer { server.stop() }
    let request = CheckSettings.HTTPRequest(
      path: "/a/../b?c=d", host: "api.example.com", method: method)
    let outcome = try probe(ProbeTarget(server.address, server.port, .http(request)))
    #expect(outcome.succeeded == true)
    let lines = seen.withLock { $0 }.components(separatedBy: "\r\n")
    #expect(lines.first == "\(method) /a/../b?c=d HTTP/1.1")
    #expect(lines.contains("Host: api.example.com"))

    _ = try probe(ProbeTarget(server.address, server.port, .http(.init(method: method))))
    #expect(seen.withLock { $0 }.contains("Host: 127.0.0.1:\(server.port)\r\n"))
  }

  @Test("HTTP: each probe has a connection of its own")
  func freshConnections() throws {
    let connections = Mutex(0)
    let server = try RawServer("127.0.77.3") { connection in
      connections.withLock { $0 += 1 }
      while connection.readRequest() != nil { connection.write(answer()) }
    }
    let prober = try Prober(certificateAuthorities: nil)
    let target = ProbeTarget(server.address, server.port, .http())
    for index in 0..<3 {
      prober.start(target, schedule: UInt64(index))
      while prober.wait(until: nil).isEmpty {}
    }
    #expect(connections.withLock { $0 } == 3)
    server.stop()
    prober.start(target, schedule: 3)
    var results: [Prober.Result] = []
    while results.isEmpty { results = prober.wait(until: nil) }
    #expect(results.map(\.outcome) == [.dead("connection refused")])
  }

  @Test("a request that cannot be written is a dead target, not a trap")
  func senselessRequests() throws {
    let server = try RawServer(answer: answer())
    defer { server.stop() }
    for (host, path) in [
      ("a b", "/"), ("", "/"), ("x\r\nInjected: 1", "/"), ("[::", "/"), ("a", "/\r\nX: y"),
    ] {
      let settings = CheckSettings.http(.init(path: path, host: host), timeout: 500)
      let outcome = try probe(ProbeTarget(server.address, server.port, settings))
      #expect(outcome.succeeded == false, "\(host) \(path)")
    }
  }

  @Test("many probes run side by side")
  func many() throws {
    let server = try RawServer { connection in
      if connection.readRequest() != nil { connection.write(answer("200 OK", "ready")) }
    }
    defer { server.stop() }
    let prober = try Prober(certificateAuthorities: nil)
    let settings = CheckSettings.http(.init(body: "ready"), timeout: 30_000)
    for index in 0..<100 {
      prober.start(
        ProbeTarget(server.address, server.port, settings, check: "\(index)"),
        schedule: UInt64(index))
    }
    var results: [Prober.Result] = []
    while prober.count > 0 { results += prober.wait(until: nil) }
    #expect(results.count == 100 && results.allSatisfy { $0.outcome.succeeded == true })
    #expect(Set(results.map(\.schedule)).count == 100)
  }

  @Test("a target is not blamed for a timeout while this thread was held up")
  func heldUp() throws {
    let server = try RawServer { connection in while connection.read() != nil {} }
    defer { server.stop() }
    let prober = try Prober(certificateAuthorities: nil)
    let target = ProbeTarget(server.address, server.port, .http(timeout: 100))
    prober.start(target, schedule: 1)
    #expect(prober.wait(until: 0).isEmpty)
    usleep(400_000)
    var results: [Prober.Result] = []
    while results.isEmpty { results = prober.wait(until: nil) }
    #expect(
      results.map(\.outcome) == [.inconclusive("this server was too busy to wait for the answer")])
  }

  @Test("a wait ends at its deadline, and by a wake from another thread")
  func waits() throws {
    let prober = try Prober(certificateAuthorities: nil)
    #expect(prober.wait(until: monotonicMilliseconds() + 20).isEmpty)
    Thread.detachNewThread { prober.wake() }
    #expect(prober.wait(until: nil).isEmpty)
  }
}
