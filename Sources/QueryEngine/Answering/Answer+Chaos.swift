import DNSWire
import FlatMemory

extension Answer {
  /// Answers a question of class CHAOS: who the server is and what it runs (RFC 4892), where it says so.
  mutating func answerChaos() {
    let text = chaosText()
    guard text.count > 0, question.type == .txt || question.type == .any else {
      response.code = .refused
      return
    }
    response.isAuthoritative = true
    response.writer.append(0xC000 | UInt16(truncatingIfNeeded: Header.length))
    response.writer.append(RecordType.txt.rawValue)
    response.writer.append(question.recordClass)
    response.writer.append(UInt32(0))
    response.writer.append(UInt16(truncatingIfNeeded: text.count + 1))
    response.writer.append(UInt8(truncatingIfNeeded: text.count))
    unsafe response.writer.append(text.octets(0, text.count))
    guard !response.writer.overflowed else {
      response.isTruncated = true
      return
    }
    response.count(1, in: .answer)
  }

  /// The text that belongs to the name asked for; empty where none does.
  private mutating func chaosText() -> Table<UInt8> {
    let settings = snapshot.settings
    if worker.name.isEqual(to: "\u{7}version\u{6}server\0")
      || worker.name.isEqual(to: "\u{7}version\u{4}bind\0")
    {
      return settings.version
    }
    if worker.name.isEqual(to: "\u{2}id\u{6}server\0")
      || worker.name.isEqual(to: "\u{8}hostname\u{4}bind\0")
    {
      return settings.identifier
    }
    return settings.nothing
  }
}
