import Addresses
import QueryEngine

/// The messages on the TCP connections of one worker: length prefix, query, reply (RFC 7766 §8). It knows
/// the connections' sockets only as streams, and nothing of what tells that one of them is ready.
///
/// A connection that is idle holds a slot and nothing else. Messages are read into memory of the
/// worker's, answered from there into more of it, and the replies to all that came in one read are sent
/// together. Only what is left, half a message or replies that the client does not take up, moves to
/// a buffer of the connection's own; the first octets of a message, to memory that every slot has, so that
/// clients that send theirs slowly take no buffer from others. While replies wait, nothing more is read from
/// that client.
package struct MessageStreams<R: Responder, Socket: StreamSocket>: ~Copyable {
  /// The longest message with its length prefix, in octets (RFC 1035 §4.2.2).
  private static var messageCapacity: Int { 2 + 65_535 }
  /// A buffer holds the replies to one read that are sent at once, or a message.
  private static var bufferCapacity: Int { 33 * 4096 }
  /// How much of a message stays with its connection's slot, in octets: most queries are shorter.
  private static var partCapacity: Int { 512 }
  // The memory: what is read, what is sent, the buffers, then the slots' parts.
  private static var inputOffset: Int { 0 }
  private static var outputOffset: Int { 17 * 4096 }
  private static var buffersOffset: Int { outputOffset + bufferCapacity }
  private let partsOffset: Int

  private let worker: QueryWorker
  let counters: Counters
  private let memory: Region
  private(set) var connections: ConnectionTable
  /// Those of the open connections, by slot.
  private(set) var sockets: [Socket?]
  private var buffers: BufferPool
  /// What is answered from.
  var snapshot: Snapshot
  /// The time that connections are held to.
  var clock = Clock()

  package init(
    settings: TransportSettings, connectionLimit: Int, worker: QueryWorker, counters: Counters,
    snapshot: Snapshot
  ) {
    self.worker = worker
    self.counters = counters
    self.snapshot = snapshot
    let count = max(2, settings.tcpBuffersPerWorker)
    let capacity = max(1, connectionLimit)
    partsOffset = Self.buffersOffset + count * Self.bufferCapacity
    memory = Region(count: partsOffset + capacity * Self.partCapacity)
    buffers = BufferPool(count: count)
    sockets = Array(repeating: nil, count: capacity)
    connections = ConnectionTable(
      capacity: capacity, idleTimeout: settings.tcpIdleTimeout.milliseconds,
      busyTimeout: settings.tcpMessageTimeout.milliseconds)
  }
}

extension MessageStreams {
  /// Puts a connection in a free slot and returns the slot; nil where all are taken.
  package mutating func open(_ connection: Connection, _ socket: Socket) -> Int? {
    guard let slot = connections.open(connection, now: clock.monotonic) else { return nil }
    sockets[slot] = socket
    return slot
  }

  /// Whether the connection in a slot is open.
  package func isOpen(_ slot: Int) -> Bool { connections[slot].state != .closed }

  /// Whether an open connection has replies that the client has not taken: it waits for room to send, and
  /// otherwise for something to read.
  package func owes(_ slot: Int) -> Bool { connections[slot].output != nil }

  /// Does what an open connection waited for: sends what it owes, or else reads once and answers.
  package mutating func proceed(_ slot: Int) {
    if owes(slot) { flush(slot) } else { receive(slot) }
  }

  /// Closes a connection and gives back all that it held.
  package mutating func close(_ slot: Int) {
    counters.add(.closedConnections)
    sockets[slot]?.close()
    sockets[slot] = nil
    if let buffer = connections[slot].input { buffers.give(buffer) }
    if let buffer = connections[slot].output { buffers.give(buffer) }
    connections[slot].input = nil
    connections[slot].output = nil
    connections.close(slot)
  }

  /// Closes a connection to make room; false where there is none to close.
  @discardableResult
  mutating func evict(_ slot: Int?) -> Bool {
    guard let slot else { return false }
    counters.add(.evictedConnections)
    close(slot)
    return true
  }
}

extension MessageStreams {
  /// Reads once and answers what has come whole.
  private mutating func receive(_ slot: Int) {
    let held = connections[slot].inputCount
    var start = inputOffset(of: slot)
    if connections[slot].input == nil {
      memory.move(from: start, to: Self.inputOffset, count: held)
      start = Self.inputOffset
    }
    // SAFETY: the worker's memory, whose bounds `bytes` keeps, is used only while the worker is.
    let room = unsafe memory.bytes(start + held, Self.messageCapacity - held)
    switch unsafe sockets[slot]?.receive(into: room) {
    case .octets(0), .failed, nil: close(slot)
    case .octets(let count): answer(slot, start, held + count, progress: false)
    case .wouldBlock: break
    }
  }

