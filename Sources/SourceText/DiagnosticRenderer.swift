/// Turns diagnostics into what a person reads on a terminal.
public struct DiagnosticRenderer {
  /// How many characters of a long line are shown.
  private static let width = 120

  /// The files of the load.
  public var sources: [SourceFile]
  /// Whether escape sequences for colour are used.
  public var color: Bool

  /// A renderer for the diagnostics of these files.
  public init(sources: [SourceFile], color: Bool) {
    self.sources = sources
    self.color = color
  }

  /// The text of one diagnostic, ending with a newline.
  public func text(_ diagnostic: Diagnostic) -> String {
    let location = diagnostic.location
    let tone = diagnostic.severity == .error ? "31" : "35"
    var text = painted("\(place(location)): ", "1")
    text += painted("\(diagnostic.severity.rawValue): ", "1;" + tone)
    text += painted(printable(diagnostic.message), "1") + "\n"
    if Int(location.file) < sources.count,
      let line = sources[Int(location.file)].line(location.line)
    {
      text += excerpt(line, column: Int(location.column), length: diagnostic.length, tone: tone)
    }
    if let hint = diagnostic.hint { text += "  hint: \(printable(hint))\n" }
    var at = location
    while Int(at.file) < sources.count, let parent = sources[Int(at.file)].includedAt {
      text += "  included at \(place(parent))\n"
      at = parent
    }
    return text
  }

  private func place(_ location: SourceLocation) -> String {
    let path = Int(location.file) < sources.count ? sources[Int(location.file)].path : "?"
    return location.line == 0
      ? printable(path) : "\(printable(path)):\(location.line):\(location.column)"
  }

  /// The line, cut to a window round the place where it is long, and the carets.
  private func excerpt(
    _ line: ArraySlice<UInt8>, column: Int, length: Int, tone: String
  ) -> String {
    let split = min(line.endIndex, line.startIndex + max(0, column - 1))
    let end = min(line.endIndex, split + max(1, length))
    // No more than can be shown is decoded, however long the line is.
    let octets = 4 * Self.width
    var before = scalars(line[..<split].suffix(octets))
    var marked = scalars(line[split..<end].prefix(octets))
    var after = scalars(line[end...].prefix(octets))
    if before.count + marked.count + after.count > Self.width {
      if before.count > Self.width / 2 { before = ["…"] + before.suffix(Self.width / 2) }
      marked = Array(marked.prefix(Self.width - before.count))
      let room = Self.width - before.count - marked.count
      if after.count > room { after = after.prefix(room) + ["…"] }
    }
    let indent = String(before.map { $0 == "\t" ? "\t" : " " })
    let carets = painted(String(repeating: "^", count: max(1, marked.count)), "1;" + tone)
    return "  \(String(before))\(String(marked))\(String(after))\n  \(indent)\(carets)\n"
  }

  /// Characters that a terminal shows one a column and does not obey.
  private func scalars(_ octets: ArraySlice<UInt8>) -> [Character] {
    String(decoding: octets, as: UTF8.self).unicodeScalars.map(Self.visible)
  }

  /// A text in the same way; of one that quotes a very long word, how it begins and ends.
  private func printable(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > 4 * Self.width else { return String(scalars.map(Self.visible)) }
    let ends = [scalars.prefix(Self.width), scalars.suffix(Self.width)]
    return ends.map { String($0.map(Self.visible)) }.joined(separator: "…")
  }

  private static func visible(_ scalar: Unicode.Scalar) -> Character {
    switch scalar.properties.generalCategory {
    case .control where scalar != "\t", .format: "\u{FFFD}"
    default: Character(scalar)
    }
  }

  private func painted(_ text: String, _ code: String) -> String {
    color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
