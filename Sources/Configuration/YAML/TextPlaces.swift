import SourceText

/// Turns libyaml's places, counted in Unicode scalars, into lines and columns counted in octets.
///
/// libyaml's own line numbers also count line ends that no editor shows as such.
struct TextPlaces {
  private let bytes: [UInt8]
  /// Where each Unicode scalar begins, and the end of the text.
  private let scalarStarts: [Int]
  /// Where each line begins.
  private let lineStarts: [Int]

  /// The places of a text; as far as it is UTF-8.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    scalarStarts = bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 } + [bytes.count]
    lineStarts = [0] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
  }

  /// The place of a Unicode scalar; the end of the text for what lies behind it.
  func location(scalar: Int) -> SourceLocation { location(octet: octet(scalar)) }

  /// The place of an octet; the end of the text for what lies behind it. Behind the last line's end there
  /// is nothing to point at, so it is that line's.
  func location(octet: Int) -> SourceLocation {
    let octet = min(octet, bytes.last == 0x0A ? bytes.count - 1 : bytes.count)
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= octet { low = middle } else { high = middle }
    }
    return SourceLocation(
      file: 0, line: UInt32(low + 1), column: UInt32(octet - lineStarts[low] + 1))
  }

  /// How many octets of the first line of a range it takes, blanks at its end left out; at least 1.
  func lengthInLine(_ scalars: Range<Int>) -> Int {
    let start = octet(scalars.lowerBound)
    let text = bytes[start..<octet(scalars.upperBound)].prefix { $0 != 0x0A && $0 != 0x0D }
    return max(1, text.count - text.reversed().prefix { $0 == 0x20 || $0 == 0x09 }.count)
  }

  private func octet(_ scalar: Int) -> Int {
    scalar < scalarStarts.count ? scalarStarts[scalar] : bytes.count
  }
}
