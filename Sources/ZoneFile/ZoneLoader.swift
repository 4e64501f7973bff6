import DNSWire
import SourceText

/// Loads zones from master files (RFC 1035 §5) with this product's steering lines in them.
/// Several threads may load at once.
public struct ZoneLoader: Sendable {
  /// How strict a load is with what depends on the time.
  public enum Mode: Sendable {
    /// A migration that comes too late for its countdown is an error: `sextant check` and a reload.
    case strict
    /// It is a warning: another server may have counted down in time.
    case coldStart
  }

  /// Reads a file's octets.
  public typealias Reader = @Sendable (_ path: String) throws(FileError) -> [UInt8]

  /// The folder that `$INCLUDE` may not leave, by the text of the paths (links are the operator's own); nil is
  /// the folder of the zone's file. Absolute if and only if the paths that are loaded are.
  public var root: String?
  /// Seconds since 1970 (UTC).
  public var now: Int64
  /// How strict the load is.
  public var mode: Mode
  /// The migrations of the version that is served: one of these is never too late.
  public var running: [MigrationDeclaration]
  /// How files are read.
  public var read: Reader

  /// A loader from its parts; files come from the file system where no reader is given.
  public init(
    root: String? = nil, now: Int64, mode: Mode = .strict, running: [MigrationDeclaration] = [],
    read: @escaping Reader = FileError.readFile
  ) {
    self.root = root
    self.now = now
    self.mode = mode
    self.running = running
    self.read = read
  }

  /// Loads the zone `apex` from the file at `path`. All errors are reported in one go; with any there is no zone.
  public func load(path: String, apex: DomainName) -> ZoneLoad {
    var parser = ZoneParser(apex: apex, root: root ?? IncludePath.folder(of: path), read: read)
    parser.parseFile(path)
    var builder = ZoneBuilder(consume parser, now: now, mode: mode, running: running)
    let zone = builder.build()
    let diagnostics = builder.diagnostics
    return ZoneLoad(
      sources: builder.sources, diagnostics: diagnostics.sorted,
      omitted: builder.sources.indices.map {
        let file = UInt16($0)
        return (diagnostics.omitted(file: file, .error), diagnostics.omitted(file: file, .warning))
      },
      zone: diagnostics.errorCount == 0 ? zone : nil)
  }
}
