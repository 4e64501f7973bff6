import Glibc

/// The time at one moment.
///
/// Both clocks are the coarse ones: a query needs whole seconds and a deadline milliseconds, and they
/// are a tick old at most (1 to 10 ms). They cost a few nanoseconds, and stay free of a system call
/// even on machines whose fine clock the vDSO cannot read.
struct Clock {
  /// Seconds since 1970 (UTC).
  let wall: Int64
  /// Milliseconds of the monotonic clock.
  let monotonic: UInt64

  /// Reads both clocks.
  @inline(__always)
  init() {
    wall = Int64(Self.read(CLOCK_REALTIME_COARSE).tv_sec)
    let time = Self.read(CLOCK_MONOTONIC_COARSE)
    monotonic = UInt64(time.tv_sec) &* 1000 &+ UInt64(time.tv_nsec) / 1_000_000
  }

  @inline(__always)
  private static func read(_ clock: clockid_t) -> timespec {
    var time = timespec()
    // SAFETY: writes one `timespec`; it cannot fail for a clock that Linux has.
    unsafe clock_gettime(clock, &time)
    return time
  }
}
