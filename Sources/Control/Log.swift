import Glibc
import Migration

/// One line an event, on standard error: time (UTC), severity, subject, text.
public struct Log: Sendable {
  /// How much an event matters.
  public enum Severity: String, Sendable {
    /// Good to know.
    case info
    /// Something may be wrong.
    case warning
    /// Something is wrong and somebody has to act; what was served goes on.
    case alarm
  }

  private let sink: @Sendable (Severity, String) -> Void

  /// A log that hands each line to `sink`.
  public init(sink: @escaping @Sendable (Severity, String) -> Void) { self.sink = sink }

  /// The log on standard error.
  public static let standardError = Log { severity, line in
    writeToStandardError("\(Timestamp.text(Int64(time(nil)))) \(severity.rawValue) \(line)\n")
  }

  /// Notes an event; a text of several lines stays together.
  public func note(_ severity: Severity, _ text: String) { sink(severity, text) }
}

/// Writes a text to standard error in one call, so that lines of several threads do not mix.
public func writeToStandardError(_ text: String) {
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    // SAFETY: write reads only the octets it is handed.
    let written = unsafe bytes.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
    if written <= 0 { return }
    bytes = bytes.dropFirst(written)
  }
}
