import CLinux
import Glibc
import LinuxSystem

/// A level-triggered epoll set.
struct Poller {
  private let descriptor: Descriptor

  /// What to wait for.
  enum Interest: UInt32 {
    /// Nothing but errors.
    case nothing = 0
    /// Something to read (EPOLLIN).
    case readable = 1
    /// Room to write (EPOLLOUT).
    case writable = 4
  }

  init() throws(SystemError) {
    descriptor = Descriptor(
      number: try retrying("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) })
  }

  func close() { descriptor.close() }

  func add(_ file: Descriptor, token: UInt64, _ interest: Interest) throws(SystemError) {
    try control(EPOLL_CTL_ADD, file, token, interest)
  }

  func modify(_ file: Descriptor, token: UInt64, _ interest: Interest) throws(SystemError) {
    try control(EPOLL_CTL_MOD, file, token, interest)
  }

  func remove(_ file: Descriptor) {
    // It cannot fail for a file that is in the set.
    _ = epoll_ctl(descriptor.number, EPOLL_CTL_DEL, file.number, nil)
  }

  private func control(
    _ operation: Int32, _ file: Descriptor, _ token: UInt64, _ interest: Interest
  ) throws(SystemError) {
    // SAFETY: the kernel reads one event.
    var event = unsafe epoll_event()
    unsafe event.events = interest.rawValue
    unsafe event.data.u64 = token
    _ = try retrying("epoll_ctl") {
      unsafe epoll_ctl(descriptor.number, operation, file.number, &event)
    }
  }

  /// Waits for events, at most `timeout` milliseconds (-1 for ever), and returns how many came.
  func wait(for events: inout PollerEvents, timeout: Int32) -> Int {
    // SAFETY: the kernel writes at most `count` events.
    let count = unsafe events.storage.withUnsafeMutableBufferPointer { buffer in
      unsafe epoll_wait(descriptor.number, buffer.baseAddress, Int32(buffer.count), timeout)
    }
    // The only error of a valid set is EINTR, which is as good as no event.
    return max(0, Int(count))
  }
}

/// Room for the events that one wait brings.
@safe
struct PollerEvents {
  // SAFETY: of each event's union only the number is used, as it was written by `Poller.add`.
  fileprivate var storage: [epoll_event]

  init(capacity: Int) { unsafe storage = Array(repeating: epoll_event(), count: capacity) }

  /// The token of the file that an event is about, and whether the file is of no more use.
  subscript(index: Int) -> (token: UInt64, isBroken: Bool) {
    let event = unsafe storage[index]
    let broken = EPOLLERR.rawValue | EPOLLHUP.rawValue
    return unsafe (event.data.u64, event.events & broken != 0)
  }
}
