import Synchronization

/// What a demo back end says: its state, without its socket.
final class DemoRole: Sendable {
  /// An answer to a request: a status code and one line of text.
  struct Reply: Equatable {
    let status: UInt32
    let text: String
  }

  private let backend: DemoBackend
  private let isUp = Atomic(true)

  init(_ backend: DemoBackend) { self.backend = backend }

  /// The answer to a request; takes the back end down or up where it asks for that.
  func reply(method: String, path: String) -> Reply {
    let expected = path == "/down" || path == "/up" ? ["POST"] : ["GET", "HEAD"]
    guard ["/", "/health", "/down", "/up"].contains(path) else {
      return Reply(status: 404, text: "There are /, /health, and POST to /down and /up.")
    }
    guard expected.contains(method) else {
      return Reply(status: 405, text: "\(path) takes \(expected[0]).")
    }
    switch path {
    case "/down": isUp.store(false, ordering: .relaxed)
    case "/up": isUp.store(true, ordering: .relaxed)
    default: break
    }
    let isUp = isUp.load(ordering: .relaxed)
    if path == "/health" { return Reply(status: isUp ? 200 : 503, text: isUp ? "ready" : "down") }
    return Reply(
      status: 200, text: "\(backend.name) at \(backend.address) is \(isUp ? "up" : "down").")
  }
}
