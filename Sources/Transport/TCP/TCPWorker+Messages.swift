import QueryEngine

/// The messages of a connection: length prefix, query, reply (RFC 7766 §8).
extension TCPWorker {
  /// Reads once and answers what has come whole.
  mutating func receive(_ slot: Int) {
    let held = connections[slot].inputCount
    var start = inputOffset(of: slot)
    if connections[slot].input == nil {
      memory.move(from: start, to: Self.inputOffset, count: held)
      start = Self.inputOffset
    }
    // SAFETY: the worker's memory, whose bounds `bytes` keeps, is used only while the worker is.
    let room = unsafe memory.bytes(start + held, Self.messageCapacity - held)
    switch unsafe connections[slot].socket.receive(into: room) {
    case .octets(0), .failed: close(slot)
    case .octets(let count): answer(slot, start, held + count, progress: false)
    case .wouldBlock: break
    }
  }

  /// Sends replies that have waited; once the client has them all, goes on with its messages.
  mutating func flush(_ slot: Int) {
    guard let buffer = connections[slot].output else { return }
    let (start, end) = (connections[slot].outputStart, connections[slot].outputEnd)
    // SAFETY: as in `receive`.
    let bytes = unsafe UnsafeRawBufferPointer(
      memory.bytes(offset(of: buffer) + start, end - start))
    switch unsafe connections[slot].socket.send(bytes) {
    case .failed: close(slot)
    case .wouldBlock: break
    case .octets(let count) where count < end - start: connections[slot].outputStart += count
    case .octets:
      buffers.give(buffer)
      connections[slot].output = nil
      watch(slot, .readable)
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
      if Self.outputCapacity - used < Self.messageCapacity {
        guard send(slot, used) else { return }
        used = 0
        if connections[slot].output != nil { break }
      }
    }
    guard used == 0 || send(slot, used), keep(slot, from: at, count: end - at) else { return }
    let waits = connections[slot].inputCount > 0 || connections[slot].output != nil
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
    // SAFETY: as in `receive`.
    let bytes = unsafe UnsafeRawBufferPointer(memory.bytes(Self.outputOffset, count))
    var sent = 0
    switch unsafe connections[slot].socket.send(bytes) {
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
    watch(slot, .writable)
    return true
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

  private func watch(_ slot: Int, _ interest: Poller.Interest) {
    // It cannot fail for a socket that is in the set.
    try? poller.modify(connections[slot].socket, token: token(slot), interest)
  }
}
