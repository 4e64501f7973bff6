import Addresses
import CLinux
import Glibc
import LinuxSystem
import QueryEngine

/// One thread that answers TCP connections (RFC 7766) from one epoll set; nothing in it waits for a client.
///
/// A connection that is idle holds a slot and nothing else. Messages are read into memory of the
/// worker's, answered from there into more of it, and the replies to all that came in one read are sent
/// together. Only what is left, half a message or replies that the client does not take up, moves to
/// a buffer of the connection's own; the first octets of a message, to memory that every slot has, so that
/// clients that send theirs slowly take no buffer from others. While replies wait, nothing more is read from
/// that client.
struct TCPWorker<R: Responder>: ~Copyable {
  /// A listening socket and where it listens.
  struct Listener: Sendable {
    let socket: Descriptor
    let address: ListenAddress
  }

  /// The longest message with its length prefix, in octets (RFC 1035 §4.2.2).
  static var messageCapacity: Int { 2 + 65_535 }
  /// A buffer holds the replies to one read that are sent at once, or a message.
  private static var bufferCapacity: Int { 33 * 4096 }
  /// How much of a message stays with its connection's slot, in octets: most queries are shorter.
  static var partCapacity: Int { 512 }
  // The memory: what is read, what is sent, the buffers, then the slots' parts.
  static var inputOffset: Int { 0 }
  static var outputOffset: Int { 17 * 4096 }
  static var outputCapacity: Int { bufferCapacity }
  private static var buffersOffset: Int { outputOffset + bufferCapacity }
  private let partsOffset: Int
  /// How long no connection is accepted after the system had no room for one, in milliseconds.
  private static var acceptPause: UInt64 { 100 }

  let worker: QueryWorker
  let counters: Counters
  let memory: Region
  var connections: ConnectionTable
  var buffers: BufferPool
  var snapshot: Snapshot
  var clock = Clock()
  let poller: Poller
  private let listeners: [Listener]
  private let networkLimit: Int
  private let shutdown: Shutdown
  private var events = PollerEvents(capacity: 64)
  /// When the listeners are looked at again; nil while they are.
  private var acceptsAgain: UInt64?

  /// A worker whose epoll set has the listeners and the shutdown in it.
  init(
    listeners: [Listener], settings: TransportSettings, connectionLimit: Int, networkLimit: Int,
    worker: QueryWorker, counters: Counters, shutdown: Shutdown, poller: Poller, snapshot: Snapshot
  ) {
    self.listeners = listeners
    self.networkLimit = max(1, networkLimit)
    self.worker = worker
    self.counters = counters
    self.shutdown = shutdown
    self.poller = poller
    self.snapshot = snapshot
    let count = max(2, settings.tcpBuffersPerWorker)
    let capacity = max(1, connectionLimit)
    partsOffset = Self.buffersOffset + count * Self.bufferCapacity
    memory = Region(count: partsOffset + capacity * Self.partCapacity)
    buffers = BufferPool(count: count)
    connections = ConnectionTable(
      capacity: capacity, idleTimeout: settings.tcpIdleTimeout.milliseconds,
      busyTimeout: settings.tcpMessageTimeout.milliseconds)
  }

  /// Where what has been received of a connection's message lies in the memory.
  func inputOffset(of slot: Int) -> Int {
    connections[slot].input.map { offset(of: $0) } ?? partsOffset + slot * Self.partCapacity
  }

  /// Where a buffer lies in the memory.
  func offset(of buffer: BufferPool.Buffer) -> Int {
    Self.buffersOffset + buffer.number * Self.bufferCapacity
  }
}

/// What an event is about: a connection (its generation and slot), a listener, or the shutdown.
enum EventToken: Equatable {
  case connection(slot: Int, generation: UInt32)
  case listener(Int)
  case shutdown

  private static let listenerMark: UInt64 = 1 << 31
  private static let shutdownMark: UInt64 = 1 << 30

  init(_ bits: UInt64) {
    if bits & Self.listenerMark != 0 {
      self = .listener(Int(bits >> 32))
    } else if bits & Self.shutdownMark != 0 {
      self = .shutdown
    } else {
      self = .connection(
        slot: Int(bits & 0x3FFF_FFFF), generation: UInt32(truncatingIfNeeded: bits >> 32))
    }
  }

  var bits: UInt64 {
    switch self {
    case .connection(let slot, let generation): UInt64(generation) << 32 | UInt64(slot)
    case .listener(let index): UInt64(index) << 32 | Self.listenerMark
    case .shutdown: Self.shutdownMark
    }
  }
}

extension TCPWorker {
  /// Puts the listeners and the shutdown in an epoll set.
  static func poller(
    for listeners: [Listener], _ shutdown: Shutdown
  ) throws(SystemError) -> Poller {
    let poller = try Poller()
    do {
      try poller.add(
        shutdown.wakeup.descriptor, token: EventToken.shutdown.bits, .readable)
      for (index, listener) in listeners.enumerated() {
        try poller.add(listener.socket, token: EventToken.listener(index).bits, .readable)
      }
      return poller
    } catch {
      poller.close()
      throw error
    }
  }

  /// Answers until the shutdown; then answers what was received by then and sends what is owed.
  mutating func run(reader: borrowing Publication.Reader) {
    while !shutdown.isBegun {
      handleEvents(reader, timeout: nextTimeout)
      expire()
    }
    drain(reader)
    reader.offline()
    for slot in connections.indices where connections[slot].state != .closed { close(slot) }
    poller.close()
  }

