/// A place in a text file.
public struct SourceLocation: Hashable, Sendable {
  /// The index of the file among those of its load.
  public var file: UInt16
  /// The line, from 1.
  public var line: UInt32
  /// The column in octets, from 1.
  public var column: UInt32

  /// A place from its parts.
  public init(file: UInt16, line: UInt32, column: UInt32) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// An error or a warning about a place in a text file.
public struct Diagnostic: Hashable, Sendable {
  /// How grave it is.
  public enum Severity: String, Sendable {
    /// What was read is not used.
    case error
    /// It is used.
    case warning
  }

  /// How grave it is.
  public var severity: Severity
  /// Where it is.
  public var location: SourceLocation
  /// How many octets the caret underlines, at least 1.
  public var length: Int
  /// What is wrong, in one sentence without a final dot.
  public var message: String
  /// How to mend it, in one sentence without a final dot; nil where the message says it.
  public var hint: String?

  /// A diagnostic from its parts.
  public init(
    _ severity: Severity, at location: SourceLocation, length: Int = 1, _ message: String,
    hint: String? = nil
  ) {
    self.severity = severity
    self.location = location
    self.length = length
    self.message = message
    self.hint = hint
  }
}
