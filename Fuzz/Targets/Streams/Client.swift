import Glibc
import Transport

/// The far end of a connection, which a script moves.
final class Client: StreamSocket {
  var slot = -1
  /// How many octets it takes before it has to be waited for.
  var window = 0
  /// Whether this end has closed the connection.
  private(set) var isClosed = true

  /// What it sent, and how much of that was received.
  private var sent: [UInt8] = []
  private var receivedCount = 0
  private var taken: [UInt8] = []
  /// What `taken` is compared with.
  private var replies: [UInt8] = []
  private var hasLeft = false
  private var isBroken = false

  var isReadable: Bool { receivedCount < sent.count || hasLeft || isBroken }
  var isWritable: Bool { window > 0 || isBroken }

  /// Makes it a client that has just connected; memory is kept, as a run has no time to get it anew.
  func connect() {
    window = 0
    isClosed = false
    sent.removeAll(keepingCapacity: true)
    receivedCount = 0
    taken.removeAll(keepingCapacity: true)
    replies.removeAll(keepingCapacity: true)
    hasLeft = false
    isBroken = false
  }

  /// One step of the script.
  func act(_ action: UInt8, _ script: inout Script) {
    switch action {
    case 0: sent += script.octets(Int(script.octet() ?? 0))
    case 2 where sent.count < 1 << 16:
      // Not zeros: they would be messages without end.
      let filler = max(1, script.octet() ?? 1)
      sent += repeatElement(filler, count: count(script.octet() ?? 0))
    case 3: window = min(window, 1 << 20) + Int(script.octet() ?? 0)
    case 4: window = min(window, 1 << 20) + count(script.octet() ?? 0)
    case 5: window = .max
    case 6: hasLeft = true
    case 7: isBroken = true
    default: break
    }
  }

  /// Up to 61,440; small numbers are as frequent as large ones, which make slow runs.
  private func count(_ octet: UInt8) -> Int { Int(octet >> 4) << min(12, Int(octet & 15)) }

  /// Compares what it took with the replies to what was received of it: it is the first part of them, and all of
  /// them where nothing kept this end from sending what it `owed`.
  func judge(owed: Bool) {
    var rest = sent[..<receivedCount]
    while let high = rest.first, let low = rest.dropFirst().first {
      let length = Int(high) << 8 | Int(low)
      guard rest.count >= 2 + length else { break }
      if let reply = ScriptedReply.reply(to: rest.dropFirst(2).prefix(length)) {
        replies += [UInt8(reply.count >> 8), UInt8(reply.count & 255)]
        replies += reply
      }
      rest = rest.dropFirst(2 + length)
    }
    precondition(taken.count <= replies.count && (!owed || taken.count == replies.count))
    // SAFETY: both have that many octets. `==` would take most of a run's time.
    let isEqual = unsafe taken.withUnsafeBytes { taken in
      unsafe replies.withUnsafeBytes { replies in
        guard let one = unsafe taken.baseAddress, let other = unsafe replies.baseAddress else {
          return true
        }
        return unsafe memcmp(one, other, taken.count) == 0
      }
    }
    precondition(isEqual, "other replies than were due")
  }

  func receive(into bytes: UnsafeMutableRawBufferPointer) -> Transfer {
    let count = min(bytes.count, sent.count - receivedCount)
    // What came before the end can be read.
    if count == 0 { return isBroken ? .failed : hasLeft ? .octets(0) : .wouldBlock }
    // SAFETY: the buffer has room for `count` octets.
    unsafe bytes.copyBytes(from: sent[receivedCount..<(receivedCount + count)])
    receivedCount += count
    return .octets(count)
  }

  func send(_ bytes: UnsafeRawBufferPointer) -> Transfer {
    if isBroken { return .failed }
    let count = min(bytes.count, window)
    if count == 0 { return .wouldBlock }
    // SAFETY: the buffer has that many octets.
    unsafe taken.append(contentsOf: bytes[..<count])
    window -= count
    return .octets(count)
  }

  func close() { isClosed = true }
}
