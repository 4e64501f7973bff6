import CLinux
import Glibc

/// A running thread. Every thread is joined once.
public struct Thread: Sendable {
  private let handle: pthread_t

  /// How a thread stands with others where there are more than processors.
  public enum Priority: Sendable {
    /// As all do.
    case normal
    /// Behind all others (nice 19), and so do the threads that it starts.
    case background
  }

  /// Starts `body` on a thread of its own, which takes no signals: they are the main thread's, and a peer
  /// that goes away while libcurl writes to it is an error code instead of a SIGPIPE.
  /// `name` is cut to 15 octets.
  public init(
    name: String, priority: Priority = .normal, _ body: @escaping @Sendable () -> Void
  ) throws(SystemError) {
    let task = Task(name: name, priority: priority, body: body)
    var handle = pthread_t()
    // The new thread inherits the mask, so none of its first instructions can be interrupted.
    var all = sigset_t()
    var before = sigset_t()
    // SAFETY: plain structures of this frame. The task is handed over retained, and the thread that
    // takes it releases it; where there is no thread, it is released here.
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    let argument = unsafe Unmanaged.passRetained(task)
    let status = unsafe pthread_create(&handle, nil, Task.main, argument.toOpaque())
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    guard status == 0 else {
      unsafe argument.release()
      throw SystemError(call: "pthread_create", number: status)
    }
    self.handle = handle
  }

  /// Waits for its end.
  public func join() { pthread_join(handle, nil) }

  /// What a thread is started with.
  private final class Task: Sendable {
    let name: String
    let priority: Priority
    let body: @Sendable () -> Void

    init(name: String, priority: Priority, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.priority = priority
      self.body = body
    }

    static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
      guard let argument = unsafe $0 else { return nil }
      // SAFETY: `init` passed a retained task, to this thread alone.
      let task = unsafe Unmanaged<Task>.fromOpaque(argument).takeRetainedValue()
      _ = unsafe task.name.withCString { unsafe clinux_name_thread($0) }
      // On Linux this is about the calling thread alone.
      if task.priority == .background {
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
      }
      task.body()
      return nil
    }
  }
}
