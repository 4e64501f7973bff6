import Addresses
import DNSWire
import SourceText

/// Why a record's RDATA cannot be taken.
struct RecordDataFailure: Error {
  /// The index of the token at fault; nil where it is the RDATA as a whole.
  var token: Int?
  /// What is wrong.
  var message: String
  /// How to mend it.
  var hint: String?
}

/// RDATA from presentation to wire form.
///
/// The types that fill zones are read here, straight into the buffer; libldns reads all others and is the
/// measure for these (a test compares both).
struct RecordData {
  /// The line.
  let entry: Entry
  /// The index of the first token of the RDATA.
  let first: Int
  /// The origin that completes relative names.
  let origin: DomainName

  /// The octets that `text`, one line of RDATA with absolute names, says; nil where it is none.
  static func octets(of text: String, type: RecordType) -> [UInt8]? {
    let bytes = Array(text.utf8)
    var lexer = Lexer(bytes: bytes, file: 0)
    var entry = Entry(bytes: bytes, file: 0)
    var octets: [UInt8] = []
    guard lexer.next(&entry), entry.problems.isEmpty,
      (try? RecordData(entry: entry, first: 0, origin: .root).append(type, to: &octets)) != nil
    else { return nil }
    return octets
  }

  private var count: Int { entry.tokens.count - first }

  /// Appends the RDATA of `type` to the empty `rdata`: 0…65,535 octets.
  func append(_ type: RecordType, to rdata: inout [UInt8]) throws(RecordDataFailure) {
    if count > 0, entry.raw(entry.tokens[first]).elementsEqual([.backslash, 0x23]) {
      return try appendGeneric(type, to: &rdata)
    }
    switch type {
    case .a:
      try require(type, "an IPv4 address")
      try appendAddress(first, version4: true, to: &rdata)
    case .aaaa:
      try require(type, "an IPv6 address")
      try appendAddress(first, version4: false, to: &rdata)
    case .ns, .cname, .ptr, .dname:
      try require(type, "a name")
      try appendName(first, to: &rdata)
    case .mx:
      try require(type, "a preference", "a name")
      try appendNumber(first, to: &rdata)
      try appendName(first + 1, to: &rdata)
    case .srv:
      try require(type, "a priority", "a weight", "a port", "a target")
      for index in 0..<3 { try appendNumber(first + index, to: &rdata) }
      try appendName(first + 3, to: &rdata)
    case .soa:
      try require(
        type, "the primary's name", "a mailbox", "a serial", "refresh", "retry", "expire",
        "minimum")
      try appendName(first, to: &rdata)
      try appendName(first + 1, to: &rdata)
      try appendSerial(first + 2, to: &rdata)
      for index in 3..<7 { try appendDuration(first + index, to: &rdata) }
    case .txt:
      try appendStrings(to: &rdata)
    default:
      try appendByLDNS(type, to: &rdata)
    }
  }

  private func require(_ type: RecordType, _ fields: String...) throws(RecordDataFailure) {
    if count == fields.count { return }
    let expected = "\(LDNS.name(of: type)) takes \(fields.joined(separator: ", "))"
    if count < fields.count {
      throw RecordDataFailure(
        token: nil, message: "\(LDNS.name(of: type)) ends too soon", hint: expected)
    }
    throw RecordDataFailure(
      token: first + fields.count, message: "\(LDNS.name(of: type)) ends before this",
      hint: expected)
  }

  private func quoted(_ index: Int) -> String {
    "'\(String(decoding: entry.raw(entry.tokens[index]), as: UTF8.self))'"
  }

