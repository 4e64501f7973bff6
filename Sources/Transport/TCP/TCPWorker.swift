import Addresses
import CLinux
import Glibc
import LinuxSystem
import QueryEngine

/// One thread that answers TCP connections (RFC 7766) from one epoll set; nothing in it waits for a client.
struct TCPWorker<R: Responder>: ~Copyable {
  /// A listening socket and where it listens.
  struct Listener: Sendable {
    let socket: Descriptor
    let address: ListenAddress
  }

  /// How long no connection is accepted after the system had no room for one, in milliseconds.
  private static var acceptPause: UInt64 { 100 }

  private var streams: MessageStreams<R, Descriptor>
  private let poller: Poller
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
    self.shutdown = shutdown
    self.poller = poller
    streams = MessageStreams(
      settings: settings, connectionLimit: connectionLimit, worker: worker, counters: counters,
      snapshot: snapshot)
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
    for slot in streams.connections.indices where streams.isOpen(slot) { streams.close(slot) }
    poller.close()
  }

  /// Waits for events and handles them; returns how many there were.
  @discardableResult
  private mutating func handleEvents(
    _ reader: borrowing Publication.Reader, timeout: Int32
  ) -> Int {
    reader.offline()
    let count = poller.wait(for: &events, timeout: timeout)
    streams.snapshot = reader.quiescent()
    streams.clock = Clock()
    for index in 0..<count {
      let (token, isBroken) = events[index]
      switch EventToken(token) {
      case .listener(let index): accept(from: listeners[index])
      case .shutdown: break
      case .connection(let slot, let generation):
        // An earlier event of the same batch may have closed it.
        if streams.isOpen(slot), streams.connections[slot].generation == generation {
          handle(slot, isBroken: isBroken)
        }
      }
    }
    return count
  }

  private mutating func handle(_ slot: Int, isBroken: Bool) {
    if isBroken { return streams.close(slot) }
    let owed = streams.owes(slot)
    streams.proceed(slot)
    if let socket = streams.sockets[slot], streams.owes(slot) != owed {
      // It cannot fail for a socket that is in the set.
      try? poller.modify(socket, token: token(slot), owed ? .readable : .writable)
    }
  }

  /// Milliseconds until something has to be done without an event; -1 where nothing has.
  private var nextTimeout: Int32 {
    guard let expiry = streams.connections.nextExpiry else { return remaining(until: acceptsAgain) }
    return remaining(until: min(expiry, acceptsAgain ?? expiry))
  }

  private func remaining(until time: UInt64?) -> Int32 {
    guard let time else { return -1 }
    return time <= streams.clock.monotonic ? 0 : Int32(clamping: time - streams.clock.monotonic)
  }

  private mutating func expire() {
    while let slot = streams.connections.expired(now: streams.clock.monotonic) {
      streams.counters.add(.timedOutConnections)
      streams.close(slot)
    }
    if let time = acceptsAgain, time <= streams.clock.monotonic {
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
        streams.counters.add(.failedAccepts)
        switch error.number {
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
          // The connection stays in the queue, so the listener would be ready at once again. Room is
          // made by closing the most idle connection; where there is none, it has to wait.
          if !streams.evict(streams.connections.mostIdle) {
            acceptsAgain = streams.clock.monotonic + Self.acceptPause
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
    streams.counters.add(.connections)
    var connection = Connection()
    connection.peer = peer
    connection.local = listener.address.address
    do {
      if listener.address.isWildcard { connection.local = try socket.localAddress().address }
      streams.evict(streams.connections.mostIdle(beside: peer.address, limit: networkLimit))
      if streams.connections.count == streams.connections.indices.count {
        streams.evict(streams.connections.mostIdle)
      }
      guard let slot = streams.open(connection, socket) else {
        throw SystemError(call: "accept", number: EMFILE)
      }
      do {
        try poller.add(socket, token: token(slot), .readable)
      } catch {
        streams.close(slot)
      }
    } catch {
      streams.counters.add(.closedConnections)
      socket.close()
    }
  }

  private func token(_ slot: Int) -> UInt64 {
    EventToken.connection(slot: slot, generation: streams.connections[slot].generation).bits
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
        for slot in streams.connections.indices where streams.isOpen(slot) && !streams.owes(slot) {
          streams.close(slot)
        }
        timeout = remaining(until: shutdown.deadline)
      }
    } while streams.connections.count > 0 && streams.clock.monotonic < shutdown.deadline
  }
}
