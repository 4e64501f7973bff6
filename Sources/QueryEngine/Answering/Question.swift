import DNSWire

/// What a message asks: its question, and what its additional section says.
struct Question {
  /// QTYPE.
  var type = RecordType(rawValue: 0)
  /// QCLASS.
  var recordClass = RecordClass.internet
  /// How many octets of it the reply repeats, from offset 12 on.
  var length = 0
  /// What keeps it from being answered; NOERROR where nothing does.
  var code = ResponseCode.noError
  /// The OPT pseudo-RR and the TSIG, where they came.
  var additional = AdditionalSection()

  /// Whether only a server cookie is asked for (RFC 7873 §5.4).
  var isForCookie: Bool { length == 0 && code == .noError }

  /// How many octets the reply may have.
  func sizeLimit(_ context: QueryContext) -> Int {
    context.transport == .tcp
      ? context.sizeLimit : min(additional.edns.payloadSize, context.sizeLimit)
  }

  /// Reads a request, its name into `name`. Of one that cannot be read nothing is kept but what the reply says.
  mutating func read(
    _ message: PacketReader, flags: HeaderFlags, name: ScannedName, key: NameHashKey
  ) {
    let isRead: Bool
    switch flags.opcode {
    case .query:
      isRead = readQuery(message, name: name, key: key)
      if !isRead { code = .formatError }
    case .notify, .update:
      isRead = readOther(message)
      code = .notImplemented
    // Of other opcodes nothing but the header is known (RFC 8490 §5.4 has no sections at all).
    default:
      isRead = false
      code = .notImplemented
    }
    if !isRead {
      self = Question(code: code)
    } else if additional.signature != nil {
      // No key is known here (RFC 8945 §5.2.1). That comes before all else, as all else may be forged.
      code = .notAuthorized
    } else if additional.edns.version != 0, code == .noError {
      code = .badVersion
    }
  }

  @inline(__always)
  private mutating func readQuery(
    _ message: PacketReader, name: ScannedName, key: NameHashKey
  ) -> Bool {
    // One question (RFC 9619), no answers, no authority but the SOA of an IXFR (RFC 1995 §3).
    guard let questions = message.uint16(4), questions <= 1, message.uint16(6) == 0,
      let authority = message.uint16(8)
    else { return false }
    var rest = Header.length
    if questions == 1 {
      guard let end = name.scan(message, at: rest, key: key), let type = message.uint16(end),
        let recordClass = message.uint16(end + 2)
      else { return false }
      self.type = RecordType(rawValue: type)
      self.recordClass = recordClass
      rest = end + 4
      length = rest - Header.length
    }
    if authority > 0 {
      guard type == .ixfr, authority == 1, let fixed = message.skipName(rest),
        let end = message.skipFixed(fixed)
      else { return false }
      rest = end
    }
    return readAdditional(of: message, at: rest)
      && (questions == 1 || additional.edns.cookie.isPresent)
  }

  /// Reads a NOTIFY or an UPDATE. Neither is implemented, which is what the reply says (RFC 1996 §3.12,
  /// RFC 2136 §2.2); it repeats none of the sections (RFC 2136 §3.8), but has an OPT where one came
  /// (RFC 6891 §6.1.1).
  private mutating func readOther(_ message: PacketReader) -> Bool {
    var rest = Header.length
    var section = 4
    while section < 10 {
      var left = message.uint16(section) ?? 0
      while left > 0 {
        guard let fixed = message.skipName(rest),
          let end = section == 4 ? fixed + 4 : message.skipFixed(fixed)
        else { return false }
        rest = end
        left -= 1
      }
      section += 2
    }
    return readAdditional(of: message, at: rest)
  }

  /// Reads the additional section, from `start` to the end; false where it is malformed.
  private mutating func readAdditional(of message: PacketReader, at start: Int) -> Bool {
    let count = Int(message.uint16(10) ?? 0)
    if count == 0 { return start == message.count }
    do throws(EDNSError) {
      try additional.read(message, at: start, count: count)
      return true
    } catch {
      return false
    }
  }
}
