/// The limits of a server's sockets.
public struct TransportSettings: Hashable, Sendable {
  /// The largest reply in a datagram, in octets, whatever a client offers: 512…65,535.
  ///
  /// 1,232 fits every IPv6 path, so that no reply has to be fragmented (RFC 9715 §3).
  public var udpPayloadLimit = 1232
  /// The room the kernel is asked to keep for datagrams that wait for a worker, in octets a socket.
  public var udpReceiveBuffer = 1 << 22
  /// How many TCP connections are open at once; beyond it the most idle one is closed.
  public var tcpConnectionLimit = 1000
  /// How many of them may be of one client network (/24 or /56); beyond it the most idle one of that network
  /// is closed. Like the limit above it is shared out to the workers.
  public var tcpNetworkLimit = 200
  /// How long a TCP connection may be idle (RFC 7766 §6.2.3).
  public var tcpIdleTimeout = Duration.seconds(30)
  /// How long one TCP message, or taking up the replies to it, may last from its first octet.
  public var tcpMessageTimeout = Duration.seconds(10)
  /// How many TCP connections of one worker hold memory at once: 132 KiB each for a message that has
  /// come in part, or replies that the client has not yet taken.
  public var tcpBuffersPerWorker = 64

  /// The defaults.
  public init() {}
}

extension Duration {
  /// Whole milliseconds, at least 0.
  var milliseconds: UInt64 {
    let (seconds, attoseconds) = components
    return seconds < 0 || attoseconds < 0
      ? 0 : UInt64(min(seconds, 1 << 40)) * 1000 + UInt64(attoseconds / 1_000_000_000_000_000)
  }
}
