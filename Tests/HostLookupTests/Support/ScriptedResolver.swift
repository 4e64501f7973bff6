import Addresses
import Foundation
import Glibc
import Synchronization

@testable import HostLookup

/// A server on a loopback address, UDP and TCP on one port, whose every answer the test decides.
final class ScriptedResolver: Sendable {
  /// A query that came in.
  struct Query {
    /// Its octets.
    var octets: [UInt8]
    var isOverTCP: Bool

    /// Its ID.
    var id: [UInt8] { Array(octets.prefix(2)) }

    /// The number of its type.
    var type: Int { Int(octets[octets.count - 3]) }
  }

  let address: ResolverAddress
  private let sockets: (udp: Int32, tcp: Int32, end: (read: Int32, write: Int32))
  private let queries = Mutex<[Query]>([])
  private let ended = DispatchSemaphore(value: 0)

  /// Answers each query with what `answer` makes of it: messages, none of which is none.
  init(
    _ ip: String = "127.0.0.1", _ answer: @escaping @Sendable (Query) -> [[UInt8]]
  ) throws {
    let address = IPAddress(ip) ?? IPAddress(ipv4: 0)
    let family = address.isIPv4 ? AF_INET : AF_INET6
    var port: UInt16 = 0
    var udp: Int32 = -1
    var tcp: Int32 = -1
    // A port that is free for both.
    for _ in 0..<50 {
      udp = socket(family, Int32(SOCK_DGRAM.rawValue), 0)
      tcp = socket(family, Int32(SOCK_STREAM.rawValue), 0)
      if Self.bind(udp, address, 0) {
        port = Self.port(of: udp)
        if Self.bind(tcp, address, port), listen(tcp, 16) == 0 { break }
      }
      close(udp)
      close(tcp)
      port = 0
    }
    guard port > 0 else { throw POSIXError(.EADDRINUSE) }
    self.address = ResolverAddress(address, port: port)
    var ends: [Int32] = [0, 0]
    unsafe pipe(&ends)
    sockets = (udp, tcp, (ends[0], ends[1]))
    let sockets = self.sockets
    let take: @Sendable (Query) -> [[UInt8]] = { [weak self] query in
      self?.queries.withLock { $0.append(query) }
      return answer(query)
    }
    let ended = self.ended
    Foundation.Thread.detachNewThread {
      Self.run(sockets, take)
      ended.signal()
    }
  }

  deinit {
    close(sockets.end.write)
    ended.wait()
    for descriptor in [sockets.udp, sockets.tcp, sockets.end.read] { close(descriptor) }
  }

  /// What came in so far.
  var received: [Query] { queries.withLock(\.self) }

  private static func run(
    _ sockets: (udp: Int32, tcp: Int32, end: (read: Int32, write: Int32)),
    _ answer: (Query) -> [[UInt8]]
  ) {
    while true {
      var entries = [sockets.udp, sockets.tcp, sockets.end.read].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      _ = unsafe poll(&entries, 3, -1)
      if entries[2].revents != 0 { return }
      if entries[0].revents != 0 {
        var octets = [UInt8](repeating: 0, count: 4096)
        var peer = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // SAFETY: the kernel writes within the counts that it is handed.
        let count = unsafe withUnsafeMutablePointer(to: &peer) {
          unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe recvfrom(sockets.udp, &octets, octets.count, 0, $0, &length)
          }
        }
        if count < 12 { continue }
        let query = Query(octets: Array(octets.prefix(count)), isOverTCP: false)
        for reply in answer(query) {
          _ = unsafe withUnsafePointer(to: &peer) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
              unsafe sendto(sockets.udp, reply, reply.count, 0, $0, length)
            }
          }
        }
      }
      if entries[1].revents != 0 {
        let connection = accept(sockets.tcp, nil, nil)
        defer { close(connection) }
        var octets = [UInt8](repeating: 0, count: 4096)
        // SAFETY: recv writes at most the array's count. A query comes in one piece here.
        let count = unsafe recv(connection, &octets, octets.count, 0)
        if count < 14 { continue }
        let query = Query(octets: Array(octets[2..<count]), isOverTCP: true)
        for reply in answer(query) {
          let message = [UInt8(reply.count >> 8), UInt8(reply.count & 0xFF)] + reply
          _ = unsafe send(connection, message, message.count, Int32(MSG_NOSIGNAL))
        }
      }
    }
  }

  private static func bind(_ descriptor: Int32, _ address: IPAddress, _ port: UInt16) -> Bool {
    var storage = sockaddr_storage()
    // SAFETY: the storage has room for the address of either family.
    unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      unsafe bytes.storeBytes(
        of: sa_family_t(address.isIPv4 ? AF_INET : AF_INET6), as: sa_family_t.self)
      unsafe bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
      for (index, octet) in address.octets.enumerated() {
        unsafe bytes[(address.isIPv4 ? 4 : 8) + index] = octet
      }
    }
    let size = address.isIPv4 ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
    return unsafe withUnsafePointer(to: &storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.bind(descriptor, $0, socklen_t(size))
      }
    } == 0
  }

  private static func port(of descriptor: Int32) -> UInt16 {
    var storage = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    // SAFETY: both families fit in the storage and have their port at the same place.
    _ = unsafe withUnsafeMutablePointer(to: &storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &length)
      }
    }
    return UInt16(bigEndian: storage.sin6_port)
  }
}
