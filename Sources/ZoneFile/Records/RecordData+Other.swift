import DNSWire

extension RecordData {
  /// RDATA of a type that this module does not read itself.
  func appendByLDNS(_ type: RecordType, to rdata: inout [UInt8]) throws(RecordDataFailure) {
    let name = LDNS.name(of: type)
    guard LDNS.knows(type) else {
      throw RecordDataFailure(
        token: nil, message: "the RDATA of \(name) can only be written as '\\# LENGTH HEX'",
        hint: "see RFC 3597, section 5")
    }
    let words = words(keepsPairs: type.rawValue == 64 || type.rawValue == 65)
    let (fields, typesFollow) = RecordField.fields(of: type)
    try check(words, fields, typesFollow, name)
    let text = text(words, fields)
    guard text.count <= LDNS.maximumText else {
      throw RecordDataFailure(
        token: nil, message: "RDATA text of more than \(LDNS.maximumText) characters",
        hint: "write it as '\\# LENGTH HEX' (RFC 3597)")
    }
    switch LDNS.rdata(type: type, text: text, origin: origin) {
    case .success(let octets): rdata += octets
    case .failure(let failure):
      // The words that the check above could not judge alone, in the hope that one of them is to blame.
      for (index, (word, field)) in zip(words, fields).enumerated()
      where !field.accepts(string(word)) {
        throw wrong(word, field, index, name)
      }
      throw RecordDataFailure(
        token: nil, message: "libldns cannot read this as \(name): \(failure.message)")
    }
  }

  /// A piece of the line that is one word to libldns.
  private struct Piece {
    var token: Int
    var range: Range<Int>
    var isQuoted: Bool
  }

  private func words(keepsPairs: Bool) -> [Piece] {
    entry.tokens.indices[first...].flatMap { index -> [Piece] in
      let token = entry.tokens[index]
      guard token.form == .pair else {
        return [Piece(token: index, range: token.range, isQuoted: token.form == .quoted)]
      }
      if keepsPairs {
        let end = token.range.upperBound + 1
        return [Piece(token: index, range: token.range.lowerBound..<end, isQuoted: false)]
      }
      let pieces = entry.pieces(token)
      return [
        Piece(token: index, range: pieces[0], isQuoted: false),
        Piece(token: index, range: pieces[1], isQuoted: true),
      ]
    }
  }

  private func string(_ word: Piece) -> String {
    String(decoding: entry.bytes[word.range], as: UTF8.self)
  }

  /// Checks what libldns is lax with: each word that is a field of its own, and the list of types at the end.
  private func check(
    _ words: [Piece], _ fields: [RecordField], _ typesFollow: Bool, _ name: String
  ) throws(RecordDataFailure) {
    guard words.count >= fields.count else {
      let expected = fields.map(\.description).joined(separator: ", ")
      throw RecordDataFailure(
        token: nil, message: "\(name) ends too soon", hint: "\(name) takes \(expected)")
    }
    for (index, (word, field)) in zip(words, fields).enumerated() {
      guard field.isOneWord else { break }
      if !field.accepts(string(word)) { throw wrong(word, field, index, name) }
    }
    guard typesFollow else { return }
    for word in words[fields.count...] where LDNS.type(named: string(word)) == nil {
      throw RecordDataFailure(
        token: word.token, message: "'\(string(word))' is not a record type",
        hint: "\(name) ends with a list of record types")
    }
  }

  private func wrong(
    _ word: Piece, _ field: RecordField, _ index: Int, _ name: String
  ) -> RecordDataFailure {
    RecordDataFailure(
      token: word.token, message: "'\(string(word))' is not \(field.description)",
      hint: "field \(index + 1) of \(name)")
  }

  /// The words with one blank between. libldns knows no names in quotes: these lose them.
  private func text(_ words: [Piece], _ fields: [RecordField]) -> [UInt8] {
    var text: [UInt8] = []
    for (index, word) in words.enumerated() {
      if index > 0 { text.append(.space) }
      if !word.isQuoted {
        text += entry.bytes[word.range]
      } else if index < fields.count, fields[index].isName {
        for octet in entry.bytes[word.range] {
          let isSpecial = octet == .space || octet == .tab || "();".utf8.contains(octet)
          text += isSpecial ? Array("\\0\(octet < 10 ? "0" : "")\(octet)".utf8) : [octet]
        }
      } else {
        text += [.quote] + entry.bytes[word.range] + [.quote]
      }
    }
    return text
  }

  /// RDATA as `\# LENGTH HEX…` (RFC 3597 §5).
  func appendGeneric(_ type: RecordType, to rdata: inout [UInt8]) throws(RecordDataFailure) {
    guard first + 1 < entry.tokens.count else {
      throw RecordDataFailure(
        token: first, message: "'\\#' takes a length and as many octets in hexadecimal",
        hint: "see RFC 3597, section 5")
    }
    let length = try number(first + 1, limit: 0xFFFF)
    var digits: [UInt8] = []
    for index in entry.tokens.indices[(first + 2)...] {
      for octet in entry.raw(entry.tokens[index]) {
        guard let digit = Character(Unicode.Scalar(octet)).hexDigitValue else {
          throw RecordDataFailure(token: index, message: "this is not hexadecimal")
        }
        digits.append(UInt8(digit))
      }
    }
    guard digits.count == 2 * Int(length) else {
      throw RecordDataFailure(
        token: first + 1,
        message: "\(length) octets are \(2 * length) hexadecimal digits, and \(digits.count) follow"
      )
    }
    for at in stride(from: 0, to: digits.count, by: 2) {
      rdata.append(digits[at] << 4 | digits[at + 1])
    }
    if LDNS.knows(type), !LDNS.isValid(rdata, for: type) {
      throw RecordDataFailure(
        token: nil, message: "these octets are not RDATA of \(LDNS.name(of: type))")
    }
  }
}
