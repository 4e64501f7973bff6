import DNSWire

/// Domain names from presentation form (RFC 1035 §5.1), straight into a buffer.
enum NameText {
  /// Why a name's text cannot be taken.
  enum Failure: Error {
    /// Nothing at all.
    case empty
    /// Two dots in a row, or one at the start.
    case emptyLabel
    /// A label of more than 63 octets.
    case labelTooLong
    /// More than 255 octets in wire form.
    case nameTooLong
    /// `\` with digits that are not three or above 255.
    case badEscape
  }

  /// Appends the wire form of `bytes[range]` to `wire`; a name without a final dot is completed with `origin`.
  static func append(
    _ bytes: Span<UInt8>, _ range: Range<Int>, origin: [UInt8], to wire: inout [UInt8]
  ) throws(Failure) {
    guard !range.isEmpty else { throw .empty }
    if range.count == 1 {
      if bytes[range.lowerBound] == .at {
        wire += origin
        return
      }
      if bytes[range.lowerBound] == .dot {
        wire.append(0)
        return
      }
    }
    let start = wire.count
    var length = wire.count
    wire.append(0)
    var at = range.lowerBound
    while at < range.upperBound {
      var octet = bytes[at]
      at += 1
      if octet == .dot {
        let count = wire.count - length - 1
        guard count > 0 else { throw .emptyLabel }
        guard count <= 63 else { throw .labelTooLong }
        wire[length] = UInt8(count)
        length = wire.count
        wire.append(0)
        continue
      }
      if octet == .backslash { octet = try escaped(bytes, &at, end: range.upperBound) }
      wire.append(octet)
    }
    let count = wire.count - length - 1
    if count > 0 {
      guard count <= 63 else { throw .labelTooLong }
      wire[length] = UInt8(count)
      wire += origin
    }
    guard wire.count - start <= 255 else { throw .nameTooLong }
  }

  /// The octet of an escape whose backslash is passed already.
  private static func escaped(
    _ bytes: Span<UInt8>, _ at: inout Int, end: Int
  ) throws(Failure) -> UInt8 {
    guard at < end else { throw .badEscape }
    guard bytes[at].isDigit else {
      at += 1
      return bytes[at - 1]
    }
    guard at + 3 <= end, bytes[at + 1].isDigit, bytes[at + 2].isDigit,
      let octet = UInt8(
        exactly: 100 * Int(bytes[at] - .zero) + 10 * Int(bytes[at + 1] - .zero)
          + Int(bytes[at + 2] - .zero))
    else { throw .badEscape }
    at += 3
    return octet
  }

  /// The name that `text` says.
  static func name(_ text: [UInt8], origin: DomainName) throws(Failure) -> DomainName {
    var wire: [UInt8] = []
    try append(text.span, text.indices, origin: origin.wire, to: &wire)
    guard let name = DomainName(wire: wire) else { throw .nameTooLong }
    return name
  }
}

extension NameText.Failure {
  /// What is wrong, as the end of a sentence that begins with the name.
  var explanation: String {
    switch self {
    case .empty: "is empty"
    case .emptyLabel: "has an empty label: two dots in a row, or one at its start"
    case .labelTooLong: "has a label of more than 63 octets"
    case .nameTooLong: "has more than 255 octets"
    case .badEscape: "has a broken escape: '\\' takes one character, or three digits up to 255"
    }
  }
}
