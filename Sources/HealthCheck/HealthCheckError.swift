import Glibc

/// Why the health checker cannot start.
public enum HealthCheckError: Error, Equatable {
  /// A system call failed: its name and error number.
  case system(call: String, errno: Int32)
  /// libcurl could not be set up.
  case curl
}

extension HealthCheckError: CustomStringConvertible {
  /// One line for a log.
  public var description: String {
    switch self {
    case .system(let call, let number): "health checks: \(call): \(systemErrorText(number))"
    case .curl: "health checks: libcurl cannot be set up"
    }
  }
}

/// The system's text for an error number, with a small first letter.
func systemErrorText(_ number: Int32) -> String {
  unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
    // SAFETY: strerror_r writes at most the buffer's size, the final NUL with it.
    guard let base = buffer.baseAddress, unsafe strerror_r(number, base, 128) == 0
    else { return "error \(number)" }
    let text = unsafe String(cString: base)
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
