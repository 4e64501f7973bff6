import LinuxSystem

/// Why the health checker cannot start.
public enum HealthCheckError: Error, Equatable {
  /// A system call failed.
  case system(SystemError)
  /// libcurl could not be set up.
  case curl
}

extension HealthCheckError: CustomStringConvertible {
  /// One line for a log.
  public var description: String {
    switch self {
    case .system(let error): "health checks: \(error)"
    case .curl: "health checks: libcurl cannot be set up"
    }
  }
}
