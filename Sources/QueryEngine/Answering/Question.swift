import DNSWire

/// The question of a query and its EDNS.
struct Question {
  /// QTYPE.
  var type: RecordType
  /// QCLASS.
  var recordClass: UInt16
  /// How many octets the question has in the message, from offset 12 on.
  var length: Int
  /// The OPT pseudo-RR, if one came.
  var edns: EDNS?

  /// What a message holds.
  enum Reading {
    case question(Question)
    case failure(ResponseCode)
  }

  /// Whether only a server cookie is asked for (RFC 7873 §5.4).
  var isForCookie: Bool { length == 0 }

  /// Reads a query, its name into `name`.
  static func read(
    _ message: PacketReader, flags: HeaderFlags, name: ScannedName, key: NameHashKey
  ) -> Reading {
    guard flags.opcode == 0 else { return .failure(.notImplemented) }
    // One question (RFC 9619), no answers, no authority but the SOA of an IXFR (RFC 1995 §3).
    guard let questions = message.uint16(4), questions <= 1, message.uint16(6) == 0,
      let authority = message.uint16(8), let additional = message.uint16(10)
    else { return .failure(.formatError) }
    var question = Question(type: RecordType(rawValue: 0), recordClass: 1, length: 0, edns: nil)
    var rest = Header.length
    if questions == 1 {
      guard let end = name.scan(message, at: rest, key: key), let type = message.uint16(end),
        let recordClass = message.uint16(end + 2)
      else { return .failure(.formatError) }
      question.type = RecordType(rawValue: type)
      question.recordClass = recordClass
      question.length = end + 4 - Header.length
      rest = end + 4
    }
    if authority > 0 {
      guard question.type == .ixfr, authority == 1, let fixed = message.skipName(rest),
        let length = message.uint16(fixed + 8), fixed + 10 + Int(length) <= message.count
      else { return .failure(.formatError) }
      rest = fixed + 10 + Int(length)
    }
    do throws(EDNSError) {
      question.edns = try EDNS.read(message, at: rest, count: Int(additional))
    } catch {
      return .failure(.formatError)
    }
    guard questions == 1 || question.edns?.cookie.isPresent == true else {
      return .failure(.formatError)
    }
    return .question(question)
  }
}
