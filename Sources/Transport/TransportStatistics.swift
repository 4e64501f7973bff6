import QueryEngine

/// What a server's workers have counted since it was made.
public struct TransportStatistics: Hashable, Sendable {
  /// The messages of one transport.
  public struct Messages: Hashable, Sendable {
    /// Messages that came whole.
    public var queries: UInt64 = 0
    /// Replies that were handed to the system.
    public var replies: UInt64 = 0
    /// Messages that were answered by nothing.
    public var drops: UInt64 = 0
    /// Replies with TC set.
    public var truncated: UInt64 = 0
    /// Replies that the system refused, or whose client went away.
    public var failedSends: UInt64 = 0
    /// Octets of the queries, without headers or length prefixes.
    public var queryOctets: UInt64 = 0
    /// Octets of the replies, without headers or length prefixes.
    public var replyOctets: UInt64 = 0
  }

  /// In datagrams.
  public var udp = Messages()
  /// Over connections.
  public var tcp = Messages()
  /// Answers in datagrams that were limited.
  public var rateLimit = RateLimitCounts()
  /// TCP connections that were accepted.
  public var connections: UInt64 = 0
  /// TCP connections that are open.
  public var openConnections: UInt64 = 0
  /// TCP connections closed because they were idle, or their message or client too slow.
  public var timedOutConnections: UInt64 = 0
  /// TCP connections closed to make room for others.
  public var evictedConnections: UInt64 = 0
  /// Failures to accept a TCP connection, such as too many open files.
  public var failedAccepts: UInt64 = 0
}
