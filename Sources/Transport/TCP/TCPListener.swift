import Glibc
import LinuxSystem

extension Descriptor {
  /// A listening TCP socket of one worker; those of all workers share the address.
  static func listener(
    on address: ListenAddress, backlog: Int32
  ) throws(SystemError) -> Descriptor {
    let socket = try Descriptor.socket(for: address.address, type: SOCK_STREAM, waits: false)
    do throws(SystemError) {
      try socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
      try socket.set(SOL_SOCKET, SO_REUSEPORT, 1)
      // Its connections have this from it.
      try socket.set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
      try socket.bindOnly(address)
      try socket.listen(backlog: backlog)
      return socket
    } catch {
      socket.close()
      throw error
    }
  }
}
