/// The COOKIE option of a query (RFC 7873 §4), its server part in the interoperable form (RFC 9018 §4).
@frozen
public struct Cookie: Sendable {
  /// Whether the option came.
  public var isPresent = false
  /// Whether there is a server cookie behind the client's, of whatever form.
  public var hasServerPart = false
  /// The client cookie, from network order.
  public var client: UInt64 = 0
  /// The first 8 octets of the server cookie: version, three reserved octets, a time. 0 where there is no
  /// server cookie of 16 octets.
  public var serverHead: UInt64 = 0
  /// The last 8 octets of the server cookie: the hash.
  public var serverHash: UInt64 = 0

  /// No option.
  public init() {}

  /// Reads the option's `length` octets at `start`: 8, or 16 to 40 (RFC 7873 §4).
  mutating func read(_ message: PacketReader, at start: Int, length: Int) throws(EDNSError) {
    guard length == 8 || (16...40).contains(length), let client = message.uint64(start)
    else { throw .malformed }
    isPresent = true
    hasServerPart = length > 8
    self.client = client
    guard length == 24, let head = message.uint64(start + 8), let hash = message.uint64(start + 16)
    else { return }
    serverHead = head
    serverHash = hash
  }
}
