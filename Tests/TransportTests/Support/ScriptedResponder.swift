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
    return header + [action.rawValue]
      + (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) }
  }

  static func answer(
    _ query: UnsafeRawBufferPointer, context: QueryContext, worker: QueryWorker,
    snapshot: Snapshot, into reply: UnsafeMutableRawBufferPointer
  ) -> Outcome {
    guard query.count >= 13, let action = unsafe Action(rawValue: query[12]) else { return .drop }
    var count = query.count
    switch action {
    case .echo: unsafe reply.copyMemory(from: query)
    case .drop: return .drop
    case .describe:
      let octets = Description(context).octets
      count = 12 + octets.count
      unsafe UnsafeMutableRawBufferPointer(rebasing: reply[12...]).copyBytes(from: octets)
    case .size, .sizeRegardless:
      guard query.count >= 17 else { return .drop }
      count = unsafe Int(
        UInt32(bigEndian: query.loadUnaligned(fromByteOffset: 13, as: UInt32.self)))
      if count > context.sizeLimit && action == .size { count = 12 }
      unsafe reply.copyBytes(from: filler[..<count])
    }
    unsafe reply.copyBytes(from: query[..<12])
    let isCut = action == .size && count == 12
    unsafe reply[2] |= isCut ? 0x82 : 0x80
    return .reply(count)
  }

  /// What the replies to `size` are made of, behind their header.
  static let filler = (0..<65_535).map { UInt8(truncatingIfNeeded: $0) }

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
        + [
          UInt8(sizeLimit >> 8), UInt8(sizeLimit & 255), UInt8(peerPort >> 8),
          UInt8(peerPort & 255),
        ]
        + [UInt8(addresses[0].count)] + addresses[0] + addresses[1]
    }
  }
}
