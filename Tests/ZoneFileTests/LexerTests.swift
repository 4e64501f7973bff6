import Testing

@testable import ZoneFile

@Suite("The lexer")
struct LexerTests {
  /// The entries of `text`: their words, with `_` before the first where the line begins with a blank.
  private func entries(_ text: String) -> [[String]] {
    let bytes = Array(text.utf8)
    var lexer = Lexer(bytes: bytes, file: 0)
    var entry = Entry(bytes: bytes, file: 0)
    var result: [[String]] = []
    while lexer.next(&entry) {
      #expect(entry.problems.isEmpty)
      result.append((entry.startsBlank ? ["_"] : []) + entry.tokens.map { entry.word($0).text })
    }
    return result
  }

  @Test(
    "lines are cut into words",
    arguments: [
      ("", []), ("\n\n  \n", []), ("; only a comment", []), ("a b c", [["a", "b", "c"]]),
      ("a b\nc d\n", [["a", "b"], ["c", "d"]]), ("\ta\tb", [["_", "a", "b"]]),
      ("a b;c\nd", [["a", "b"], ["d"]]), ("a\r\nb\r\n", [["a"], ["b"]]),
      ("a ( b\n c ) d\ne", [["a", "b", "c", "d"], ["e"]]),
      ("a ( b ; x ) y\n c )\ne", [["a", "b", "c"], ["e"]]),
      ("a(b)c", [["a", "b", "c"]]), ("a ( ( b ) \n ) c", [["a", "b", "c"]]),
      ("\u{FEFF}a b", [["a", "b"]]), ("  ; c\na", [["a"]]),
      (" a ( \n b\n)\n c", [["_", "a", "b"], ["_", "c"]]),
    ] as [(String, [[String]])])
  func words(text: String, expected: [[String]]) {
    #expect(entries(text) == expected)
  }

  @Test(
    "quotes and escapes",
    arguments: [
      (#"a "b c" d"#, ["a", "b c", "d"]), (#"a "" d"#, ["a", "", "d"]),
      (#"a "b;(c)" d"#, ["a", "b;(c)", "d"]), (#"a "b\"c\\""#, ["a", #"b"c\"#]),
      (#"a\ b c"#, ["a b", "c"]), (#"a\;b"#, ["a;b"]), (#"\065"#, ["A"]), (#"\(x"#, ["(x"]),
      (#""a""b""#, ["a", "b"]), (#"a"b c""#, ["a", "b c"]), (#"k="v w" x"#, ["k=v w", "x"]),
      (#"k=v"w""#, ["k=v", "w"]), (#"k="v;w"z"#, ["k=v;w", "z"]), (#"\999"#, ["999"]),
      (#"$a"#, ["$a"]), ("k=\"\"", ["k="]),
    ])
  func quoting(text: String, expected: [String]) {
    let words = entries(text).flatMap { $0 }.map { $0.replacing("=\"", with: "=") }
    #expect(words == expected)
  }

  @Test("each token knows its line, column and length")
  func positions() {
    let text = "a  bc (\n\t\"d e\" k=\"v\" ; x\n) f"
    let bytes = Array(text.utf8)
    var lexer = Lexer(bytes: bytes, file: 3)
    var entry = Entry(bytes: bytes, file: 3)
    let isRead = lexer.next(&entry)
    #expect(isRead)
    let places = entry.tokens.map { [Int($0.line), Int($0.column), $0.length] }
    #expect(places == [[1, 1, 1], [1, 4, 2], [2, 2, 5], [2, 8, 5], [3, 3, 1]])
    #expect(entry.location(of: entry.tokens[0]).file == 3)
    let isMore = lexer.next(&entry)
    #expect(!isMore)
  }

  @Test(
    "what is wrong in a line is told with its place, and the next line is read",
    arguments: [
      ("a \"b c\nok", .openQuote, 1, 3), ("a k=\"b c\nok", .openQuote, 1, 5),
      ("a b ) c\nok", .strayParenthesis, 1, 5), ("a b\\\nok", .danglingEscape, 1, 4),
      ("a \"b\\\nok", .danglingEscape, 1, 5), ("a \0b\nok", .zeroOctet, 1, 3),
      ("a \"\0\"\nok", .zeroOctet, 1, 4), ("x\na ( b\n c\n\n d\nok", .openParenthesis, 2, 3),
    ] as [(String, Entry.Problem, UInt32, UInt32)])
  func problems(text: String, problem: Entry.Problem, line: UInt32, column: UInt32) {
    let bytes = Array(text.utf8)
    var lexer = Lexer(bytes: bytes, file: 0)
    var entry = Entry(bytes: bytes, file: 0)
    var found: [(Entry.Problem, UInt32, UInt32)] = []
    var last = ""
    while lexer.next(&entry) {
      found += entry.problems.map { ($0.problem, $0.location.line, $0.location.column) }
      if let token = entry.tokens.last { last = entry.word(token).text }
    }
    #expect(found.contains { $0 == (problem, line, column) }, "\(found)")
    #expect(last == "ok")
  }

  @Test("a file of open parentheses is not read for ever")
  func manyOpenParentheses() {
    let bytes = Array(String(repeating: "a (\n", count: 20_000).utf8)
    var lexer = Lexer(bytes: bytes, file: 0)
    var entry = Entry(bytes: bytes, file: 0)
    var count = 0
    while lexer.next(&entry) { count += 1 }
    #expect(count == 11)
  }
}
