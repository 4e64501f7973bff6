import Glibc

/// What the file system says of a file without reading it.
struct FileStamp: Equatable, Sendable {
  private let device: UInt64
  private let inode: UInt64
  private let size: Int64
  /// When its octets, and when anything about it, changed last, in nanoseconds since 1970.
  private let modified: Int64
  private let changed: Int64

  /// The stamp of the file at `path`; nil where there is none.
  init?(_ path: String) {
    var status = stat()
    // SAFETY: stat fills the structure that it is handed.
    guard unsafe stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    modified = Self.nanoseconds(status.st_mtim)
    changed = Self.nanoseconds(status.st_ctim)
  }

  /// Whether a change after `now`, in nanoseconds since 1970, gives another stamp for certain. File systems keep
  /// times in steps, the coarsest in use of 2 s; two changes in one step can look like one.
  func isSettled(at now: Int64) -> Bool { changed < now - 2_000_000_000 }

  /// Nanoseconds since 1970 by the clock that stamps files.
  static var now: Int64 {
    var time = timespec()
    // SAFETY: clock_gettime fills the structure that it is handed.
    unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return nanoseconds(time)
  }

  /// A file may be given a time that has no place in 64 bits: it wraps round, as it is only to differ from others.
  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
