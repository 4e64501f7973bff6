/// One word of a master file (RFC 1035 §5.1): a range of octets and the place it stands at.
struct Token {
  /// How a token was written.
  enum Form: UInt8 {
    /// Without quotes.
    case plain
    /// In quotes, which the range leaves out.
    case quoted
    /// `key="value"`; `quote` is the offset of the opening quote, the range ends before the closing one.
    case pair
  }

  /// The first octet of the text.
  var start: UInt32
  /// Behind the last octet of the text.
  var end: UInt32
  /// In a `pair`: where the quote stands.
  var quote: UInt32 = 0
  /// The line, from 1.
  var line: UInt32
  /// The column in octets, from 1; of the opening quote, where there is one.
  var column: UInt32
  /// How it was written.
  var form: Form
  /// Whether a backslash is in it.
  var hasEscape: Bool

  /// The text's octets in the file, escapes as they were written.
  var range: Range<Int> { Int(start)..<Int(end) }

  /// How many octets it takes in the file, quotes included.
  var length: Int {
    switch form {
    case .plain: Int(end - start)
    case .quoted: Int(end - start) + 2
    case .pair: Int(end - start) + 1
    }
  }
}
