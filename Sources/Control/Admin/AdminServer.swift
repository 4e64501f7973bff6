import Glibc
import Transport

/// The administration of a running server over HTTP: `GET /v1/explain` and `POST /v1/failback`.
///
/// Whoever reaches it may use it, so it belongs on an address of the machine alone. What changes something is
/// not done for a browser that comes from some page.
final class AdminServer: Sendable {
  private let server: HTTPServer
  private let address: ListenAddress

  /// Starts to listen. `answer` is called on the server's thread.
  init(
    _ address: ListenAddress, answer: @escaping @Sendable (HTTPRequest) -> HTTPReply
  ) throws(ControlError) {
    self.address = address
    do throws(HTTPServerError) {
      server = try HTTPServer(address.address, port: address.port) { request in
        if request.hasOrigin, request.method != "GET" {
          return HTTPReply(
            status: 403, body: "Pages of other sites may not change anything here.\n")
        }
        return answer(request)
      }
    } catch {
      let reason =
        error.number == EADDRINUSE ? "the port is in use" : "error \(error.number)"
      throw ControlError("admin: cannot listen on \(address): \(reason)")
    }
  }

  /// Where it listens, with the port that it got.
  var listening: ListenAddress { ListenAddress(address.address, port: server.port) }

  /// Stops listening and waits for the end of the thread.
  func stop() { server.stop() }
}
