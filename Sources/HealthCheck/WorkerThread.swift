import CLinux
import Glibc

/// A thread of the operating system with all signals blocked: the process's other threads handle them, and
/// a peer that goes away in the middle of a TLS record is an error code instead of a SIGPIPE.
final class WorkerThread: Sendable {
  private final class Body {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }

  private let handle: pthread_t

  /// Starts a thread that runs `body` once; `name` has at most 15 octets.
  init(name: String, _ body: @escaping @Sendable () -> Void) throws(HealthCheckError) {
    // SAFETY: the thread takes over the one retain of the body; where there is no thread it is given back.
    let retained = unsafe Unmanaged.passRetained(Body(name: name, run: body))
    var handle = pthread_t()
    let code = unsafe pthread_create(
      &handle, nil,
      { context in
        var signals = sigset_t()
        unsafe sigfillset(&signals)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        if let context = unsafe context {
          let body = unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
          _ = unsafe body.name.withCString { unsafe clinux_name_thread($0) }
          body.run()
        }
        return nil
      }, retained.toOpaque())
    guard code == 0 else {
      unsafe retained.release()
      throw .system(call: "pthread_create", errno: code)
    }
    self.handle = handle
  }

  /// Waits for the end of the body; called once, and not from the thread itself.
  func join() {
    pthread_join(handle, nil)
  }
}
