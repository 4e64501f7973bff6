import Addresses

/// How a query came.
@frozen
public enum QueryTransport: UInt8, Sendable {
  /// In a datagram (RFC 1035 §4.2.1).
  case udp
  /// Over a TCP connection (RFC 7766).
  case tcp
}

/// All that an answer may depend on beside the query and the snapshot.
@frozen
public struct QueryContext: Sendable {
  /// How the query came.
  public var transport: QueryTransport
  /// Where it came from, `canonical`.
  public var peer: IPAddress
  /// Its source port.
  public var peerPort: UInt16
  /// The address it was sent to.
  public var local: IPAddress
  /// The largest reply that may be sent, in octets: the UDP cap of the server, 65,535 over TCP.
  public var sizeLimit: Int
  /// Seconds since 1970 (UTC).
  public var now: Int64
  /// Milliseconds of the monotonic clock.
  public var monotonic: UInt64

  /// A context from its parts.
  public init(
    transport: QueryTransport, peer: IPAddress, peerPort: UInt16, local: IPAddress,
    sizeLimit: Int, now: Int64, monotonic: UInt64
  ) {
    self.transport = transport
    self.peer = peer
    self.peerPort = peerPort
    self.local = local
    self.sizeLimit = sizeLimit
    self.now = now
    self.monotonic = monotonic
  }
}

/// What becomes of a query.
@frozen
public enum Outcome: Equatable, Sendable {
  /// That many octets of the buffer are the reply.
  case reply(Int)
  /// Nothing is sent.
  case drop
}
