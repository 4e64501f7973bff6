/// A file of text that was read. One that is included twice is there twice.
public struct SourceFile: Sendable {
  /// Its path, as messages show it.
  public let path: String
  /// Its text.
  public let bytes: [UInt8]
  /// The `$INCLUDE` line that brought it in; nil for the zone's own file.
  public let includedAt: SourceLocation?

  /// A file that was read.
  public init(path: String, bytes: [UInt8], includedAt: SourceLocation? = nil) {
    self.path = path
    self.bytes = bytes
    self.includedAt = includedAt
  }

  /// The octets of a line (from 1) without its end; nil where there is no such line.
  func line(_ number: UInt32) -> ArraySlice<UInt8>? {
    guard number >= 1 else { return nil }
    var start = bytes.startIndex
    for _ in 1..<number {
      guard let end = bytes[start...].firstIndex(of: 0x0A) else { return nil }
      start = end + 1
    }
    let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.endIndex
    let line = bytes[start..<end]
    return line.last == 0x0D ? line.dropLast() : line
  }
}
