/// Why a server cannot start, in one clear line or one block of diagnostics.
public struct ControlError: Error, CustomStringConvertible, Sendable {
  /// The text.
  public let description: String

  /// An error with its text.
  public init(_ description: String) { self.description = description }
}
