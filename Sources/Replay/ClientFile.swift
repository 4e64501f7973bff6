import Addresses
import DNSWire
import SourceText

/// A file of client networks with their numbers, or a log of queries: a line each,
/// `CLIENT [COUNT] [NAME [TYPE]]`, the fields parted by blanks or commas. `#` begins a line of comment.
public struct ClientFile: Sendable {
  /// One line.
  public struct Line: Sendable {
    /// The client's network.
    public var network: IPPrefix
    /// How many clients, or queries, it stands for.
    public var count: Double = 1
    /// The name that was asked for, where the line says it.
    public var name: DomainName?
    /// The type that was asked for, in upper case, where the line says it.
    public var type: String?
  }

  /// What a file has that cannot be read.
  public struct Mistakes: Error {
    /// All of it, as a person reads it.
    public let text: String
  }

  /// So many mistakes are enough to see what is wrong with a file.
  private static let maximumMistakes = 20

  private let source: SourceFile
  private var lineNumber: UInt32 = 0
  private var position: Int = 0
  private var diagnostics: [Diagnostic] = []

  /// The file at `path` with these octets.
  public init(path: String, octets: [UInt8]) {
    source = SourceFile(path: path, bytes: octets)
  }

  /// How much (0…1) of the file has been read.
  public var progress: Double {
    source.bytes.isEmpty ? 1 : min(1, Double(position) / Double(source.bytes.count))
  }

  /// The next line that has a client; nil at the end. Lines that cannot be read are passed over, and thrown at
  /// the end, or when there are too many.
  public mutating func next() throws(Mistakes) -> Line? {
    while position < source.bytes.count, diagnostics.count < Self.maximumMistakes {
      let start = position
      while position < source.bytes.count, source.bytes[position] != Self.newline { position += 1 }
      let end = position
      position += 1
      lineNumber += 1
      if let line = line(start..<end) { return line }
    }
    guard diagnostics.isEmpty else {
      let renderer = DiagnosticRenderer(sources: [source], color: false)
      let more = position < source.bytes.count ? "\(source.path): and perhaps more\n" : ""
      throw Mistakes(text: diagnostics.map { renderer.text($0) }.joined() + more)
    }
    return nil
  }

  private static let newline = UInt8(ascii: "\n")

  private mutating func line(_ range: Range<Int>) -> Line? {
    let fields = source.bytes[range].split { octet in
      octet == UInt8(ascii: " ") || octet == UInt8(ascii: "\t") || octet == UInt8(ascii: ",")
        || octet == UInt8(ascii: "\r")
    }
    guard let first = fields.first, first.first != UInt8(ascii: "#") else { return nil }
    let text = String(decoding: first, as: UTF8.self)
    var network: IPPrefix
    do throws(IPPrefix.ParseError) {
      network = try IPPrefix(parsing: text)
    } catch {
      // A CSV file has a line of names at its head.
      if lineNumber > 1 || !text.utf8.allSatisfy({ $0 | 0x20 &- 97 < 26 }) {
        report(first, range, "'\(text)' is not a network or an address", hint: Self.hint(error))
      }
      return nil
    }
    if network.address.canonical.isIPv4 != network.address.isIPv4, network.length >= 96 {
      network = IPPrefix(network.address.canonical, length: network.length - 96)
    }
    var line = Line(network: network)
    var rest = fields.dropFirst()
    if let field = rest.first, let count = Self.count(field) {
      line.count = count
      rest = rest.dropFirst()
    }
    if let field = rest.popFirst() {
      guard let name = DomainName(String(decoding: field, as: UTF8.self)) else {
        report(field, range, "this is neither a count nor a name", hint: Self.form)
        return nil
      }
      line.name = name
    }
    if let field = rest.popFirst() {
      line.type = String(decoding: field, as: UTF8.self).uppercased()
    }
    if let field = rest.first {
      report(field, range, "nothing more may stand here", hint: Self.form)
      return nil
    }
    return line
  }

  private static let form = "a line is CLIENT [COUNT] [NAME [TYPE]]"

  private static func hint(_ error: IPPrefix.ParseError) -> String {
    switch error {
    case .malformed: form
    case .hostBits(let meant): "bits are set behind the prefix; write \(meant)"
    }
  }

  /// The whole number that a field, digits alone, says.
  private static func count(_ field: ArraySlice<UInt8>) -> Double? {
    guard field.count <= 15 else { return nil }
    var count = 0
    for octet in field {
      guard octet &- 48 < 10 else { return nil }
      count = count * 10 + Int(octet - 48)
    }
    return Double(count)
  }

  private mutating func report(
    _ field: ArraySlice<UInt8>, _ line: Range<Int>, _ message: String, hint: String
  ) {
    let column = UInt32(field.startIndex - line.lowerBound + 1)
    diagnostics.append(
      Diagnostic(
        .error, at: SourceLocation(file: 0, line: lineNumber, column: column),
        length: max(1, field.count), message, hint: hint))
  }
}
