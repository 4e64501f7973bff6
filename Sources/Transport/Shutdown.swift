import LinuxSystem
import Synchronization

/// Tells a server's threads to end.
final class Shutdown: Sendable {
  /// Readable from the moment `begin` is called.
  let wakeup: Wakeup
  private let begun = Atomic<Bool>(false)
  private let last = Atomic<UInt64>(0)

  init() throws(SystemError) { wakeup = try Wakeup() }

  deinit { wakeup.descriptor.close() }

  /// Whether the threads are to end.
  var isBegun: Bool { begun.load(ordering: .acquiring) }

  /// When they must have ended, in milliseconds of the monotonic clock.
  var deadline: UInt64 { last.load(ordering: .relaxed) }

  func begin(deadline: UInt64) {
    last.store(deadline, ordering: .relaxed)
    begun.store(true, ordering: .releasing)
    wakeup.signal()
  }
}
