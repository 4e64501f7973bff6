import Addresses
import CLinux
import Glibc
import LinuxSystem

extension Descriptor {
  /// How long a worker waits for room in a socket's send buffer, in milliseconds, before it gives up.
  private static let sendTimeout = 100

  /// A UDP socket of one worker, bound to `address`; the sockets of all workers share it.
  static func datagramSocket(
    on address: ListenAddress, receiveBuffer: Int
  ) throws(SystemError) -> Descriptor {
    let socket = try Descriptor.socket(for: address.address, type: SOCK_DGRAM)
    do {
      try socket.set(SOL_SOCKET, SO_REUSEPORT, 1)
      try socket.setReceiveBuffer(receiveBuffer)
      try socket.setSendTimeout(milliseconds: sendTimeout)
      try socket.neverFragment(isIPv4: address.address.isIPv4)
      if address.isWildcard {
        if address.address.isIPv4 {
          try socket.set(Int32(IPPROTO_IP), IP_PKTINFO, 1)
        } else {
          try socket.set(Int32(IPPROTO_IPV6), IPV6_RECVPKTINFO, 1)
        }
      }
      try socket.bindOnly(address)
      return socket
    } catch {
      socket.close()
      throw error
    }
  }

  /// Binds to an address, an IPv6 one without the IPv4 ones that it may stand for.
  func bindOnly(_ address: ListenAddress) throws(SystemError) {
    if !address.address.isIPv4 { try set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
    try bind(SocketAddress(address.address, port: address.port))
  }

  /// Asks for room for waiting datagrams: past the system's limit where the process may do that.
  private func setReceiveBuffer(_ octets: Int) throws(SystemError) {
    let size = Int32(clamping: octets)
    do {
      try set(SOL_SOCKET, SO_RCVBUFFORCE, size)
    } catch {
      try set(SOL_SOCKET, SO_RCVBUF, size)
    }
  }

  /// Makes the kernel refuse (EMSGSIZE) what does not fit the interface, and routers drop what does not
  /// fit their next link, rather than fragment it.
  ///
  /// IP_PMTUDISC_PROBE sets DF and takes no notice of ICMP "fragmentation needed", which anybody can
  /// forge to make replies small (RFC 9715 §3.1, appendix). IPV6_DONTFRAG is its like for IPv6.
  private func neverFragment(isIPv4: Bool) throws(SystemError) {
    if isIPv4 {
      try set(Int32(IPPROTO_IP), IP_MTU_DISCOVER, IP_PMTUDISC_PROBE)
    } else {
      try set(Int32(IPPROTO_IPV6), IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE)
      try set(Int32(IPPROTO_IPV6), IPV6_DONTFRAG, 1)
    }
  }
}
