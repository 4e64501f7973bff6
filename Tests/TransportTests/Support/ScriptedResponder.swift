import Addresses
import QueryEngine

@testable import Transport

/// A responder that does what the query says: an octet behind the 12 of a DNS header names an action.
/// Replies begin with the query's header, QR set.
enum ScriptedResponder: Responder {
  enum Action: UInt8 {
    /// The query itself.
    case echo
    /// As many octets as the four behind the action say, or a truncated header where they are too many.
    case size
    /// As `size`, but whatever the limit is.
    case sizeRegardless
    /// `Description` as octets.
    case describe
    /// Nothing.
    case drop
  }

  static func query(_ action: Action, id: UInt16 = 1, size: Int = 0) -> [UInt8] {
    let header = [UInt8(id >> 8), UInt8(id & 255)] + [UInt8](repeating: 0, count: 10)
    return header + [action.rawValue] + (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) }
  }

  static func answer(
    _ query: UnsafeRawBufferPointer, context: QueryContext, worker: QueryWorker,
    snapshot: Snapshot, into reply: UnsafeMutableRawBufferPointer
  ) -> Outcome {
    guard query.count >= 13, let action = unsafe Action(rawValue: query[12]) else { return .drop }
    var octets = unsafe Array(query)
    octets[2] |= 0x80
    switch action {
    case .echo: break
    case .drop: return .drop
    case .describe: octets = octets[..<12] + Description(context).octets
    case .size, .sizeRegardless:
      guard octets.count >= 17 else { return .drop }
      let size = octets[13..<17].reduce(0) { $0 << 8 | Int($1) }
      octets = Array(octets[..<12])
      if size > context.sizeLimit && action == .size {
        octets[2] |= 0x02
      } else {
        octets += (0..<max(0, size - 12)).map { UInt8(truncatingIfNeeded: $0) }
      }
    }
    unsafe reply.copyBytes(from: octets)
    return .reply(octets.count)
  }

  /// The parts of a context that a test looks at.
  struct Description: Equatable {
    var transport: UInt8
    var sizeLimit: Int
    var peerPort: UInt16
    var peer: IPAddress?
    var local: IPAddress?

    init(_ context: QueryContext) {
      transport = context.transport.rawValue
      sizeLimit = context.sizeLimit
      peerPort = context.peerPort
      peer = context.peer
      local = context.local
    }

    /// Reads what `octets` wrote, behind a header of 12 octets.
    init?(reply: [UInt8]) {
      guard reply.count > 18 else { return nil }
      let body = Array(reply[12...])
      transport = body[0]
      sizeLimit = Int(body[1]) << 8 | Int(body[2])
      peerPort = UInt16(body[3]) << 8 | UInt16(body[4])
      let width = Int(body[5])
      guard body.count == 6 + 2 * width else { return nil }
      peer = IPAddress(octets: body[6..<(6 + width)])
      local = IPAddress(octets: body[(6 + width)...])
    }

    var octets: [UInt8] {
      let addresses = [peer, local].map { $0?.octets ?? [] }
      return [transport]
        + [UInt8(sizeLimit >> 8), UInt8(sizeLimit & 255), UInt8(peerPort >> 8), UInt8(peerPort & 255)]
        + [UInt8(addresses[0].count)] + addresses[0] + addresses[1]
    }
  }
}
