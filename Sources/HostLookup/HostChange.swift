import DNSWire

/// Something to be known of a host; what it is answered with may have changed.
public struct HostChange: Sendable {
  /// The host.
  public let name: DomainName
  /// A line for the log, and whether it is good news; nil where only a TTL is another one.
  public let note: (isGood: Bool, text: String)?
}
