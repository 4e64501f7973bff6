import SourceText

/// Cuts the text of a master file into entries.
///
/// A line ends at a newline outside parentheses. Quotes have to be closed on their line: an open one
/// would otherwise swallow the rest of the file (BIND decides the same; RFC 1035 §5.1 leaves it open).
/// `key="…"` is one token, in which `;`, `(`, `)` and blanks are plain. Parentheses may be nested.
struct Lexer {
  /// How often a parenthesis that is never closed is got over by starting again behind its line.
  private static let maximumRestarts = 10

  private let bytes: [UInt8]
  private let file: UInt16
  private var at: Int
  private var line: UInt32 = 1
  private var lineStart: Int
  private var restarts = 0

  /// A lexer at the start of a file's text; a byte order mark is stepped over.
  init(bytes: [UInt8], file: UInt16) {
    self.bytes = bytes
    self.file = file
    at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    lineStart = at
  }

  /// Where the next line begins.
  var position: Int { at }

  /// Where the octet at `index`, which is in the line at `position`, stands.
  func location(of index: Int) -> SourceLocation {
    let column = UInt32(truncatingIfNeeded: index - lineStart + 1)
    return SourceLocation(file: file, line: line, column: column)
  }

  /// Goes on behind the line at `position`, whose newline, or the end of the text, is at `end`.
  mutating func passLine(endingAt end: Int) {
    at = end
    if at < bytes.count { passNewline() }
  }

  /// Reads the next entry with a word or a problem in it; false at the end of the text.
  mutating func next(_ entry: inout Entry) -> Bool {
    entry.tokens.removeAll(keepingCapacity: true)
    entry.problems.removeAll(keepingCapacity: true)
    entry.startsBlank = isBlank(at)
    var opening: (location: SourceLocation, at: Int)?
    var depth = 0
    while at < bytes.count {
      switch bytes[at] {
      case .space, .tab, .carriageReturn:
        at += 1
      case .newline:
        passNewline()
        guard depth == 0 else { continue }
        if !entry.tokens.isEmpty || !entry.problems.isEmpty { return true }
        entry.startsBlank = isBlank(at)
      case .semicolon:
        skipLine()
      case .openParenthesis:
        if depth == 0 { opening = (here, at) }
        depth += 1
        at += 1
      case .closeParenthesis:
        if depth == 0 { entry.problems.append((.strayParenthesis, here)) }
        depth = max(0, depth - 1)
        at += 1
      default:
        readWord(&entry)
      }
    }
    if depth > 0, let opening {
      entry.problems = [(.openParenthesis, opening.location)]
      restart(behind: opening.at, line: opening.location.line)
    }
    return !entry.tokens.isEmpty || !entry.problems.isEmpty
  }

  private var here: SourceLocation { location(of: at) }

  private func isBlank(_ index: Int) -> Bool {
    index < bytes.count && (bytes[index] == .space || bytes[index] == .tab)
  }

  private mutating func passNewline() {
    at += 1
    line += 1
    lineStart = at
  }

  private mutating func skipLine() {
    while at < bytes.count, bytes[at] != .newline { at += 1 }
  }

  /// Goes back to the first line behind `opening` that begins like an entry of its own.
  private mutating func restart(behind opening: Int, line openingLine: UInt32) {
    restarts += 1
    guard restarts <= Self.maximumRestarts else { return }
    at = opening
    line = openingLine
    repeat {
      skipLine()
      guard at < bytes.count else { return }
      passNewline()
    } while at < bytes.count && Self.continuesEntry(bytes[at])
  }

  private static func continuesEntry(_ first: UInt8) -> Bool {
    switch first {
    case .space, .tab, .carriageReturn, .newline, .semicolon, .closeParenthesis: true
    default: false
    }
  }

  /// Reads one token, plain, quoted or `key="…"`.
  private mutating func readWord(_ entry: inout Entry) {
    let column = UInt32(truncatingIfNeeded: at - lineStart + 1)
    var token = Token(
      start: UInt32(truncatingIfNeeded: at), end: 0, line: line, column: column, form: .plain,
      hasEscape: false)
    if bytes[at] == .quote {
      token.form = .quoted
      token.start += 1
      readQuoted(&token, &entry)
    } else {
      scan: while at < bytes.count {
        switch bytes[at] {
        case .space, .tab, .carriageReturn, .newline, .semicolon, .openParenthesis,
          .closeParenthesis:
          break scan
        case .quote:
          guard bytes[at - 1] == .equals, !token.hasEscape else { break scan }
          token.form = .pair
          token.quote = UInt32(truncatingIfNeeded: at)
          readQuoted(&token, &entry)
          entry.tokens.append(token)
          return
        case .backslash: passEscape(&token, &entry)
        case 0: passZeroOctet(&entry)
        default: at += 1
        }
      }
      token.end = UInt32(truncatingIfNeeded: at)
    }
    entry.tokens.append(token)
  }

  /// Reads from an opening quote past the closing one.
  private mutating func readQuoted(_ token: inout Token, _ entry: inout Entry) {
    let opening = here
    at += 1
    while at < bytes.count, bytes[at] != .quote, bytes[at] != .newline {
      if bytes[at] == .backslash {
        passEscape(&token, &entry)
      } else if bytes[at] == 0 {
        passZeroOctet(&entry)
      } else {
        at += 1
      }
    }
    token.end = UInt32(truncatingIfNeeded: at)
    if at < bytes.count, bytes[at] == .quote {
      at += 1
    } else {
      entry.problems.append((.openQuote, opening))
    }
  }

  /// Reports the first of an entry: a file that is no text has thousands.
  private mutating func passZeroOctet(_ entry: inout Entry) {
    if !entry.problems.contains(where: { $0.0 == .zeroOctet }) {
      entry.problems.append((.zeroOctet, here))
    }
    at += 1
  }

  private mutating func passEscape(_ token: inout Token, _ entry: inout Entry) {
    token.hasEscape = true
    if at + 1 < bytes.count, bytes[at + 1] != .newline, bytes[at + 1] != 0 {
      at += 2
    } else {
      entry.problems.append((.danglingEscape, here))
      at += 1
    }
  }
}
