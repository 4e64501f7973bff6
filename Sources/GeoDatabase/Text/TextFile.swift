import Glibc

/// A file of lines with fields between commas; `#` begins a line of comment.
struct TextFile {
  /// A field of a line, without the blanks around it.
  struct Field {
    /// Its text.
    var text: String
    /// Where it begins in its line, in characters from 1.
    var column: Int
  }

  /// The path it was read from.
  let path: String
  private let octets: [UInt8]

  /// Reads a whole file.
  init(path: String) throws(GeoDatabaseError) {
    self.path = path
    // SAFETY: Swift passes a string to C with its NUL and keeps it for the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: systemMessage()) }
    defer { close(descriptor) }
    var octets: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      // SAFETY: read writes at most the octets that the buffer has.
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress, $0.count)
      }
      if count == 0 { break }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .unreadable(path: path, reason: systemMessage()) }
      octets += buffer[..<count]
    }
    self.octets = octets
  }

  /// Visits each line that is neither blank nor a comment, with its number from 1.
  func forEachLine(_ visit: (_ number: Int, _ fields: [Field]) -> Void) {
    var number = 0
    for line in octets.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      guard let first = line.first(where: { !Self.isBlank($0) }), first != UInt8(ascii: "#") else {
        continue
      }
      let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      visit(number, fields.map { Self.field($0, in: line) })
    }
  }

  private static func field(_ slice: ArraySlice<UInt8>, in line: ArraySlice<UInt8>) -> Field {
    let start = slice.firstIndex { !isBlank($0) } ?? slice.startIndex
    let end = slice.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start
    // Octets that continue a character of UTF-8 are no column.
    let before = line[..<start].count { $0 & 0xC0 != 0x80 }
    return Field(text: String(decoding: slice[start..<end], as: UTF8.self), column: before + 1)
  }

  private static func isBlank(_ octet: UInt8) -> Bool {
    octet == UInt8(ascii: " ") || octet == UInt8(ascii: "\t") || octet == UInt8(ascii: "\r")
  }
}