  /// Waits for events and handles them; returns how many there were.
  @discardableResult
  private mutating func handleEvents(
    _ reader: borrowing Publication.Reader, timeout: Int32
  ) -> Int {
    reader.offline()
    let count = poller.wait(for: &events, timeout: timeout)
    snapshot = reader.quiescent()
    clock = Clock()
    for index in 0..<count {
      let (token, isBroken) = events[index]
      switch EventToken(token) {
      case .listener(let index): accept(from: listeners[index])
      case .shutdown: break
      case .connection(let slot, let generation):
        // An earlier event of the same batch may have closed it.
        if connections[slot].state != .closed, connections[slot].generation == generation {
          handle(slot, isBroken: isBroken)
        }
      }
    }
    return count
  }

  private mutating func handle(_ slot: Int, isBroken: Bool) {
    if isBroken {
      close(slot)
    } else if connections[slot].output != nil {
      flush(slot)
    } else {
      receive(slot)
    }
  }

  /// Milliseconds until something has to be done without an event; -1 where nothing has.
  private var nextTimeout: Int32 {
    guard let expiry = connections.nextExpiry else { return remaining(until: acceptsAgain) }
    return remaining(until: min(expiry, acceptsAgain ?? expiry))
  }

  private func remaining(until time: UInt64?) -> Int32 {
    guard let time else { return -1 }
    return time <= clock.monotonic ? 0 : Int32(clamping: time - clock.monotonic)
  }

  private mutating func expire() {
    while let slot = connections.expired(now: clock.monotonic) {
      counters.add(.timedOutConnections)
      close(slot)
    }
    if let time = acceptsAgain, time <= clock.monotonic {
      acceptsAgain = nil
      watchListeners(.readable)
    }
  }

  private func watchListeners(_ interest: Poller.Interest) {
    for (index, listener) in listeners.enumerated() {
      // It cannot fail for a socket that is in the set.
      try? poller.modify(listener.socket, token: EventToken.listener(index).bits, interest)
    }
  }
}

extension TCPWorker {
  /// Accepts some of the connections that wait; returns whether there may be more.
  @discardableResult
  private mutating func accept(from listener: Listener) -> Bool {
    for _ in 0..<64 {
      do {
        guard let (socket, peer) = try listener.socket.accept() else { return false }
        open(socket, peer, listener)
      } catch {
        counters.add(.failedAccepts)
        switch error.number {
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
          // The connection stays in the queue, so the listener would be ready at once again. Room is
          // made by closing the most idle connection; where there is none, it has to wait.
          if !evict(connections.mostIdle) {
            acceptsAgain = clock.monotonic + Self.acceptPause
            watchListeners(.nothing)
            return false
          }
        default:
          // The error is that of the one connection (accept(2)): the next may be well.
          continue
        }
      }
    }
    return true
  }

  private mutating func open(_ socket: Descriptor, _ peer: SocketAddress, _ listener: Listener) {
    counters.add(.connections)
    var connection = Connection()
    connection.socket = socket
    connection.peer = peer
    connection.local = listener.address.address
    do {
      try socket.set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
      if listener.address.isWildcard { connection.local = try socket.localAddress().address }
      evict(connections.mostIdle(beside: peer.address, limit: networkLimit))
      if connections.count == connections.indices.count { evict(connections.mostIdle) }
      guard let slot = connections.open(connection, now: clock.monotonic) else {
        throw SystemError(call: "accept", number: EMFILE)
      }
      do {
        try poller.add(socket, token: token(slot), .readable)
      } catch {
        connections.close(slot)
        throw error
      }
    } catch {
      counters.add(.closedConnections)
      socket.close()
    }
  }

  /// Closes a connection to make room; false where there is none to close.
  @discardableResult
  mutating func evict(_ slot: Int?) -> Bool {
    guard let slot else { return false }
    counters.add(.evictedConnections)
    close(slot)
    return true
  }

  func token(_ slot: Int) -> UInt64 {
    EventToken.connection(slot: slot, generation: connections[slot].generation).bits
  }

  /// Closes a connection and gives back all that it held.
  mutating func close(_ slot: Int) {
    counters.add(.closedConnections)
    connections[slot].socket.close()
    if let buffer = connections[slot].input { buffers.give(buffer) }
    if let buffer = connections[slot].output { buffers.give(buffer) }
    connections[slot].input = nil
    connections[slot].output = nil
    connections.close(slot)
  }

  /// Takes the connections that the system has accepted, answers what was received, and sends what is
  /// owed, until all of it is done or the deadline has come.
  private mutating func drain(_ reader: borrowing Publication.Reader) {
    poller.remove(shutdown.wakeup.descriptor)
    for listener in listeners {
      while accept(from: listener) {}
      poller.remove(listener.socket)
      listener.socket.stopListening()
    }
    var timeout: Int32 = 0
    repeat {
      if handleEvents(reader, timeout: timeout) > 0 {
        timeout = 0
      } else {
        for slot in connections.indices
        where connections[slot].state != .closed && connections[slot].output == nil {
          close(slot)
        }
        timeout = remaining(until: shutdown.deadline)
      }
    } while connections.count > 0 && clock.monotonic < shutdown.deadline
  }
}
