import Addresses
import QueryEngine
import TestSupport

/// Octets as a query: of every kind of name, over both transports. A reply has to keep to its limit and
/// to be readable by libldns.
struct QueryTarget {
  private let engine: Engine

  init() {
    do {
      engine = try Engine([("example.com.", richZone), (".", rootZone)])
      engine.set(["198.18.0.1"], isUp: false)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  func run(_ input: UnsafeRawBufferPointer) {
    let query = unsafe Array(input)
    judge(engine.answer(query), limit: 1232)
    judge(engine.answer(query, from: "2001:db8:300::1", transport: .tcp), limit: 65_535)
  }
}

/// EDNS options behind a good question: the client subnet, cookies and all others.
struct OptionsTarget {
  private let engine: Engine
  /// The query up to the length of the options.
  private let head = Array(Query("geo.example.com.", edns: 1232).octets.dropLast(2))

  init() {
    do {
      engine = try Engine([("example.com.", richZone)])
    } catch {
      preconditionFailure("\(error)")
    }
  }

  func run(_ input: UnsafeRawBufferPointer) {
    guard let count = UInt16(exactly: input.count) else { return }
    let query = unsafe head + [UInt8(count >> 8), UInt8(count & 255)] + input
    judge(engine.answer(query), limit: 1232)
    judge(engine.answer(query, from: "2001:db8::1", transport: .tcp), limit: 65_535)
  }
}

private func judge(_ reply: [UInt8]?, limit: Int) {
  guard let reply else { return }
  precondition(reply.count <= limit, "a reply of \(reply.count) octets")
  precondition(Message.isReadable(reply), "a reply that libldns cannot read: \(reply)")
}
