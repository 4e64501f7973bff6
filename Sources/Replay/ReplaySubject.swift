import DNSWire
import ZoneCompiler

/// A name and a type, with the zone that answers for them before and after a change.
public struct ReplaySubject: Sendable {
  /// The name.
  public var name: DomainName
  /// A, AAAA or CNAME.
  public var type: RecordType
  /// The zone before; nil where there was none.
  public var before: SupposedZone?
  /// The zone after; nil where there is none.
  public var after: SupposedZone?

  /// A subject from its parts.
  public init(name: DomainName, type: RecordType, before: SupposedZone?, after: SupposedZone?) {
    self.name = name
    self.type = type
    self.before = before
    self.after = after
  }
}