  /// Sends replies that have waited; once the client has them all, goes on with its messages.
  private mutating func flush(_ slot: Int) {
    guard let buffer = connections[slot].output else { return }
    let (start, end) = (connections[slot].outputStart, connections[slot].outputEnd)
    switch send(slot, offset(of: buffer) + start, end - start) {
    case .failed: close(slot)
    case .wouldBlock: break
    case .octets(let count) where count < end - start: connections[slot].outputStart += count
    case .octets:
      buffers.give(buffer)
      connections[slot].output = nil
      answer(slot, inputOffset(of: slot), connections[slot].inputCount, progress: true)
    }
  }

  /// Answers the whole messages among `count` octets of the memory, and keeps the rest.
  private mutating func answer(_ slot: Int, _ start: Int, _ count: Int, progress: Bool) {
    let end = start + count
    var at = start
    var used = 0
    var progress = progress
    while end - at >= 2, end - at - 2 >= memory.number(at: at) {
      let length = memory.number(at: at)
      used += answer(slot, at + 2, length, to: Self.outputOffset + used)
      at += 2 + length
      progress = true
      // The next reply may need this much.
      if Self.bufferCapacity - used < Self.messageCapacity {
        guard send(slot, used) else { return }
        used = 0
        if owes(slot) { break }
      }
    }
    guard used == 0 || send(slot, used), keep(slot, from: at, count: end - at) else { return }
    let waits = connections[slot].inputCount > 0 || owes(slot)
    let state = waits ? Connection.State.busy : .idle
    if progress || connections[slot].state != state {
      connections.wait(slot, state, now: clock.monotonic)
    }
  }

  /// Answers one message; the reply and its prefix are written at `target`. Returns their octets.
  private func answer(_ slot: Int, _ at: Int, _ length: Int, to target: Int) -> Int {
    counters.add(.queries)
    counters.add(.queryOctets, length)
    let context = QueryContext(
      transport: .tcp, peer: connections[slot].peer.address,
      peerPort: connections[slot].peer.port, local: connections[slot].local, sizeLimit: 65_535,
      now: clock.wall, monotonic: clock.monotonic)
    // SAFETY: as in `receive`; what is read and what is sent lie apart.
    let query = unsafe UnsafeRawBufferPointer(memory.bytes(at, length))
    let space = unsafe memory.bytes(target + 2, 65_535)
    let outcome = unsafe R.answer(
      query, context: context, worker: worker, snapshot: snapshot, into: space)
    guard case .reply(let count) = outcome, count <= space.count else {
      counters.add(.drops)
      return 0
    }
    counters.add(.replies)
    counters.add(.replyOctets, count)
    if unsafe isTruncated(space, count) { counters.add(.truncated) }
    memory.setNumber(count, at: target)
    return 2 + count
  }

  /// Sends the first `count` octets of the output; what the client does not take moves to a buffer.
  /// False where the connection had to be closed.
  private mutating func send(_ slot: Int, _ count: Int) -> Bool {
    var sent = 0
    switch send(slot, Self.outputOffset, count) {
    case .failed:
      counters.add(.failedSends)
      close(slot)
      return false
    case .wouldBlock: break
    case .octets(let octets): sent = octets
    }
    if sent == count { return true }
    guard let buffer = takeBuffer(for: slot) else { return false }
    memory.move(from: Self.outputOffset + sent, to: offset(of: buffer), count: count - sent)
    connections[slot].output = buffer
    connections[slot].outputStart = 0
    connections[slot].outputEnd = count - sent
    return true
  }

  /// Hands `count` octets of the memory to the connection's socket.
  private func send(_ slot: Int, _ start: Int, _ count: Int) -> Transfer {
    // SAFETY: as in `receive`.
    unsafe sockets[slot]?.send(UnsafeRawBufferPointer(memory.bytes(start, count))) ?? .failed
  }

  /// Keeps octets that cannot be answered yet: few with the slot, more at the start of a buffer. False where
  /// the connection had to be closed.
  private mutating func keep(_ slot: Int, from at: Int, count: Int) -> Bool {
    connections[slot].inputCount = count
    let held = connections[slot].input
    if count <= Self.partCapacity {
      connections[slot].input = nil
    } else if held == nil {
      guard let buffer = takeBuffer(for: slot) else { return false }
      connections[slot].input = buffer
    }
    memory.move(from: at, to: inputOffset(of: slot), count: count)
    if let held, connections[slot].input == nil { buffers.give(held) }
    return true
  }

  /// A buffer for a connection. Where none is free, the one that has held its longest loses it, and is
  /// closed; that may be this one, and then there is none.
  private mutating func takeBuffer(for slot: Int) -> BufferPool.Buffer? {
    while true {
      if let buffer = buffers.take() { return buffer }
      let loser = connections.oldestWithBuffer ?? slot
      evict(loser)
      if loser == slot { return nil }
    }
  }

  /// Where what has been received of a connection's message lies in the memory.
  private func inputOffset(of slot: Int) -> Int {
    connections[slot].input.map { offset(of: $0) } ?? partsOffset + slot * Self.partCapacity
  }

  /// Where a buffer lies in the memory.
  private func offset(of buffer: BufferPool.Buffer) -> Int {
    Self.buffersOffset + buffer.number * Self.bufferCapacity
  }
}
