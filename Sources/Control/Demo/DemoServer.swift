import Addresses
import CMicroHTTPD
import Glibc
import Synchronization

/// The socket of one demo back end: a libmicrohttpd daemon with a thread of its own.
@safe
final class DemoServer: @unchecked Sendable {
  // SAFETY: the daemon is used under the lock, and is nil once it is stopped. Its thread uses the role,
  // which outlives it.
  private let daemon: Mutex<OpaquePointer?>
  private let role: DemoRole

  /// What is played.
  let backend: DemoBackend
  /// The port it listens on.
  let port: UInt16

  /// Starts to listen on `port`, or on one that the system chooses where that is 0.
  init(_ backend: DemoBackend, port: UInt16) throws(DemoBackendsError) {
    guard backend.address.isIPv4, backend.address.ipv4 >> 24 == 127 else {
      throw .notLoopback(backend.address)
    }
    self.backend = backend
    role = DemoRole(backend)
    let context = unsafe Unmanaged.passUnretained(role).toOpaque()
    guard let started = unsafe Self.start(backend.address, port: port, context: context) else {
      let number = errno
      throw number == EADDRINUSE
        ? .portInUse(backend.address, port)
        : .cannotListen(backend.address, port, errno: number)
    }
    self.port = unsafe MHD_get_daemon_port(started)
    unsafe daemon = Mutex(started)
  }

  deinit { stop() }

  /// Stops listening and waits for the end of the thread.
  func stop() {
    unsafe daemon.withLock { daemon in
      if let daemon = unsafe daemon { unsafe MHD_stop_daemon(daemon) }
      unsafe daemon = nil
    }
  }

  private static func start(
    _ address: IPAddress, port: UInt16, context: UnsafeMutableRawPointer
  ) -> OpaquePointer? {
    var storage = sockaddr_in()
    storage.sin_family = sa_family_t(AF_INET)
    storage.sin_port = port.bigEndian
    storage.sin_addr.s_addr = address.ipv4.bigEndian
    errno = 0
    // SAFETY: a `sockaddr_in` is laid out to be read as a `sockaddr`; it is used during the call only.
    return unsafe withUnsafePointer(to: &storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe MHD_start_daemon_at($0, 32, 10, answer, context)
      }
    }
  }
}

/// Answers a request once all of it has come. libmicrohttpd calls it first with the header section, then
/// with each part of a body, and then without one.
private func answer(
  context: UnsafeMutableRawPointer?, connection: OpaquePointer?, path: UnsafePointer<CChar>?,
  method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, body: UnsafePointer<CChar>?,
  bodySize: UnsafeMutablePointer<Int>?,
  requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  // SAFETY: libmicrohttpd hands over terminated texts and the context of `DemoServer.init`; it keeps
  // the response, a copy of the text, until it is sent.
  guard let context = unsafe context, let path = unsafe path, let method = unsafe method,
    let bodySize = unsafe bodySize, let requestContext = unsafe requestContext
  else { return .NO }
  if unsafe requestContext.pointee == nil || bodySize.pointee > 0 {
    unsafe requestContext.pointee = unsafe context
    unsafe bodySize.pointee = 0
    return .YES
  }
  let role = unsafe Unmanaged<DemoRole>.fromOpaque(context).takeUnretainedValue()
  let reply = unsafe role.reply(
    method: String(cString: method), path: String(cString: path))
  var text = Array((reply.text + "\n").utf8)
  guard
    let response = unsafe MHD_create_response_from_buffer(
      text.count, &text, .RESPMEM_MUST_COPY)
  else { return .NO }
  unsafe MHD_add_response_header(response, "Content-Type", "text/plain")
  defer { unsafe MHD_destroy_response(response) }
  return unsafe MHD_queue_response(connection, reply.status, response)
}
