/// The files that something was made from, so that it is made anew only where one of them has changed.
struct FilesRead: Sendable {
  /// What is known of a file from before it was read.
  private enum State: Equatable {
    /// There was none.
    case absent
    /// Any change since gives another stamp.
    case settled(FileStamp)
    /// A change since might not show.
    case recent
  }

  private var files: [(path: String, state: State)] = []

  /// Notes that the file at `path` is about to be read; `now` is the time in nanoseconds since 1970.
  mutating func note(_ path: String, now: Int64 = FileStamp.now) {
    files.append((path, Self.state(of: path, now: now)))
  }

  /// Whether reading them again would give the same octets.
  var areUnchanged: Bool {
    files.allSatisfy { $0.state != .recent && $0.state == Self.state(of: $0.path, now: .max) }
  }

  /// Whether the file at `path` is the first of them.
  func begin(with path: String) -> Bool { files.first?.path == path }

  private static func state(of path: String, now: Int64) -> State {
    guard let stamp = FileStamp(path) else { return .absent }
    return stamp.isSettled(at: now) ? .settled(stamp) : .recent
  }
}
