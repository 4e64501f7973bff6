import Glibc

/// Why a file cannot be read.
public enum FileError: Error, Hashable, Sendable {
  /// A system call failed with this `errno`.
  case system(Int32)
  /// It is a folder, a device or a pipe.
  case notARegularFile
  /// It has 4 GiB or more.
  case tooLarge

  /// What is wrong, in the words of the system.
  public var explanation: String {
    switch self {
    case .system(let code): Self.text(ofError: code)
    case .notARegularFile: "not a regular file"
    case .tooLarge: "the file has 4 GiB or more"
    }
  }

  private static func text(ofError code: Int32) -> String {
    // SAFETY: strerror returns a C string that is good until the thread's next call; it is copied here.
    let text: UnsafeMutablePointer<CChar>? = unsafe strerror(code)
    return unsafe text.map { unsafe String(cString: $0) } ?? "error \(code)"
  }

  /// The octets of the regular file at `path`.
  @Sendable
  public static func readFile(_ path: String) throws(FileError) -> [UInt8] {
    // Without O_NONBLOCK a pipe in the zones' folder would hold up the server.
    // SAFETY: the path is passed as a C string for the length of the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(errno) }
    defer { close(descriptor) }
    var status = stat()
    // SAFETY: `status` is a structure of the caller that the call fills.
    guard unsafe fstat(descriptor, &status) == 0 else { throw .system(errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile }
    guard status.st_size < Int(UInt32.max) else { throw .tooLarge }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      // SAFETY: the call writes at most the octets of `bytes` from `filled` on.
      let count = unsafe bytes.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .system(errno) }
      if count == 0 { break }
      filled += count
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }
}
