/// The labels of a name in a message, compressed or not (RFC 1035 §4.1.4), one after the other.
struct Labels {
  private let message: PacketReader
  private var at: Int
  /// Where the run of labels begins that is being read: a pointer leads before it, so none is a loop.
  private var runStart: Int
  private var length = 0

  /// The labels of the name at `start`.
  init(of message: PacketReader, at start: Int) {
    self.message = message
    at = start
    runStart = start
  }

  /// Where the next label stands with its length octet, and how many octets these are, 1 for the root's;
  /// nil where there is none, or the name is over 255 octets.
  mutating func next() -> (start: Int, count: Int)? {
    while let pointer = message.uint16(at), pointer >= 0xC000 {
      at = Int(pointer & 0x3FFF)
      guard at < runStart else { return nil }
      runStart = at
    }
    guard let size = message.octet(at), size <= 63 else { return nil }
    let label = (start: at, count: 1 + Int(size))
    at += label.count
    length += label.count
    return length <= 255 ? label : nil
  }
}

extension PacketReader {
  /// Whether a whole name stands at `start`.
  func isName(_ start: Int) -> Bool {
    var labels = Labels(of: self, at: start)
    while let label = labels.next() {
      if label.count == 1 { return true }
    }
    return false
  }
}

extension PacketWriter {
  /// Appends the name at `start` of a message, uncompressed.
  mutating func append(nameAt start: Int, of message: PacketReader) {
    var labels = Labels(of: message, at: start)
    while let label = labels.next(), let octets = unsafe message.slice(label.start, label.count) {
      unsafe append(octets)
      if label.count == 1 { return }
    }
  }
}
