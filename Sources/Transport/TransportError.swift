import LinuxSystem

/// Why a server cannot listen, start or give up its privileges.
public enum TransportError: Error, Hashable, Sendable {
  /// There is nothing to listen on.
  case noAddress
  /// The same address and port twice.
  case listedTwice(ListenAddress)
  /// More threads than a publication has readers.
  case tooManyThreads(Int, limit: Int)
  /// A socket of that protocol ("UDP", "TCP") cannot be had there.
  case cannotListen(ListenAddress, protocol: String, SystemError)
  /// Threads, or what they need, cannot be had.
  case cannotStart(SystemError)
  /// There is no such user on this machine.
  case unknownUser(String)
  /// Only root can become somebody else.
  case notRoot(user: String)
  /// The user is root, who has nothing to give up.
  case staysRoot(user: String)
  /// The privileges could not be given up.
  case cannotBecome(user: String, SystemError)
  /// The privileges were given up and could be had again.
  case canRegainRoot(user: String)
}

extension TransportError: CustomStringConvertible {
  /// One line: what failed, why, and what to do about it.
  public var description: String {
    switch self {
    case .noAddress: "no address to listen on"
    case .listedTwice(let address): "\(address) is listed twice among the addresses to listen on"
    case .tooManyThreads(let count, let limit):
      "\(count) threads are needed and \(limit) can be had; use fewer workers or fewer addresses"
    case .cannotListen(let address, let name, let error):
      "cannot listen on \(address) (\(name)): \(error.meaning)" + Self.mend(error)
    case .cannotStart(let error): "cannot start the server: \(error)"
    case .unknownUser(let user): "cannot become user '\(user)': there is no such user"
    case .notRoot(let user): "cannot become user '\(user)': only root can"
    case .staysRoot(let user): "'\(user)' is root; name a user without privileges"
    case .cannotBecome(let user, let error): "cannot become user '\(user)': \(error)"
    case .canRegainRoot(let user): "became user '\(user)', but could become root again"
    }
  }

  private static func mend(_ error: SystemError) -> String {
    switch error.name {
    case "EADDRINUSE": "; another program has this port"
    case "EACCES": "; a port below 1024 needs root or CAP_NET_BIND_SERVICE"
    case "EADDRNOTAVAIL": "; no interface of this machine has this address"
    default: ""
    }
  }
}
