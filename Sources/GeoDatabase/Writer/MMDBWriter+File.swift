import Glibc

extension MMDBWriter {
  /// Writes the file: to a temporary one beside `path` first, which then takes its place.
  public consuming func write(to path: String) throws(GeoDatabaseError) {
    let octets = try encode()
    let temporary = "\(path).\(getpid()).tmp"
    // SAFETY: Swift passes a string to C with its NUL and keeps it for the call; here and below.
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemMessage()) }
    guard Self.write(octets, to: descriptor), fsync(descriptor) == 0,
      unsafe rename(temporary, path) == 0
    else {
      let reason = systemMessage()
      close(descriptor)
      unsafe unlink(temporary)
      throw .unwritable(path: path, reason: reason)
    }
    close(descriptor)
  }

  private static func write(_ octets: [UInt8], to descriptor: Int32) -> Bool {
    var written = 0
    while written < octets.count {
      // SAFETY: what is left begins inside the buffer and ends with it.
      let count = unsafe octets.withUnsafeBytes {
        unsafe Glibc.write(
          descriptor, $0.baseAddress.map { unsafe $0 + written }, $0.count - written)
      }
      if count < 0 && errno != EINTR { return false }
      written += max(0, count)
    }
    return true
  }
}
