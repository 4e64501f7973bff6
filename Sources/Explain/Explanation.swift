import Addresses
import DNSWire
import GeoDatabase

/// Why a client gets an answer.
public struct Explanation: Sendable {
  /// What was asked.
  public var name: DomainName
  /// The type that was asked for.
  public var type: String
  /// Whose answer it is.
  public var client: IPAddress
  /// The zone that the name lies in; nil where none does.
  public var zone: (apex: DomainName, serial: UInt32)?
  /// What is known of the client.
  public var location: ClientLocation
  /// The steered names on the way, in order: more than one where a CNAME leads on.
  public var steered: [SteeredName] = []
  /// The reply; nil where none is sent.
  public var reply: ReplyText?
  /// The scope prefix length of the reply; nil where it has no client subnet.
  public var scope: Int?

  /// One steered name.
  public struct SteeredName: Sendable {
    /// The owner: the name, or a wildcard.
    public var owner: String
    /// Its line.
    public var text: String
    /// Where it stands.
    public var place: String
    /// What was looked at, in order.
    public var steps: [Step] = []
    /// The TTL that was sent, in seconds, and why.
    public var ttl: (seconds: UInt32, reason: String)?
    /// The pool that answers, and how it picks its targets.
    public var pick: (pool: String, selection: String)?
  }

  /// What was looked at.
  public enum Step: Sendable {
    /// A policy is followed.
    case policy(text: String, place: String?)
    /// A map has found a rule, which leads to a list; `scope` is the prefix length it is good for.
    case rule(text: String, place: String?, list: [String], scope: Int)
    /// A pool is looked at; `targets` are what keeps any of them out.
    case pool(name: String, place: String, isUp: Bool, reason: String, targets: [String])
    /// A pool of the list that was not reached.
    case unused(name: String)
    /// Nothing was up, so all is looked at as if every probe had passed.
    case ignoringHealth
    /// Nothing is up: `when-down=` decides.
    case nothingUp(whenDown: String)
  }
}
