import SourceText

/// A value of a YAML text, with its place.
struct YAMLNode {
  /// What it is.
  enum Content {
    /// Text, and whether it was written without quotes.
    case scalar(isPlain: Bool)
    case list([YAMLNode])
    case mapping([(key: Word, value: YAMLNode)])
  }

  /// What it is.
  var content: Content
  /// Its text, where it is a scalar, and where it begins.
  var word: Word

  /// Whether nothing was written, or YAML's word for nothing.
  var isNothing: Bool {
    guard case .scalar(isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(word.text)
  }
}
