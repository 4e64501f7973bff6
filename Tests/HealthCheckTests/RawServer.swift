import Addresses
import Foundation
import Glibc

/// A TCP server on a loopback address whose every octet the test decides.
final class RawServer: Sendable {
  /// One accepted connection.
  struct Connection: Sendable {
    let descriptor: Int32

    /// Reads up to the end of a header section; nil where the peer closed before.
    func readRequest() -> String? {
      var request: [UInt8] = []
      while let chunk = read() {
        request += chunk
        if request.suffix(4) == [13, 10, 13, 10] {
          return String(decoding: request, as: UTF8.self)
        }
      }
      return nil
    }

    /// Reads what is there; nil where the peer has closed.
    func read() -> [UInt8]? {
      unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4096) { buffer in
        // SAFETY: recv writes at most the buffer's count.
        let count = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
        return count > 0 ? unsafe Array(buffer.prefix(count)) : nil
      }
    }

    /// Writes all of `text`; false where the peer has closed.
    @discardableResult
    func write(_ text: String) -> Bool {
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes {
          unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count <= 0 { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }

    /// Waits until the peer closes, or the time is over; true where it has closed.
    func isClosed(within milliseconds: Int32) -> Bool {
      var entry = pollfd(descriptor: descriptor)
      return unsafe poll(&entry, 1, milliseconds) > 0 && read() == nil
    }
  }

  let address: IPAddress
  let port: UInt16
  private let listener: Int32
  private let ended = DispatchSemaphore(value: 0)

  /// Serves each connection on a thread of its own with `serve`, and closes it after that; without
  /// `serve` nothing is accepted. Without `backlog` the port is taken, but connections are refused.
  ///
  /// A test that stops a server and counts on its port has an address of its own.
  init(
    _ address: String = "127.0.0.1", port: UInt16 = 0, backlog: Int32? = 64,
    serve: (@Sendable (Connection) -> Void)?
  ) throws {
    guard let address = IPAddress(address) else { throw POSIXError(.EINVAL) }
    self.address = address
    listener = socket(address.isIPv4 ? AF_INET : AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
    var one: Int32 = 1
    unsafe setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    self.port = try Self.bind(listener, to: address, port: port)
    if let backlog, listen(listener, backlog) != 0 {
      throw POSIXError(.init(rawValue: errno) ?? .EIO)
    }
    guard let serve else {
      ended.signal()
      return
    }
    Thread.detachNewThread { [listener, ended] in
      while true {
        let descriptor = accept(listener, nil, nil)
        if descriptor < 0 { break }
        Thread.detachNewThread {
          serve(Connection(descriptor: descriptor))
          close(descriptor)
        }
      }
      ended.signal()
    }
  }

  /// Answers every request with `text` and closes.
  convenience init(_ address: String = "127.0.0.1", port: UInt16 = 0, answer text: String) throws {
    try self.init(address, port: port) { connection in
      if connection.readRequest() != nil { connection.write(text) }
    }
  }

  /// Closes the listening socket: from now on connections are refused. Called once.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    ended.wait()
    close(listener)
  }

  /// A server whose port refuses connections until it is stopped.
  static func refusing(_ address: String = "127.0.0.1") throws -> RawServer {
    try RawServer(address, backlog: nil, serve: nil)
  }

  private static func bind(_ descriptor: Int32, to address: IPAddress, port: UInt16) throws
    -> UInt16
  {
    var storage = sockaddr_storage()
    var length = socklen_t(
      address.isIPv4 ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size)
    // SAFETY: the storage is larger than, and aligned for, the address of either family.
    let bound = unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      unsafe bytes.storeBytes(
        of: sa_family_t(address.isIPv4 ? AF_INET : AF_INET6), as: sa_family_t.self)
      unsafe bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
      for (index, octet) in address.octets.enumerated() {
        unsafe bytes[(address.isIPv4 ? 4 : 8) + index] = octet
      }
      let pointer = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
      guard unsafe Glibc.bind(descriptor, pointer, length) == 0 else { return false }
      return unsafe getsockname(descriptor, pointer, &length) == 0
    }
    guard bound else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    return unsafe withUnsafeBytes(of: &storage) {
      unsafe UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self))
    }
  }
}

extension pollfd {
  fileprivate init(descriptor: Int32) {
    self.init(fd: descriptor, events: Int16(POLLIN), revents: 0)
  }
}
