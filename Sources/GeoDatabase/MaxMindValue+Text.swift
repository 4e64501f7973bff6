extension MaxMindValue {
  /// The value as JSON on one line. Octets are a string of hexadecimal digits; a fraction that JSON does
  /// not have is null.
  public var json: String {
    switch self {
    case .map(let entries):
      "{" + entries.map { "\(Self.quoted($0.key)):\($0.value.json)" }.joined(separator: ",") + "}"
    case .array(let values): "[" + values.map(\.json).joined(separator: ",") + "]"
    case .string(let text): Self.quoted(text)
    case .bytes: Self.quoted(scalar)
    case .double(let number): number.isFinite ? scalar : "null"
    case .float(let number): number.isFinite ? scalar : "null"
    default: scalar
    }
  }

  /// The value for a person: a line for each scalar, indented by two blanks a level.
  public var lines: [String] {
    switch self {
    case .map(let entries):
      entries.flatMap { $0.value.labelled("\($0.key):") }
    case .array(let values):
      values.flatMap { value in
        let lines = value.lines
        return lines.prefix(1).map { "- \($0)" } + lines.dropFirst().map { "  \($0)" }
      }
    default: [scalar]
    }
  }

  private func labelled(_ label: String) -> [String] {
    switch self {
    case .map, .array: [label] + lines.map { "  \($0)" }
    default: ["\(label) \(scalar)"]
    }
  }

  private var scalar: String {
    switch self {
    case .map, .array: ""
    case .string(let text): text
    case .bytes(let octets):
      octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    case .double(let number): "\(number)"
    case .float(let number): "\(number)"
    case .uint16(let number): "\(number)"
    case .uint32(let number): "\(number)"
    case .uint64(let number): "\(number)"
    case .uint128(let number): "\(number)"
    case .int32(let number): "\(number)"
    case .boolean(let flag): "\(flag)"
    }
  }

  /// A JSON string (RFC 8259 §7).
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\u{0}"..<" ", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
