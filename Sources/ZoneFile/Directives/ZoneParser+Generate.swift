import SourceText

extension ZoneParser {
  /// How many lines one `$GENERATE` may make.
  static let maximumGenerated = 1_000_000

  /// Reads `$GENERATE start-stop[/step] line`, `$` standing for the number and `${offset,width,base}` for a
  /// form of it, `$$` or `\$` for a dollar sign (as BIND defines it). The line may be a record or a STEER.
  mutating func parseGenerate(_ entry: Entry) {
    guard entry.tokens.count >= 4 else {
      return reportMissing(
        entry, "$GENERATE takes a range, an owner, a type and data",
        hint: "such as '$GENERATE 1-100 host$ A 192.0.2.$'")
    }
    let word = entry.word(entry.tokens[1])
    guard let range = GenerateRange(word.text), range.count <= Self.maximumGenerated else {
      return diagnostics.error(
        word, "'\(word.text)' is not a range of at most \(Self.maximumGenerated) numbers",
        hint: "write START-STOP or START-STOP/STEP, such as 1-100/2")
    }
    var template: [GeneratePiece] = []
    for token in entry.tokens[2...] {
      do {
        template += try GeneratePiece.pieces(of: source(of: token, in: entry))
      } catch {
        return diagnostics.error(
          entry.word(token), "'\(error.text)' is not a form of the number",
          hint: "write ${OFFSET,WIDTH,BASE}, the base one of d, o, x, X, n, N, such as ${0,3,d}")
      }
    }
    let owner = (scope.owner, scope.hasOwner)
    for number in range.numbers {
      var text: [UInt8] = []
      for piece in template { piece.append(number, to: &text) }
      parseGenerated(text, at: entry.word(entry.tokens[0]), file: entry.file)
    }
    (scope.owner, scope.hasOwner) = owner
  }

  /// The octets of a token, quotes and all, and a blank.
  private func source(of token: Token, in entry: Entry) -> [UInt8] {
    switch token.form {
    case .plain: entry.raw(token) + [.space]
    case .quoted: [.quote] + entry.raw(token) + [.quote, .space]
    case .pair: entry.raw(token) + [.quote, .space]
    }
  }

  /// Reads a line that `$GENERATE` made as if it stood at `place`.
  private mutating func parseGenerated(_ text: [UInt8], at place: Word, file: UInt16) {
    var lexer = Lexer(bytes: text, file: file)
    var entry = Entry(bytes: text, file: file)
    guard lexer.next(&entry), entry.problems.isEmpty else { return }
    entry.origin = place
    entry.startsBlank = false
    parseRecord(entry)
  }
}

/// The numbers of a `$GENERATE`.
struct GenerateRange {
  /// The first number, the last that may be reached, and what lies between two.
  var first: Int, last: Int, step: Int

  /// Reads `start-stop` or `start-stop/step`; nil where it is neither.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count <= 2, ends.count == 2, let first = UInt32(ends[0]),
      let last = UInt32(ends[1]), first <= last,
      let step = parts.count == 2 ? UInt32(parts[1]) : 1, step > 0
    else { return nil }
    (self.first, self.last, self.step) = (Int(first), Int(last), Int(step))
  }

  /// How many there are.
  var count: Int { (last - first) / step + 1 }
  /// The numbers.
  var numbers: StrideThrough<Int> { stride(from: first, through: last, by: step) }
}

/// A part of a `$GENERATE` line: text, or a place for the number.
enum GeneratePiece: Equatable {
  /// Octets as they are.
  case text([UInt8])
  /// The number plus an offset, padded with zeros to a width, in a base.
  case number(offset: Int, width: Int, base: UInt8)

  /// A form of the number that cannot be understood.
  struct Malformed: Error {
    /// What stands there.
    var text: String
  }

  /// The parts of `text`.
  static func pieces(of text: [UInt8]) throws(Malformed) -> [GeneratePiece] {
    var pieces: [GeneratePiece] = []
    var plain: [UInt8] = []
    var at = 0
    while at < text.count {
      let octet = text[at]
      let next = at + 1 < text.count ? text[at + 1] : 0
      at += 1
      if octet == .backslash {
        plain += next == .dollar ? [.dollar] : [octet, next]
        at += 1
      } else if octet == .dollar, next == .dollar {
        plain.append(.dollar)
        at += 1
      } else if octet == .dollar {
        pieces.append(.text(plain))
        plain = []
        guard next == 0x7B else {
          pieces.append(.number(offset: 0, width: 0, base: 0x64))
          continue
        }
        guard let end = text[at...].firstIndex(of: 0x7D) else {
          throw Malformed(text: String(decoding: text[(at - 1)...], as: UTF8.self))
        }
        pieces.append(try form(text[(at + 1)..<end]))
        at = end + 1
      } else {
        plain.append(octet)
      }
    }
    return pieces + [.text(plain)]
  }

  /// Reads `offset[,width[,base]]`.
  private static func form(_ octets: ArraySlice<UInt8>) throws(Malformed) -> GeneratePiece {
    let text = String(decoding: octets, as: UTF8.self)
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count <= 3, let offset = Int32(parts[0]),
      let width = parts.count > 1 ? UInt8(parts[1]) : 0,
      let base = parts.count > 2 ? parts[2].utf8.first : 0x64,
      parts.count < 3 || parts[2].utf8.count == 1, "doxXnN".utf8.contains(base)
    else { throw Malformed(text: "${\(text)}") }
    return .number(offset: Int(offset), width: Int(width), base: base)
  }

  /// Appends this part for `number`.
  func append(_ number: Int, to text: inout [UInt8]) {
    switch self {
    case .text(let octets):
      text += octets
    case .number(let offset, let width, let base):
      let value = number + offset
      let isNibbles = base == 0x6E || base == 0x4E
      let radix = base == 0x64 ? 10 : base == 0x6F ? 8 : 16
      let isUpper = base == 0x58 || base == 0x4E
      let digits = String(value.magnitude, radix: radix, uppercase: isUpper)
      let sign = value < 0 ? "-" : ""
      if isNibbles {
        // The digits from the last to the first with dots between; the width counts the dots (BIND).
        let count = max(digits.count, (width + 1) / 2)
        let padded = String(repeating: "0", count: count - digits.count) + digits
        text += padded.reversed().map { String($0) }.joined(separator: ".").utf8
      } else {
        text += (sign + String(repeating: "0", count: max(0, width - digits.count)) + digits).utf8
      }
    }
  }
}
