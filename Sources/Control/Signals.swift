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

  /// Waits for the next request; nil where none comes in time.
  public static func wait(seconds: Int) -> Request? {
    var set = signals()
    var time = timespec(tv_sec: seconds, tv_nsec: 0)
    // SAFETY: sigtimedwait reads the set and the time; what it would say of the signal is not asked for.
    switch unsafe sigtimedwait(&set, nil, &time) {
    case SIGHUP: return .reload
    case SIGTERM, SIGINT: return .stop
    default: return nil
    }
  }

  private static func signals() -> sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for number in [SIGHUP, SIGTERM, SIGINT] { unsafe sigaddset(&set, number) }
    return set
  }
}
