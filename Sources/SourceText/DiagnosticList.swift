/// The diagnostics of a load, so many of each file and no more.
public struct DiagnosticList: Sendable {
  /// How many errors, and how many warnings, of one file are kept.
  public static let limit = 100

  private struct Key: Hashable {
    var file: UInt16
    var severity: Diagnostic.Severity
  }

  private var kept: Set<Diagnostic> = []
  private var counts: [Key: Int] = [:]

  /// How many errors were reported, repetitions counted.
  public private(set) var errorCount = 0

  /// An empty list.
  public init() {}

  /// Takes a diagnostic; one that is there already is not repeated.
  public mutating func report(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .error { errorCount += 1 }
    let key = Key(file: diagnostic.location.file, severity: diagnostic.severity)
    guard !kept.contains(diagnostic) else { return }
    let count = counts[key, default: 0]
    counts[key] = count + 1
    if count < Self.limit { kept.insert(diagnostic) }
  }

  /// Reports an error at `word`.
  public mutating func error(_ word: Word, _ message: String, hint: String? = nil) {
    report(Diagnostic(.error, at: word.location, length: word.length, message, hint: hint))
  }

  /// Reports a warning at `word`.
  public mutating func warning(_ word: Word, _ message: String, hint: String? = nil) {
    report(Diagnostic(.warning, at: word.location, length: word.length, message, hint: hint))
  }

  /// Those kept, in the order of files, lines and columns.
  public var sorted: [Diagnostic] {
    kept.sorted { a, b in
      (a.location.file, a.location.line, a.location.column, a.message)
        < (b.location.file, b.location.line, b.location.column, b.message)
    }
  }

  /// How many of a file and severity were left out.
  public func omitted(file: UInt16, _ severity: Diagnostic.Severity) -> Int {
    max(0, counts[Key(file: file, severity: severity), default: 0] - Self.limit)
  }
}
