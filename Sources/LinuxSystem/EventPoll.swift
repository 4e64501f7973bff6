import CLinux
import Glibc

/// An epoll instance and an eventfd that ends its wait from another thread.
public final class EventPoll: Sendable {
  /// A descriptor that is ready.
  public struct Event {
    /// Which.
    public let descriptor: Int32
    /// Whether it can be read from.
    public let isReadable: Bool
    /// Whether it can be written to.
    public let isWritable: Bool
    /// Whether it has an error, or its other side is gone.
    public let isBroken: Bool
  }

  private let poll: Int32
  private let waker: Int32

  /// An instance that watches nothing yet.
  public init() throws(SystemError) {
    poll = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard poll >= 0 else { throw .last("epoll_create1") }
    waker = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard waker >= 0 else {
      let error = SystemError.last("eventfd")
      close(poll)
      throw error
    }
    guard watch(waker, reading: true, writing: false) else {
      throw .last("epoll_ctl")
    }
  }

  deinit {
    close(waker)
    close(poll)
  }

  /// Watches `descriptor` for what is asked, in place of what was asked before; false (and `errno`) where
  /// that cannot be.
  @discardableResult
  public func watch(_ descriptor: Int32, reading: Bool, writing: Bool) -> Bool {
    // SAFETY: the kernel copies the structure.
    var event = unsafe epoll_event()
    unsafe event.events = (reading ? EPOLLIN.rawValue : 0) | (writing ? EPOLLOUT.rawValue : 0)
    unsafe event.data.fd = descriptor
    if unsafe epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) == 0 { return true }
    return unsafe errno == EEXIST && epoll_ctl(poll, EPOLL_CTL_MOD, descriptor, &event) == 0
  }

  /// Forgets `descriptor`.
  public func forget(_ descriptor: Int32) { epoll_ctl(poll, EPOLL_CTL_DEL, descriptor, nil) }

  /// Ends the wait that is under way, or else the next one. Callable from any thread.
  public func wake() { _ = eventfd_write(waker, 1) }

  /// Waits for what is watched, a `wake`, or the end of `milliseconds`; negative: without end.
  public func wait(milliseconds: Int32) -> [Event] {
    unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 128) { buffer in
      // SAFETY: the kernel fills at most the buffer's count of structures and returns how many.
      let count = unsafe epoll_wait(poll, buffer.baseAddress, Int32(buffer.count), milliseconds)
      return (0..<max(0, Int(count))).compactMap { index in
        let event = unsafe buffer[index]
        let descriptor = unsafe event.data.fd
        if descriptor == waker {
          var value: eventfd_t = 0
          _ = unsafe eventfd_read(waker, &value)
          return nil
        }
        let bits = unsafe event.events
        return Event(
          descriptor: descriptor, isReadable: bits & EPOLLIN.rawValue != 0,
          isWritable: bits & EPOLLOUT.rawValue != 0,
          isBroken: bits & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0)
      }
    }
  }
}
