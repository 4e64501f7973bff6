import Glibc

/// Milliseconds of the monotonic clock, the one that `QueryContext.monotonic` shows.
public func monotonicMilliseconds() -> UInt64 {
  var time = timespec()
  // SAFETY: clock_gettime fills the structure that it is handed.
  _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
}
