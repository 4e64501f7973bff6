import QueryEngine
import Transport

/// Replies that a message describes itself, in the place of the query engine's.
enum ScriptedReply: Responder {
  static func answer(
    _ query: UnsafeRawBufferPointer, context: QueryContext, worker: QueryWorker,
    snapshot: Snapshot, into reply: UnsafeMutableRawBufferPointer
  ) -> Outcome {
    guard let octets = unsafe Self.reply(to: Array(query)[...]) else {
      // Nothing is sent either where more is said to be there than there is room for.
      return query.count & 1 == 0 ? .drop : .reply(65_536)
    }
    // SAFETY: a reply has 65,535 octets at most, and that is the room for it.
    unsafe reply.copyBytes(from: octets)
    return .reply(octets.count)
  }

  /// The reply to a message; nil where there is none.
  static func reply(to message: ArraySlice<UInt8>) -> [UInt8]? {
    guard let first = message.first else { return nil }
    switch first & 3 {
    case 0: return Array(message)
    case 1: return [first]
    case 2: return [UInt8](repeating: first, count: (2 << (message.count & 15)) - 1)
    default: return nil
    }
  }
}
