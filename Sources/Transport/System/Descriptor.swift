import Addresses
import CLinux
import Glibc
import LinuxSystem

/// An open file: a socket, an event counter or an epoll set. Whoever opened it closes it.
struct Descriptor: Hashable, Sendable {
  let number: Int32

  /// Closes it; on Linux it is closed whatever close(2) returns.
  func close() { _ = Glibc.close(number) }
}

extension Descriptor {
  /// A close-on-exec socket for addresses of the family of `address`.
  static func socket(
    for address: IPAddress, type: __socket_type, waits: Bool = true
  ) throws(SystemError) -> Descriptor {
    let kind =
      Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
      | (waits ? 0 : Int32(SOCK_NONBLOCK.rawValue))
    return Descriptor(
      number: try retrying("socket") {
        Glibc.socket(address.isIPv4 ? AF_INET : AF_INET6, kind, 0)
      })
  }

  /// Sets an option that is a number.
  func set(_ level: Int32, _ option: Int32, _ value: Int32) throws(SystemError) {
    // SAFETY: the kernel reads the four octets of `value`.
    _ = try retrying("setsockopt") {
      unsafe withUnsafePointer(to: value) {
        unsafe setsockopt(number, level, option, $0, socklen_t(MemoryLayout<Int32>.size))
      }
    }
  }

  /// Gives up sending after a time, in milliseconds.
  func setSendTimeout(milliseconds: Int) throws(SystemError) {
    let time = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
    // SAFETY: the kernel reads one `timeval`.
    _ = try retrying("setsockopt") {
      unsafe withUnsafePointer(to: time) {
        unsafe setsockopt(
          number, SOL_SOCKET, SO_SNDTIMEO, $0, socklen_t(MemoryLayout<timeval>.size))
      }
    }
  }

  func bind(_ address: SocketAddress) throws(SystemError) {
    // SAFETY: `withRaw` hands an address and its length.
    _ = try retrying("bind") { unsafe address.withRaw { unsafe Glibc.bind(number, $0, $1) } }
  }

  func listen(backlog: Int32) throws(SystemError) {
    _ = try retrying("listen") { Glibc.listen(number, backlog) }
  }

  /// Ends listening: whoever comes now is refused, and so is whoever was not accepted yet.
  func stopListening() { _ = shutdown(number, Int32(SHUT_RD)) }

  /// The address that the socket has at this end.
  func localAddress() throws(SystemError) -> SocketAddress {
    var storage = sockaddr_in6()
    // SAFETY: the kernel writes at most `length` octets of `storage`, which holds either form.
    return try unsafe withUnsafeMutablePointer(to: &storage) { pointer throws(SystemError) in
      let raw = UnsafeMutableRawPointer(pointer)
      _ = try retrying("getsockname") {
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        return unsafe getsockname(number, raw.assumingMemoryBound(to: sockaddr.self), &length)
      }
      return unsafe SocketAddress(raw: raw)
    }
  }

  /// The next connection of a listening socket, non-blocking, and who it is from; nil where none waits.
  func accept() throws(SystemError) -> (socket: Descriptor, peer: SocketAddress)? {
    var storage = sockaddr_in6()
    // SAFETY: the kernel writes at most `length` octets of `storage`, which holds either form.
    return try unsafe withUnsafeMutablePointer(to: &storage) { pointer throws(SystemError) in
      let raw = UnsafeMutableRawPointer(pointer)
      do throws(SystemError) {
        let accepted = try retrying("accept4") {
          var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
          return unsafe clinux_accept(number, raw.assumingMemoryBound(to: sockaddr.self), &length)
        }
        return unsafe (Descriptor(number: accepted), SocketAddress(raw: raw))
      } catch {
        if error.number == EAGAIN { return nil }
        throw error
      }
    }
  }

  /// Receives into `bytes` without waiting.
  func receive(into bytes: UnsafeMutableRawBufferPointer) -> Transfer {
    // SAFETY: the kernel writes at most `count` octets.
    transfer { unsafe recv(number, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT)) }
  }

  /// Sends `bytes`, or a first part of them, without waiting and without SIGPIPE.
  func send(_ bytes: UnsafeRawBufferPointer) -> Transfer {
    // SAFETY: the kernel reads at most `count` octets.
    transfer {
      unsafe Glibc.send(
        number, bytes.baseAddress, bytes.count,
        Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
    }
  }

  private func transfer(_ call: () -> Int) -> Transfer {
    while true {
      let count = call()
      if count >= 0 { return .octets(count) }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .wouldBlock
      default: return .failed
      }
    }
  }

  /// Wakes every thread that waits to receive a datagram here, now and from now on.
  ///
  /// On an unconnected UDP socket Linux marks it as shut down and wakes its readers before it reports
  /// ENOTCONN. Unlike a signal, it cannot come between the reader's last check and its wait.
  func wakeReceivers() { _ = shutdown(number, Int32(SHUT_RD)) }

  /// Takes no further datagram; those that were received before can still be read.
  func refuseDatagrams() throws(SystemError) {
    _ = try retrying("setsockopt") { clinux_refuse_datagrams(number) }
  }
}