  private func appendAddress(
    _ index: Int, version4: Bool, to rdata: inout [UInt8]
  ) throws(RecordDataFailure) {
    let raw = entry.raw(entry.tokens[index])
    if version4, let address = AddressText.ipv4(raw.span) {
      return rdata.append(bigEndian: address)
    }
    if !version4, let (high, low) = AddressText.ipv6(raw.span) {
      rdata.append(bigEndian: high)
      return rdata.append(bigEndian: low)
    }
    let other = IPAddress(String(decoding: raw, as: UTF8.self))
    let form =
      version4
      ? "write four numbers from 0 to 255, such as 192.0.2.1" : "write one such as 2001:db8::1"
    throw RecordDataFailure(
      token: index,
      message: "\(quoted(index)) is not an \(version4 ? "IPv4" : "IPv6") address",
      hint: other == nil ? form : "its record type is \(version4 ? "AAAA" : "A")")
  }

  private func appendName(_ index: Int, to rdata: inout [UInt8]) throws(RecordDataFailure) {
    do {
      try NameText.append(
        entry.bytes.span, entry.tokens[index].range, origin: origin.wire, to: &rdata)
    } catch {
      throw RecordDataFailure(token: index, message: "\(quoted(index)) \(error.explanation)")
    }
  }

  func number(_ index: Int, limit: UInt64) throws(RecordDataFailure) -> UInt64 {
    var value: UInt64 = 0
    let raw = entry.raw(entry.tokens[index])
    for octet in raw {
      guard octet.isDigit, value <= limit else { break }
      value = value * 10 + UInt64(octet - .zero)
    }
    guard !raw.isEmpty, raw.allSatisfy(\.isDigit), value <= limit else {
      throw RecordDataFailure(
        token: index, message: "\(quoted(index)) is not a number from 0 to \(limit)")
    }
    return value
  }

  private func appendNumber(_ index: Int, to rdata: inout [UInt8]) throws(RecordDataFailure) {
    rdata.append(bigEndian: UInt16(truncatingIfNeeded: try number(index, limit: 0xFFFF)))
  }

  private func appendSerial(_ index: Int, to rdata: inout [UInt8]) throws(RecordDataFailure) {
    rdata.append(bigEndian: UInt32(truncatingIfNeeded: try number(index, limit: 0xFFFF_FFFF)))
  }

  private func appendDuration(_ index: Int, to rdata: inout [UInt8]) throws(RecordDataFailure) {
    guard let seconds = DurationText.seconds(entry.raw(entry.tokens[index])),
      seconds <= DurationText.maximumTTL
    else {
      throw RecordDataFailure(
        token: index, message: "\(quoted(index)) is not a duration of at most 2147483647 seconds",
        hint: "write seconds, or a sum such as 1h30m")
    }
    rdata.append(bigEndian: UInt32(truncatingIfNeeded: seconds))
  }

  private func appendStrings(to rdata: inout [UInt8]) throws(RecordDataFailure) {
    guard count > 0 else {
      throw RecordDataFailure(
        token: nil, message: "TXT ends too soon", hint: "TXT takes one or more strings")
    }
    for index in first..<entry.tokens.count {
      for piece in entry.pieces(entry.tokens[index]) {
        guard let octets = Entry.unescaped(strictly: entry.bytes[piece]) else {
          throw RecordDataFailure(
            token: index,
            message: "this string has a broken escape",
            hint: "'\\' takes one character, or three digits up to 255")
        }
        guard octets.count <= 255 else {
          throw RecordDataFailure(
            token: index, message: "a string of \(octets.count) octets, of at most 255",
            hint: "cut it into several strings in quotes, one behind the other")
        }
        rdata.append(UInt8(octets.count))
        rdata += octets
      }
    }
    guard rdata.count <= 0xFFFF else {
      throw RecordDataFailure(token: nil, message: "RDATA of more than 65535 octets")
    }
  }
}

extension Entry {
  /// The parts of `token` outside SVCB, where `a="b"` is two strings.
  func pieces(_ token: Token) -> [Range<Int>] {
    token.form == .pair
      ? [Int(token.start)..<Int(token.quote), (Int(token.quote) + 1)..<Int(token.end)]
      : [token.range]
  }
}

extension [UInt8] {
  /// Appends a number in network order.
  mutating func append(bigEndian value: some FixedWidthInteger) {
    var shift = value.bitWidth
    while shift > 0 {
      shift -= 8
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
