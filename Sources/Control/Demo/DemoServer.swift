import Glibc

/// The socket of one demo back end.
final class DemoServer: Sendable {
  private let server: HTTPServer

  /// What is played.
  let backend: DemoBackend
  /// The port it listens on.
  var port: UInt16 { server.port }

  /// Starts to listen on `port`, or on one that the system chooses where that is 0.
  init(_ backend: DemoBackend, port: UInt16) throws(DemoBackendsError) {
    guard backend.address.isIPv4, backend.address.ipv4 >> 24 == 127 else {
      throw .notLoopback(backend.address)
    }
    self.backend = backend
    let role = DemoRole(backend)
    do throws(HTTPServerError) {
      server = try HTTPServer(backend.address, port: port) { request in
        let reply = role.reply(method: request.method, path: request.path)
        return HTTPReply(status: reply.status, type: "text/plain", body: reply.text + "\n")
      }
    } catch {
      throw error.number == EADDRINUSE
        ? .portInUse(backend.address, port)
        : .cannotListen(backend.address, port, errno: error.number)
    }
  }

  /// Stops listening and waits for the end of the thread.
  func stop() { server.stop() }
}
