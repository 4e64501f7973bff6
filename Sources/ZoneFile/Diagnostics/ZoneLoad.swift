import SourceText

/// What came of loading a zone's files.
public struct ZoneLoad: Sendable {
  /// The files, the zone's own first.
  public let sources: [SourceFile]
  /// The errors and warnings in the order of files and lines, at most 100 of each kind a file.
  public let diagnostics: [Diagnostic]
  /// How many errors and warnings of each file were left out of `diagnostics`.
  public let omitted: [(errors: Int, warnings: Int)]
  /// The zone; nil where there was any error in loading it.
  public let zone: Zone?

  /// The paths of the files, in the order of `SourceLocation.file`.
  public var files: [String] { sources.map(\.path) }
  /// How many errors there are, those left out included.
  public var errorCount: Int { count(.error) + omitted.reduce(0) { $0 + $1.errors } }
  /// How many warnings there are, those left out included.
  public var warningCount: Int { count(.warning) + omitted.reduce(0) { $0 + $1.warnings } }

  private func count(_ severity: Diagnostic.Severity) -> Int {
    diagnostics.count { $0.severity == severity }
  }

  /// The same with diagnostics that were found when the zone was compiled; the zone stays.
  public func adding(_ later: [Diagnostic]) -> ZoneLoad {
    var list = DiagnosticList()
    for diagnostic in diagnostics + later { list.report(diagnostic) }
    return ZoneLoad(
      sources: sources, diagnostics: list.sorted,
      omitted: omitted.enumerated().map { index, left in
        let file = UInt16(index)
        return (
          left.errors + list.omitted(file: file, .error),
          left.warnings + list.omitted(file: file, .warning)
        )
      }, zone: zone)
  }

  /// All diagnostics as text, each as `rendered(_:color:)` shows it; empty where there are none.
  public func rendered(color: Bool = false) -> String {
    var text = diagnostics.map { rendered($0, color: color) }.joined()
    for (source, left) in zip(sources, omitted) {
      if left.errors > 0 { text += "\(source.path): and \(left.errors) more errors\n" }
      if left.warnings > 0 { text += "\(source.path): and \(left.warnings) more warnings\n" }
    }
    return text
  }

  /// `path:line:column: error: message`, the line, a caret under the place, the hint, and the chain of
  /// `$INCLUDE` lines that leads to the file.
  public func rendered(_ diagnostic: Diagnostic, color: Bool = false) -> String {
    DiagnosticRenderer(sources: sources, color: color).text(diagnostic)
  }
}
