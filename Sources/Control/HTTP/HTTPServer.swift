import Addresses
import CMicroHTTPD
import Glibc

/// A request as it is handed to whoever answers it.
struct HTTPRequest: Sendable {
  /// GET, POST, ….
  let method: String
  /// What is asked for, without the query.
  let path: String
  /// The arguments of the query, decoded; of a name that comes twice the last.
  let arguments: [String: String]
  /// Whether a browser says that a page of some site has sent it (RFC 6454 §7).
  let hasOrigin: Bool
}

/// What is answered.
struct HTTPReply: Sendable {
  /// The status code.
  var status: UInt32 = 200
  /// The media type of the body.
  var type = "text/plain; charset=utf-8"
  /// The body.
  var body: String
}

/// Why nothing can listen.
struct HTTPServerError: Error {
  /// `EADDRINUSE` and the like; 0 where it is not known.
  let number: Int32
}

/// One listening socket: a libmicrohttpd daemon with a thread of its own.
@safe
final class HTTPServer: @unchecked Sendable {
  // SAFETY: the daemon is only written by `init` and `stop`, which ends the one thread that uses the context
  // before it returns.
  private var daemon: OpaquePointer?
  private let answerer: Answerer

  /// The port it listens on.
  let port: UInt16

  /// Starts to listen on `port`, or on one that the system chooses where that is 0. `answer` is called on the
  /// server's thread.
  init(
    _ address: IPAddress, port: UInt16, answer: @escaping @Sendable (HTTPRequest) -> HTTPReply
  ) throws(HTTPServerError) {
    answerer = Answerer(answer: answer)
    let context = unsafe Unmanaged.passUnretained(answerer).toOpaque()
    guard let started = unsafe Self.start(address, port: port, context: context) else {
      throw HTTPServerError(number: errno)
    }
    self.port = unsafe MHD_get_daemon_port(started)
    unsafe daemon = started
  }

  deinit { stop() }

  /// Stops listening and waits for the end of the thread. To be called by one thread.
  func stop() {
    if let daemon = unsafe daemon { unsafe MHD_stop_daemon(daemon) }
    unsafe daemon = nil
  }

  private static func start(
    _ address: IPAddress, port: UInt16, context: UnsafeMutableRawPointer
  ) -> OpaquePointer? {
    errno = 0
    if address.isIPv4 {
      var storage = sockaddr_in()
      storage.sin_family = sa_family_t(AF_INET)
      storage.sin_port = port.bigEndian
      storage.sin_addr.s_addr = address.ipv4.bigEndian
      return unsafe start(&storage, isIPv6: false, context)
    }
    var storage = sockaddr_in6()
    storage.sin6_family = sa_family_t(AF_INET6)
    storage.sin6_port = port.bigEndian
    unsafe withUnsafeMutableBytes(of: &storage.sin6_addr) {
      unsafe $0.copyBytes(from: address.octets)
    }
    return unsafe start(&storage, isIPv6: true, context)
  }

  @unsafe
  private static func start<Address>(
    _ address: inout Address, isIPv6: Bool, _ context: UnsafeMutableRawPointer
  ) -> OpaquePointer? {
    // SAFETY: the socket addresses are laid out to be read as a `sockaddr`, which happens during the call.
    unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe MHD_start_daemon_at($0, isIPv6 ? 1 : 0, 32, 10, respond, context)
      }
    }
  }
}

/// What the C function below calls.
private final class Answerer: Sendable {
  let answer: @Sendable (HTTPRequest) -> HTTPReply
  init(answer: @escaping @Sendable (HTTPRequest) -> HTTPReply) { self.answer = answer }
}

/// Collects the arguments of a query in the dictionary that `context` points to.
private func collect(
  context: UnsafeMutableRawPointer?, kind: MHD_ValueKind, name: UnsafePointer<CChar>?,
  value: UnsafePointer<CChar>?
) -> MHD_Result {
  // SAFETY: the context is that of `respond`, alive during its call; the texts are terminated.
  guard let context = unsafe context, let name = unsafe name else { return .NO }
  let arguments = unsafe context.assumingMemoryBound(to: [String: String].self)
  let text = unsafe value.map { unsafe String(cString: $0) } ?? ""
  unsafe arguments.pointee[String(cString: name)] = text
  return .YES
}

/// Answers a request once all of it has come. libmicrohttpd calls it first with the header section, then
/// with each part of a body, and then without one.
private func respond(
  context: UnsafeMutableRawPointer?, connection: OpaquePointer?, path: UnsafePointer<CChar>?,
  method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, body: UnsafePointer<CChar>?,
  bodySize: UnsafeMutablePointer<Int>?,
  requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  // SAFETY: libmicrohttpd hands over terminated texts and the context of `HTTPServer.init`; it keeps
  // the response, a copy of the text, until it is sent.
  guard let context = unsafe context, let path = unsafe path, let method = unsafe method,
    let bodySize = unsafe bodySize, let requestContext = unsafe requestContext
  else { return .NO }
  if unsafe requestContext.pointee == nil || bodySize.pointee > 0 {
    unsafe requestContext.pointee = unsafe context
    unsafe bodySize.pointee = 0
    return .YES
  }
  var arguments: [String: String] = [:]
  _ = unsafe withUnsafeMutablePointer(to: &arguments) {
    unsafe MHD_get_connection_values(connection, .GET_ARGUMENT_KIND, collect, $0)
  }
  let origin = unsafe MHD_lookup_connection_value(connection, .HEADER_KIND, "Origin")
  let request = unsafe HTTPRequest(
    method: String(cString: method), path: String(cString: path), arguments: arguments,
    hasOrigin: origin != nil)
  let answerer = unsafe Unmanaged<Answerer>.fromOpaque(context).takeUnretainedValue()
  let reply = answerer.answer(request)
  var text = Array(reply.body.utf8)
  guard
    let response = unsafe MHD_create_response_from_buffer(
      text.count, &text, .RESPMEM_MUST_COPY)
  else { return .NO }
  unsafe MHD_add_response_header(response, "Content-Type", reply.type)
  defer { unsafe MHD_destroy_response(response) }
  return unsafe MHD_queue_response(connection, reply.status, response)
}
