import SourceText

/// One logical line of a master file: what stands up to a newline outside parentheses.
struct Entry {
  /// What the lexer found wrong in a line.
  enum Problem: Equatable {
    /// A quote that its line does not close.
    case openQuote
    /// A `(` that nothing closes.
    case openParenthesis
    /// A `)` that nothing opened.
    case strayParenthesis
    /// A backslash with nothing behind it.
    case danglingEscape
    /// An octet 0.
    case zeroOctet
  }

  /// The text that the tokens point into.
  var bytes: [UInt8]
  /// The index of the file.
  var file: UInt16
  /// The words; parentheses and comments are not among them.
  var tokens: [Token] = []
  /// Whether the line begins with a blank: its owner is the last one.
  var startsBlank = false
  /// Where all its words stand, where a `$GENERATE` made it: at that directive.
  var origin: Word?
  /// What is wrong with it; such an entry has no further meaning.
  var problems: [(problem: Problem, location: SourceLocation)] = []

  /// The words of a file's text, none yet.
  init(bytes: [UInt8], file: UInt16) {
    self.bytes = bytes
    self.file = file
  }
}

extension Entry {
  /// Where `token` stands.
  func location(of token: Token) -> SourceLocation {
    origin?.location ?? SourceLocation(file: file, line: token.line, column: token.column)
  }

  /// The octets of `token` as they were written.
  func raw(_ token: Token) -> ArraySlice<UInt8> { bytes[token.range] }

  /// The octets of `token` with its escapes resolved.
  func octets(_ token: Token) -> [UInt8] { Self.unescaped(raw(token)) }

  /// `text` with `\X` and `\DDD` resolved; a broken escape stands for itself.
  static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var at = text.startIndex
    while at < text.endIndex {
      guard text[at] == .backslash, at + 1 < text.endIndex else {
        result.append(text[at])
        at += 1
        continue
      }
      if let octet = decimalEscape(text, at: at + 1) {
        result.append(octet)
        at += 4
      } else {
        result.append(text[at + 1])
        at += 2
      }
    }
    return result
  }

  /// The same; nil where `\` has digits behind it that are not three or above 255 (RFC 1035 §5.1).
  static func unescaped(strictly text: ArraySlice<UInt8>) -> [UInt8]? {
    var at = text.startIndex
    while at < text.endIndex {
      if text[at] == .backslash {
        at += 1
        if at < text.endIndex, text[at].isDigit, decimalEscape(text, at: at) == nil { return nil }
      }
      at += 1
    }
    return unescaped(text)
  }

  /// The octet that the three digits at `at` name; nil where they are not three digits up to 255.
  static func decimalEscape(_ text: ArraySlice<UInt8>, at: Int) -> UInt8? {
    guard at + 3 <= text.endIndex else { return nil }
    var value = 0
    for octet in text[at..<(at + 3)] {
      guard octet.isDigit else { return nil }
      value = value * 10 + Int(octet - .zero)
    }
    return UInt8(exactly: value)
  }

  /// `token` as a word: its text with escapes resolved, and its place.
  func word(_ token: Token) -> Word {
    Word(
      text: String(decoding: octets(token), as: UTF8.self), location: location(of: token),
      length: origin?.length ?? token.length)
  }

  /// Whether `token` is `keyword` (given in upper case), in any case of letters.
  func isKeyword(_ token: Token, _ keyword: StaticString) -> Bool {
    guard token.form == .plain, token.range.count == keyword.utf8CodeUnitCount else { return false }
    // SAFETY: a string literal with the count of code units that was compared above.
    return keyword.withUTF8Buffer { text in
      unsafe zip(raw(token), text).allSatisfy { $0.uppercased == $1 }
    }
  }
}

extension UInt8 {
  static let tab: UInt8 = 0x09
  static let newline: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let quote: UInt8 = 0x22
  static let dollar: UInt8 = 0x24
  static let openParenthesis: UInt8 = 0x28
  static let closeParenthesis: UInt8 = 0x29
  static let dot: UInt8 = 0x2E
  static let slash: UInt8 = 0x2F
  static let zero: UInt8 = 0x30
  static let semicolon: UInt8 = 0x3B
  static let equals: UInt8 = 0x3D
  static let at: UInt8 = 0x40
  static let backslash: UInt8 = 0x5C

  /// Whether this is an ASCII digit.
  var isDigit: Bool { self &- .zero < 10 }
  /// The ASCII letter in upper case; other octets as they are.
  var uppercased: UInt8 { self &- 97 < 26 ? self & 0xDF : self }
}
