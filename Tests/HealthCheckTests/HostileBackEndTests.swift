import Foundation
import HealthState
import LinuxSystem
import Testing

@testable import HealthCheck

/// A back end that means harm or is badly broken, and what is said of it.
private struct HostileBackEnd: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let expected: ProbeOutcome?
  let beginning: String
  let serve: @Sendable (RawServer.Connection) -> Void

  init(
    _ description: String, dead reason: String?,
    beginning: String = "", _ serve: @escaping @Sendable (RawServer.Connection) -> Void
  ) {
    testDescription = description
    expected = reason.map { .dead($0) }
    self.beginning = beginning
    self.serve = serve
  }
}

/// Writes `text` again and again until the peer closes, every so often where an interval is given.
private func repeatedly(
  _ text: String, after first: String = "", every milliseconds: Int32? = nil
) -> @Sendable (RawServer.Connection) -> Void {
  { connection in
    guard connection.readRequest() != nil, connection.write(first) else { return }
    while connection.write(text) {
      if let milliseconds, connection.isClosed(within: milliseconds) { return }
    }
  }
}

private func once(_ text: String) -> @Sendable (RawServer.Connection) -> Void {
  { connection in if connection.readRequest() != nil { connection.write(text) } }
}

private let slow = "HTTP/1.1 200 OK\r\n"

private let backEnds: [HostileBackEnd] = [
  .init("says nothing", dead: "no answer within 400 ms") {
    _ = $0.isClosed(within: 60_000); _ = $0.read()
  },
  .init("closes at once", dead: nil) { _ in },
  .init("closes after the request", dead: "connection closed without an answer") {
    _ = $0.readRequest()
  },
  .init(
    "closes within the body", dead: "connection closed before the end of the answer",
    once("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")),
  .init("garbage", dead: "not an HTTP answer", once("\u{1}\u{2}\u{3}garbage\r\n\r\n")),
  .init("endless garbage", dead: nil, repeatedly("\u{1}\u{2}garbage")),
  .init(
    "endless header fields", dead: "header section longer than 65536 octets",
    repeatedly("X-Field: value\r\n", after: slow)),
  .init(
    "one endless header field", dead: "header field too long",
    repeatedly("xxxxxxxxxxxxxxxx", after: slow + "X: ")),
  .init(
    "endless 100 Continue", dead: "header section longer than 65536 octets",
    repeatedly("HTTP/1.1 100 Continue\r\n\r\n")),
  .init(
    "a dripping header", dead: "no complete answer within 400 ms",
    repeatedly("a", after: slow + "X: ", every: 20)),
  .init(
    "a dripping body", dead: "no complete answer within 400 ms",
    repeatedly("a", after: slow + "\r\n", every: 20)),
  .init(
    "dripping chunks", dead: "no complete answer within 400 ms",
    repeatedly("1\r\na\r\n", after: slow + "Transfer-Encoding: chunked\r\n\r\n", every: 20)),
  .init(
    "a senseless chunk size", dead: nil,
    once(slow + "Transfer-Encoding: chunked\r\n\r\nzzzz\r\n\r\n")),
  .init(
    "a negative length", dead: "not an HTTP answer: Invalid Content-Length: value",
    once(slow + "Content-Length: -1\r\n\r\n")),
  .init(
    "a status of five digits", dead: nil, once("HTTP/1.1 99999 OK\r\nContent-Length: 0\r\n\r\n")),
  .init("no status", dead: nil, once("HTTP/1.1\r\n\r\n")),
  .init("another protocol", dead: "not an HTTP answer", once("220 mail.example ESMTP\r\n")),
  .init("bytes that are not text", dead: nil, once("HTTP/1.1 2\u{0}0 OK\r\n\u{0}: \u{0}\r\n\r\n")),
]

@Suite("Hostile back ends", .timeLimit(.minutes(5)))
struct HostileBackEndTests {
  @Test("the probe ends by its timeout or a limit, and says why", arguments: backEnds)
  private func ends(backEnd: HostileBackEnd) throws {
    let server = try RawServer(serve: backEnd.serve)
    defer { server.stop() }
    let settings = CheckSettings.http(.init(body: "ready"), timeout: 400)
    let began = monotonicMilliseconds()
    let outcome = try probe(ProbeTarget(server.address, server.port, settings))
    #expect(outcome.succeeded == false)
    if let expected = backEnd.expected { #expect(outcome == expected) }
    #expect(outcome.text.utf8.allSatisfy { (32...126).contains($0) })
    #expect(!outcome.text.isEmpty)
    #expect(monotonicMilliseconds() - began < 5_000)
  }

  @Test("an endless body is read to its limit and judged")
  func endlessBody() throws {
    for text in ["ready", "never"] {
      let server = try RawServer(serve: repeatedly("ready ", after: slow + "\r\n"))
      defer { server.stop() }
      let settings = CheckSettings.http(.init(body: text))
      let outcome = try probe(ProbeTarget(server.address, server.port, settings))
      #expect(outcome.succeeded == (text == "ready"))
      let plain = try probe(ProbeTarget(server.address, server.port, .http()))
      #expect(plain.succeeded == true)
    }
  }

  @Test("what a back end says cannot write lines of its own into a log")
  func injection() throws {
    let text = "evil\r\n\u{1B}[31mtarget up\u{0}ü" + String(repeating: "x", count: 500)
    #expect(text.printable.utf8.count == 200)
    #expect(text.printable.hasPrefix("evil???[31mtarget up???xxx"))
  }
}
