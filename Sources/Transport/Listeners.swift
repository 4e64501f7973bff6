import Glibc
import LinuxSystem

/// The bound sockets of a server while it is being made: for each address one of each kind a worker.
struct Listeners {
  private(set) var addresses: [ListenAddress] = []
  private(set) var datagrams: [[Descriptor]] = []
  private(set) var listeners: [[Descriptor]] = []

  /// How many connections wait to be accepted; the system has a limit of its own (somaxconn).
  private static let backlog: Int32 = 1024
  /// How often another free port is tried where the port that TCP got is taken for UDP.
  private static let attempts = 32

  /// Binds all addresses for all workers.
  init(
    _ wanted: [ListenAddress], workers: Int, _ settings: TransportSettings
  ) throws(TransportError) {
    // All are looked at before any is bound, or else `0.0.0.0:53` would be in the way of `127.0.0.1:53`.
    for (index, address) in wanted.enumerated() where address.port != 0 {
      if wanted[..<index].contains(address) { throw .listedTwice(address) }
      try Self.checkFree(address, SOCK_STREAM, "TCP")
      try Self.checkFree(address, SOCK_DGRAM, "UDP")
    }
    do throws(TransportError) {
      for address in wanted { try add(address, workers: workers, settings) }
    } catch {
      close()
      throw error
    }
  }

  /// Binds one address; where any port will do, one that is free for TCP and UDP.
  private mutating func add(
    _ wanted: ListenAddress, workers: Int, _ settings: TransportSettings
  ) throws(TransportError) {
    var attempt = 1
    while true {
      do throws(TransportError) {
        return try bind(wanted, workers: workers, settings)
      } catch {
        guard wanted.port == 0, attempt < Self.attempts,
          case .cannotListen(_, "UDP", let cause) = error, cause.number == EADDRINUSE
        else { throw error }
        attempt += 1
      }
    }
  }

  /// Closes all sockets.
  func close() {
    for socket in datagrams.joined() { socket.close() }
    for socket in listeners.joined() { socket.close() }
  }

  private mutating func bind(
    _ wanted: ListenAddress, workers: Int, _ settings: TransportSettings
  ) throws(TransportError) {
    var udp: [Descriptor] = []
    var tcp: [Descriptor] = []
    var address = wanted
    do throws(TransportError) {
      for _ in 0..<workers {
        let listener = try Self.attempt(address, "TCP") { () throws(SystemError) in
          try Descriptor.listener(on: address, backlog: Self.backlog)
        }
        tcp.append(listener)
        if address.port == 0 {
          address = try Self.attempt(address, "TCP") { () throws(SystemError) in
            ListenAddress(wanted.address, port: try listener.localAddress().port)
          }
          try Self.checkFree(address, SOCK_DGRAM, "UDP")
        }
      }
      for _ in 0..<workers {
        udp.append(
          try Self.attempt(address, "UDP") { () throws(SystemError) in
            try Descriptor.datagramSocket(on: address, receiveBuffer: settings.udpReceiveBuffer)
          })
      }
    } catch {
      for socket in udp + tcp { socket.close() }
      throw error
    }
    addresses.append(address)
    datagrams.append(udp)
    listeners.append(tcp)
  }

  /// Throws where another program has the port. With SO_REUSEPORT alone, two servers that were started
  /// by mistake would share the queries, and nobody would be told.
  private static func checkFree(
    _ address: ListenAddress, _ type: __socket_type, _ name: String
  ) throws(TransportError) {
    try attempt(address, name) { () throws(SystemError) in
      let socket = try Descriptor.socket(for: address.address, type: type)
      defer { socket.close() }
      // TCP connections of an earlier server that are in TIME_WAIT do not count.
      if type == SOCK_STREAM { try socket.set(SOL_SOCKET, SO_REUSEADDR, 1) }
      try socket.bindOnly(address)
    }
  }

  private static func attempt<Result>(
    _ address: ListenAddress, _ name: String, _ body: () throws(SystemError) -> Result
  ) throws(TransportError) -> Result {
    do throws(SystemError) {
      return try body()
    } catch {
      throw .cannotListen(address, protocol: name, error)
    }
  }
}
