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
    let text = text(keepsPairs: type.rawValue == 64 || type.rawValue == 65)
    guard text.count <= LDNS.maximumText else {
      throw RecordDataFailure(
        token: nil, message: "RDATA text of more than \(LDNS.maximumText) characters",
        hint: "write it as '\\# LENGTH HEX' (RFC 3597)")
    }
    switch LDNS.rdata(type: type, text: text, origin: origin) {
    case .success(let octets):
      // libldns takes the low bits of a number that is too large.
      for (token, field) in zip(entry.tokens[first...], LDNS.fields(of: type))
      where field.isNumberOtherThan(entry.word(token).text) {
        throw located(RecordDataFailure(message: "a number is too large"), type)
      }
      rdata += octets
    case .failure(let failure): throw located(failure, type)
    }
  }

  /// The tokens with one blank between, quotes put back.
  private func text(keepsPairs: Bool) -> [UInt8] {
    var text: [UInt8] = []
    for token in entry.tokens[first...] {
      if !text.isEmpty { text.append(.space) }
      switch token.form {
      case .plain: text += entry.raw(token)
      case .quoted: text += [.quote] + entry.raw(token) + [.quote]
      case .pair:
        let pieces = entry.pieces(token)
        text += entry.bytes[pieces[0]]
        if !keepsPairs { text.append(.space) }
        text += [.quote] + entry.bytes[pieces[1]] + [.quote]
      }
    }
    return text
  }

  /// Finds the field that libldns cannot read, where it is one of those that every record of the type has.
  private func located(_ failure: RecordDataFailure, _ type: RecordType) -> RecordDataFailure {
    let name = LDNS.name(of: type)
    let fields = LDNS.fields(of: type)
    for (index, field) in fields.enumerated() {
      guard first + index < entry.tokens.count else {
        let expected = fields.map(\.description).joined(separator: ", ")
        return RecordDataFailure(
          token: nil, message: "\(name) ends too soon", hint: "\(name) takes \(expected)")
      }
      let word = entry.word(entry.tokens[first + index])
      if !field.accepts(word.text) {
        return RecordDataFailure(
          token: first + index, message: "'\(word.text)' is not \(field.description)",
          hint: "field \(index + 1) of \(name)")
      }
    }
    return RecordDataFailure(
      token: nil, message: "libldns cannot read this as \(name): \(failure.message)")
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
