import CLinux
import Glibc
import LinuxSystem

/// A counter (eventfd) that becomes readable once and stays so.
struct Wakeup: Sendable {
  let descriptor: Descriptor

  init() throws(SystemError) {
    descriptor = Descriptor(number: try retrying("eventfd") { clinux_eventfd() })
  }

  /// Wakes all who wait for it, now and from now on.
  func signal() {
    // SAFETY: eight octets are read. The one error there can be, a full counter, means it is readable.
    _ = unsafe withUnsafePointer(to: UInt64(1)) { unsafe write(descriptor.number, $0, 8) }
  }
}
