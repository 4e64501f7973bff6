import Addresses
import DNSWire
import Glibc
import TestSupport

/// An address and a port.
struct Endpoint: CustomStringConvertible, Sendable {
  var address: IPAddress
  var port: UInt16

  init(_ address: IPAddress, _ port: UInt16) {
    self.address = address
    self.port = port
  }

  /// Parses `127.0.0.1:53` or `[::1]:53`.
  init?(_ text: some StringProtocol) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
      let address = IPAddress(String(text[..<colon].filter { $0 != "[" && $0 != "]" }))
    else { return nil }
    self.init(address, port)
  }

  var description: String { address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)" }

  /// The same port at another address.
  func at(_ text: String) throws -> Endpoint {
    guard let address = IPAddress(text) else { throw Failure("'\(text)' is no address") }
    return Endpoint(address, port)
  }

  /// Runs `body` with the kernel's form.
  func withRaw<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var storage = sockaddr_storage()
    let isIPv4 = address.isIPv4
    // SAFETY: the storage is larger than, and aligned for, the address of either family.
    unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      unsafe bytes.storeBytes(of: sa_family_t(isIPv4 ? AF_INET : AF_INET6), as: sa_family_t.self)
      unsafe bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
      for (index, octet) in address.octets.enumerated() {
        unsafe bytes[(isIPv4 ? 4 : 8) + index] = octet
      }
    }
    let length = isIPv4 ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
    return unsafe withUnsafePointer(to: &storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(length))
      }
    }
  }
}

/// A blocking socket. What should come within moments and does not, fails after some seconds.
final class Socket: Sendable {
  let number: Int32

  /// A socket of the family of `endpoint`.
  init(_ type: __socket_type, like endpoint: Endpoint, patience seconds: Int = 10) throws {
    number = socket(
      endpoint.address.isIPv4 ? AF_INET : AF_INET6,
      Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw Failure("no socket: error \(errno)") }
    var time = timeval(tv_sec: seconds, tv_usec: 0)
    let length = socklen_t(MemoryLayout<timeval>.size)
    _ = unsafe setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &time, length)
  }

  deinit { close(number) }

  func bind(_ endpoint: Endpoint) throws {
    guard unsafe endpoint.withRaw({ unsafe Glibc.bind(number, $0, $1) }) == 0 else {
      throw Failure("cannot bind \(endpoint): error \(errno)")
    }
  }

  func connect(_ endpoint: Endpoint) throws {
    guard unsafe endpoint.withRaw({ unsafe Glibc.connect(number, $0, $1) }) == 0 else {
      throw Failure("cannot connect to \(endpoint): error \(errno)")
    }
  }

  /// The port that it is bound to.
  var port: UInt16 {
    var storage = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    // SAFETY: both families fit in the storage and have their port at the same place.
    _ = unsafe withUnsafeMutablePointer(to: &storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(number, $0, &length)
      }
    }
    return UInt16(bigEndian: storage.sin6_port)
  }

  func send(_ octets: [UInt8]) throws {
    guard unsafe Glibc.send(number, octets, octets.count, Int32(MSG_NOSIGNAL)) == octets.count
    else {
      throw Failure("cannot send: error \(errno)")
    }
  }

  /// How many datagrams wait here; they are taken.
  func pending() -> Int {
    var count = 0
    var octet: UInt8 = 0
    // SAFETY: recv writes at most one octet.
    while unsafe recv(number, &octet, 1, Int32(MSG_DONTWAIT)) >= 0 { count += 1 }
    return count
  }

  /// One datagram, or what a stream has: empty at its end, nil where nothing comes.
  func receive(atMost count: Int = 65_535) -> [UInt8]? {
    unsafe withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { buffer in
      // SAFETY: recv writes at most the buffer's octets.
      let received = unsafe recv(number, buffer.baseAddress, buffer.count, 0)
      return received < 0 ? nil : unsafe Array(buffer.prefix(received))
    }
  }
}

/// Asks a server over UDP or TCP, from one socket.
final class Client: Sendable {
  let socket: Socket
  private let isStream: Bool

  /// A client over UDP; only datagrams from `endpoint` itself reach it.
  init(_ endpoint: Endpoint, from source: String? = nil) throws {
    socket = try Socket(SOCK_DGRAM, like: endpoint)
    isStream = false
    if let source { try socket.bind(Endpoint(endpoint.at(source).address, 0)) }
    try socket.connect(endpoint)
  }

  /// A client over TCP.
  init(tcp endpoint: Endpoint) throws {
    socket = try Socket(SOCK_STREAM, like: endpoint)
    isStream = true
    try socket.connect(endpoint)
  }

  /// The reply to a query; replies to earlier ones are passed over.
  func exchange(_ query: [UInt8]) throws -> [UInt8] {
    try socket.send((isStream ? [UInt8(query.count >> 8), UInt8(query.count & 255)] : []) + query)
    while true {
      guard let reply = isStream ? message() : socket.receive() else {
        throw Failure("no reply to \(query)")
      }
      if reply.prefix(2) == query.prefix(2) { return reply }
    }
  }

  /// Asks a question and reads the reply with libldns.
  func ask(
    _ name: String, _ type: RecordType = .a, id: UInt16 = .random(in: 0...0xFFFF), edns: Int? = nil,
    subnet: String? = nil
  ) throws -> Message {
    let reply = try exchange(Query(name, type, id: id, edns: edns, subnet: subnet).octets)
    guard let message = Message(reply) else { throw Failure("libldns cannot read \(reply)") }
    return message
  }

  /// The first address, or host name, that a name is answered with; the code's name where there is none.
  func first(_ name: String, _ type: RecordType = .a, subnet: String? = nil) throws -> String {
    let message = try ask(name, type, subnet: subnet)
    guard let line = message.answer.first else { return message.codeName }
    return String(line.split(separator: " ").last ?? "")
  }

  /// The next message of a stream; nil where it ends.
  private func message() -> [UInt8]? {
    guard let prefix = exactly(2) else { return nil }
    return exactly(Int(prefix[0]) << 8 | Int(prefix[1]))
  }

  private func exactly(_ count: Int) -> [UInt8]? {
    var octets: [UInt8] = []
    while octets.count < count {
      guard let part = socket.receive(atMost: count - octets.count), !part.isEmpty else {
        return nil
      }
      octets += part
    }
    return octets
  }
}
