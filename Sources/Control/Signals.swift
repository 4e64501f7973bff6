import Glibc

/// The signals that a server acts on, taken one at a time by one thread.
public enum Signals {
  /// What a signal asks for.
  public enum Request: Sendable {
    /// SIGHUP.
    case reload
    /// SIGTERM or SIGINT.
    case stop
  }

  /// Blocks the signals in this thread and those that it starts from now on; SIGPIPE is ignored.
  public static func block() {
    var set = signals()
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
  }

  /// Waits for the next request.
  public static func wait() -> Request {
    var set = signals()
    var number: Int32 = 0
    while true {
      guard unsafe sigwait(&set, &number) == 0 else { continue }
      return number == SIGHUP ? .reload : .stop
    }
  }

  private static func signals() -> sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for number in [SIGHUP, SIGTERM, SIGINT] { unsafe sigaddset(&set, number) }
    return set
  }
}
