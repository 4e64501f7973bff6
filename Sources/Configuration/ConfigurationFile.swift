import SourceText

/// What came of reading a file of settings.
public struct ConfigurationFile: Sendable {
  /// The largest file that is read, in octets.
  static let maximumSize = 256 * 1024

  /// The file.
  public let source: SourceFile
  /// The errors, in the order of lines.
  public let diagnostics: [Diagnostic]
  /// The settings, those that the file leaves out at their defaults; nil where there is any error.
  public let settings: ServeSettings?
  private let omitted: Int

  /// Reads the file at `path`; `readFile` is how files are read.
  public init(
    path: String,
    readFile: (String) throws(FileError) -> [UInt8] = FileError.readFile
  ) {
    do throws(FileError) {
      self.init(path: path, bytes: try readFile(path))
    } catch {
      self.init(path: path, problem: "cannot be read: \(error.explanation)")
    }
  }

  /// Reads the text of a file.
  public init(path: String, bytes: [UInt8]) {
    guard bytes.count <= Self.maximumSize else {
      self.init(path: path, problem: "has more than \(Self.maximumSize) octets; no settings have")
      return
    }
    var reader = YAMLReader(bytes)
    let root = reader.read()
    var reading = SettingsReading(diagnostics: reader.diagnostics)
    if let root { reading.read(root, Setting.all) }
    self.init(SourceFile(path: path, bytes: bytes), reading.settings, reading.diagnostics)
  }

  private init(path: String, problem: String) {
    var diagnostics = DiagnosticList()
    diagnostics.report(
      Diagnostic(.error, at: SourceLocation(file: 0, line: 0, column: 0), problem))
    self.init(SourceFile(path: path, bytes: []), ServeSettings(), diagnostics)
  }

  private init(_ source: SourceFile, _ settings: ServeSettings, _ list: DiagnosticList) {
    self.source = source
    self.settings = list.errorCount == 0 ? settings : nil
    diagnostics = list.sorted
    omitted = list.omitted(file: 0, .error)
  }

  /// How many errors there are, those left out of `diagnostics` included.
  public var errorCount: Int { diagnostics.count + omitted }

  /// All errors as text, each with its place, the line, a caret and a way to mend it; empty where there
  /// are none.
  public func rendered(color: Bool = false) -> String {
    let renderer = DiagnosticRenderer(sources: [source], color: color)
    let more = omitted > 0 ? "\(source.path): and \(omitted) more errors\n" : ""
    return diagnostics.map(renderer.text).joined() + more
  }
}
