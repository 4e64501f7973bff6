import Addresses
import Glibc

/// Why the demo's back ends cannot be played.
public enum DemoBackendsError: Error, Equatable {
  /// The address is not one of 127.0.0.0/8.
  case notLoopback(IPAddress)
  /// Something else listens there.
  case portInUse(IPAddress, UInt16)
  /// It cannot be listened there, for the reason with that error number (0: not known).
  case cannotListen(IPAddress, UInt16, errno: Int32)
}

extension DemoBackendsError: CustomStringConvertible {
  /// One line for a person, with a way to mend.
  public var description: String {
    switch self {
    case .notLoopback(let address):
      "demo back end \(address): only addresses in 127.0.0.0/8 are possible"
    case .portInUse(let address, let port):
      "demo back end \(address) port \(port): the port is in use; is another demo running?"
    case .cannotListen(let address, let port, let number):
      "demo back end \(address) port \(port): cannot listen (error \(number))"
    }
  }
}
