import Addresses

/// A back end that the demo plays.
public struct DemoBackend: Hashable, Sendable {
  /// What it calls itself.
  public var name: String
  /// Where it listens: an address in 127.0.0.0/8, since anyone who reaches it can take it down.
  public var address: IPAddress

  /// A back end from its parts.
  public init(name: String, address: IPAddress) {
    self.name = name
    self.address = address
  }
}
