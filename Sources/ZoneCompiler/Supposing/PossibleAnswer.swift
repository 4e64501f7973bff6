import Addresses
import DNSWire

/// One of the answers that a client can get.
public struct PossibleAnswer: Hashable, Sendable {
  /// How it ends.
  public enum Ending: Hashable, Sendable {
    /// With records of the type that was asked for; any of these addresses may be in it, none for CNAME.
    case records([IPAddress])
    /// Without a record of the type.
    case nodata
    /// The name is not there.
    case nameError
    /// SERVFAIL.
    case serverFailure
    /// Outside of what the zone answers for: behind a CNAME that leads out of it, or below a delegation.
    case elsewhere
  }

  /// The pools, by index, that it came from: one for each steered name in its chain that has one up.
  public var pools: [Int] = []
  /// The host names that CNAMEs on its way lead to.
  public var hosts: [DomainName] = []
  /// Whether a steered name on its way had nothing up and was answered with its plain records.
  public var isStatic = false
  /// How it ends.
  public var ending = Ending.elsewhere
}
