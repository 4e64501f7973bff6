import Addresses
import Glibc
import LinuxSystem

@testable import Transport

/// A blocking socket of a test; what should come within moments and does not, fails after five seconds.
final class Client {
  let socket: Descriptor

  private init(_ address: ListenAddress, _ type: __socket_type) throws {
    socket = try Descriptor.socket(for: address.address, type: type)
    var time = timeval(tv_sec: 5, tv_usec: 0)
    _ = unsafe setsockopt(
      socket.number, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { socket.close() }

  /// A UDP socket that is connected, so that only replies from that very address arrive.
  static func udp(_ address: ListenAddress, from local: ListenAddress? = nil) throws -> Client {
    let client = try Client(address, SOCK_DGRAM)
    if let local { try client.socket.bind(SocketAddress(local.address, port: local.port)) }
    try client.connect(address)
    return client
  }

  /// A TCP connection.
  static func tcp(_ address: ListenAddress, receiveBuffer: Int32? = nil) throws -> Client {
    let client = try Client(address, SOCK_STREAM)
    if let receiveBuffer { try client.socket.set(SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
    try client.socket.set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    try client.connect(address)
    return client
  }

  /// A TCP socket that waits for `connect`.
  static func unconnectedTCP(_ address: ListenAddress) throws -> Client {
    try Client(address, SOCK_STREAM)
  }

  func connect(_ address: ListenAddress) throws {
    _ = try retrying("connect") {
      unsafe SocketAddress(address.address, port: address.port).withRaw {
        unsafe Glibc.connect(socket.number, $0, $1)
      }
    }
  }

  var port: UInt16 { get throws { try socket.localAddress().port } }

  func send(_ octets: some Sequence<UInt8>) throws {
    var rest = Array(octets)[...]
    repeat {
      let count = try retrying("send") {
        unsafe rest.withUnsafeBytes {
          unsafe Glibc.send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
      }
      rest = rest.dropFirst(count)
    } while !rest.isEmpty
  }

  /// One datagram, or what a stream has; empty at the end of a stream.
  func receive(atMost count: Int = 65_536) throws -> [UInt8] {
    var octets = [UInt8](repeating: 0, count: count)
    let received = try retrying("recv") {
      unsafe octets.withUnsafeMutableBytes {
        unsafe recv(socket.number, $0.baseAddress, $0.count, 0)
      }
    }
    return Array(octets[..<received])
  }

  /// Whether the server has closed the connection: the end of the stream, or a reset.
  func isClosed() throws -> Bool {
    do {
      return try receive().isEmpty
    } catch let error as SystemError where error.number == ECONNRESET {
      return true
    }
  }

  /// Says that nothing more will be sent.
  func finish() { _ = shutdown(socket.number, Int32(SHUT_WR)) }

  /// A message behind its length (RFC 1035 §4.2.2).
  static func framed(_ message: [UInt8]) -> [UInt8] {
    [UInt8(message.count >> 8), UInt8(message.count & 255)] + message
  }

  /// The next message of a stream; nil where it ends.
  func message() throws -> [UInt8]? {
    guard let prefix = try exactly(2) else { return nil }
    return try exactly(Int(prefix[0]) << 8 | Int(prefix[1]))
  }

  private func exactly(_ count: Int) throws -> [UInt8]? {
    var octets: [UInt8] = []
    while octets.count < count {
      let part = try receive(atMost: count - octets.count)
      if part.isEmpty { return nil }
      octets += part
    }
    return octets
  }
}
