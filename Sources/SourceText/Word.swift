/// A piece of a file's text with its place: what messages quote and point at.
public struct Word: Hashable, Sendable {
  /// The text, escapes resolved.
  public var text: String
  /// Where it stands.
  public var location: SourceLocation
  /// How many octets it takes there.
  public var length: Int

  /// A word from its parts.
  public init(text: String, location: SourceLocation, length: Int) {
    self.text = text
    self.location = location
    self.length = length
  }
}
