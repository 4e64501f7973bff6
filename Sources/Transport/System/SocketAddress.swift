import Addresses
import Glibc

/// An address and a port as the kernel takes them: `sockaddr_in` or `sockaddr_in6`.
struct SocketAddress {
  /// The octets of the longer form that are kept for either: `sizeof(struct sockaddr_in6)`, rounded up.
  static let capacity = 32

  let address: IPAddress
  let port: UInt16

  init(_ address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// Reads what the kernel wrote: `sockaddr_in` or `sockaddr_in6` by its family.
  @inline(__always)
  init(raw: UnsafeRawPointer) {
    // SAFETY: the caller hands `capacity` octets; both forms have the port at 2, the address at 4 or 8.
    let family = unsafe raw.loadUnaligned(as: sa_family_t.self)
    port = unsafe UInt16(bigEndian: raw.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
    if family == sa_family_t(AF_INET) {
      address = unsafe IPAddress(
        ipv4: UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
    } else {
      address = unsafe IPAddress(
        high: UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
        low: UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
      ).canonical
    }
  }

  /// Runs `body` with the kernel's form and its length.
  func withRaw<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    // SAFETY: both structures begin as `sockaddr` does, and `body` is told the length.
    if address.isIPv4 {
      var four = sockaddr_in()
      four.sin_family = sa_family_t(AF_INET)
      four.sin_port = port.bigEndian
      four.sin_addr.s_addr = address.ipv4.bigEndian
      return unsafe withUnsafePointer(to: four) {
        unsafe body(
          UnsafeRawPointer($0).assumingMemoryBound(to: sockaddr.self),
          socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    var six = sockaddr_in6()
    six.sin6_family = sa_family_t(AF_INET6)
    six.sin6_port = port.bigEndian
    unsafe withUnsafeMutableBytes(of: &six.sin6_addr) {
      unsafe $0.storeBytes(of: address.high.bigEndian, as: UInt64.self)
      unsafe $0.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    return unsafe withUnsafePointer(to: six) {
      unsafe body(
        UnsafeRawPointer($0).assumingMemoryBound(to: sockaddr.self),
        socklen_t(MemoryLayout<sockaddr_in6>.size))
    }
  }
}
