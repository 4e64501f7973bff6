import DNSWire
import SourceText

/// Reads a zone's files line by line into records and declarations; what refers to something else in the zone
/// is left to `ZoneBuilder`.
struct ZoneParser {
  /// How deep files may include each other (the zone's own file is at depth 0).
  static let maximumDepth = 16
  /// How many files one zone may be made of.
  static let maximumFiles = 1000

  /// What a line takes from the lines before it; each file has its own.
  struct Scope {
    /// The path of the file, normalized where it was included.
    var path: String
    /// The index of the file.
    var file: UInt16
    /// What completes relative names.
    var origin: DomainName
    /// What `$TTL` said last.
    var defaultTTL: UInt32?
    /// The TTL that the last record with a TTL had (RFC 1035 §5.1).
    var lastTTL: UInt32?
    /// The last owner in wire form; empty where there is none yet, or the last one was wrong.
    var owner: [UInt8] = []
    /// Whether there was an owner, right or wrong.
    var hasOwner = false
  }

  let apex: DomainName
  let root: String
  let read: ZoneLoader.Reader

  /// The files read so far.
  var sources: [SourceFile] = []
  /// What was found wrong so far.
  var diagnostics = DiagnosticList()
  /// The plain records.
  var records = RecordTable()
  /// The steering lines.
  var declarations = Declarations()
  /// The MINIMUM field of the zone's SOA record, the TTL where nothing else says one.
  var soaMinimum: UInt32?
  /// The scopes of the files that are being read, the innermost last.
  var scope: Scope
  /// Whether the zone's own file could be read.
  var isReadable = true
  /// The paths of the files that include the present one.
  var chain: [String] = []
  /// Memory for the RDATA of one record.
  var rdata: [UInt8] = []
  /// Memory for the owner of one record.
  var owner: [UInt8] = []

  init(apex: DomainName, root: String, read: @escaping ZoneLoader.Reader) {
    self.apex = apex
    self.root = root
    self.read = read
    scope = Scope(path: "", file: 0, origin: apex)
  }

  /// Reads the zone's own file.
  mutating func parseFile(_ path: String) {
    do {
      parse(try readText(path), path: path, includedAt: nil)
    } catch {
      isReadable = false
      sources.append(SourceFile(path: path, bytes: [], includedAt: nil))
      let start = SourceLocation(file: 0, line: 0, column: 0)
      diagnostics.report(Diagnostic(.error, at: start, "cannot read it: \(error.explanation)"))
    }
  }

  func readText(_ path: String) throws(FileError) -> [UInt8] {
    let bytes = try read(path)
    guard bytes.count < Int(UInt32.max) else { throw .tooLarge }
    return bytes
  }

  /// Reads a file's text; the caller puts `scope` back.
  mutating func parse(_ bytes: [UInt8], path: String, includedAt: SourceLocation?) {
    let file = UInt16(sources.count)
    sources.append(SourceFile(path: path, bytes: bytes, includedAt: includedAt))
    scope.path = path
    scope.file = file
    var lexer = Lexer(bytes: bytes, file: file)
    var entry = Entry(bytes: bytes, file: file)
    var lastOwner: Range<Int>?
    while true {
      while parsePlainLine(bytes.span, &lexer, &lastOwner) {}
      guard lexer.next(&entry) else { break }
      parse(entry)
      lastOwner = nil
    }
  }

  /// Reads one entry.
  mutating func parse(_ entry: Entry) {
    guard entry.problems.isEmpty else {
      for (problem, location) in entry.problems {
        diagnostics.report(
          Diagnostic(.error, at: location, problem.message, hint: problem.hint))
      }
      return
    }
    guard let first = entry.tokens.first else { return }
    if first.form != .quoted, entry.bytes[Int(first.start)] == .dollar {
      parseDirective(entry)
    } else {
      parseRecord(entry)
    }
  }

  private mutating func parseDirective(_ entry: Entry) {
    let word = entry.word(entry.tokens[0])
    switch word.text.uppercased() {
    case "$ORIGIN": parseOrigin(entry)
    case "$TTL": parseDefaultTTL(entry)
    case "$INCLUDE": parseInclude(entry)
    case "$GENERATE": parseGenerate(entry)
    case "$CHECK": parseCheck(entry)
    case "$SITE": parseSite(entry)
    case "$POOL": parsePool(entry)
    case "$MAP": parseMap(entry)
    case "$POLICY": parsePolicy(entry)
    case "$MIGRATE": parseMigrate(entry)
    case "$EXPECT": parseExpect(entry)
    default:
      let known = [
        "$ORIGIN", "$TTL", "$INCLUDE", "$GENERATE", "$CHECK", "$SITE", "$POOL", "$MAP", "$POLICY",
        "$MIGRATE", "$EXPECT",
      ]
      diagnostics.error(
        word, "no directive '\(word.text)'\(Suggestion.text(for: word.text, among: known))",
        hint: "an owner that begins with '$' is written '\\$'")
    }
  }

  /// Reports an error at the line's first word, for what is missing at its end.
  mutating func reportMissing(_ entry: Entry, _ message: String, hint: String?) {
    guard let first = entry.tokens.first else { return }
    diagnostics.error(entry.word(first), message, hint: hint)
  }

  private mutating func parseOrigin(_ entry: Entry) {
    guard entry.tokens.count == 2 else {
      return reportMissing(entry, "$ORIGIN takes one name", hint: "such as '$ORIGIN \(apex)'")
    }
    if let name = name(entry.word(entry.tokens[1]), raw: entry.raw(entry.tokens[1])) {
      scope.origin = name
    }
  }

  private mutating func parseDefaultTTL(_ entry: Entry) {
    guard entry.tokens.count == 2 else {
      return reportMissing(entry, "$TTL takes one duration", hint: "such as '$TTL 1h'")
    }
    guard let ttl = DurationText.seconds(entry.raw(entry.tokens[1])), ttl <= DurationText.maximumTTL
    else {
      let word = entry.word(entry.tokens[1])
      return diagnostics.error(
        word, "'\(word.text)' is not a TTL", hint: "a TTL is 0 to 2147483647 seconds, such as 1h30m"
      )
    }
    scope.defaultTTL = UInt32(ttl)
  }

  /// The name that `raw` says, completed with the origin; reported at `word` where it is none.
  mutating func name(_ word: Word, raw: ArraySlice<UInt8>) -> DomainName? {
    do {
      return try NameText.name(Array(raw), origin: scope.origin)
    } catch {
      let text = String(decoding: raw, as: UTF8.self)
      diagnostics.error(word, "the name '\(text)' \(error.explanation)")
      return nil
    }
  }
}

extension Entry.Problem {
  /// What is wrong.
  var message: String {
    switch self {
    case .openQuote: "this quote is not closed on its line"
    case .openParenthesis: "this parenthesis is never closed"
    case .strayParenthesis: "this parenthesis closes nothing"
    case .danglingEscape: "a backslash at the end of a line"
    case .zeroOctet: "an octet 0 in a text file"
    }
  }

  /// How to mend it.
  var hint: String? {
    switch self {
    case .openQuote: "close it with '\"'; a quote inside is written '\\\"'"
    case .openParenthesis: "put ')' behind the last word that belongs to the line"
    case .strayParenthesis: nil
    case .danglingEscape: "lines are continued in parentheses"
    case .zeroOctet: "is this a zone file in text form?"
    }
  }
}
