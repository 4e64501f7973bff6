import Foundation
import Glibc
import Synchronization
import TestSupport

/// Queries for one name without a pause, some of them always under way, and what came of them.
final class QueryStream: Sendable {
  /// What came of it.
  struct Report: Sendable {
    /// How many queries were sent.
    var asked = 0
    /// How many were not answered within two seconds.
    var lost = 0
    /// The answers in their order, each named once for as long as it stayed.
    var answers: [String] = []
  }

  private static let window = 16
  private let report = Mutex(Report())
  private let isEnding = Atomic(false)
  private let ended = DispatchSemaphore(value: 0)

  /// Starts to ask.
  init(_ endpoint: Endpoint, _ name: String) throws {
    let socket = try Socket(SOCK_DGRAM, like: endpoint, patience: 2)
    try socket.connect(endpoint)
    Thread.detachNewThread { [self] in
      var id: UInt16 = 0
      while !isEnding.load(ordering: .relaxed) { askSome(name, &id, socket) }
      ended.signal()
    }
  }

  /// What has come of it so far.
  var soFar: Report { report.withLock(\.self) }

  /// Ends it.
  func stop() -> Report {
    isEnding.store(true, ordering: .relaxed)
    ended.wait()
    return soFar
  }

  private func askSome(_ name: String, _ id: inout UInt16, _ socket: Socket) {
    var open: Set<UInt16> = []
    for _ in 0..<Self.window {
      id &+= 1
      try? socket.send(Query(name, id: id).octets)
      open.insert(id)
    }
    report.withLock { $0.asked += Self.window }
    while !open.isEmpty {
      guard let reply = socket.receive(), let message = Message(reply) else {
        report.withLock { $0.lost += open.count }
        return
      }
      guard open.remove(message.id) != nil else { continue }
      let answer = message.answer.first.flatMap { $0.split(separator: " ").last }
      let text = answer.map(String.init) ?? message.codeName
      report.withLock { if $0.answers.last != text { $0.answers.append(text) } }
    }
  }
}
