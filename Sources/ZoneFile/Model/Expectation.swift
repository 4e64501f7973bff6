import Addresses
import DNSWire
import SourceText

/// An `$EXPECT` line: what a client has to be answered with, everything up but what is supposed down.
public struct Expectation: Sendable {
  /// What an element of the list is.
  public enum Item: Hashable, Sendable {
    /// The pool with that index.
    case pool(Int)
    /// An A or AAAA record.
    case address(IPAddress)
    /// A host name that a CNAME leads to.
    case host(DomainName)
    /// What happens where nothing is up, or where there is no record of the type.
    case without(Absence)
  }

  /// An answer that comes from no pool; the words are those of `when-down=`.
  public enum Absence: String, CaseIterable, Sendable {
    /// The plain records of a steered name.
    case `static`
    /// No record of the type.
    case nodata
    /// SERVFAIL.
    case servfail
  }

  /// The name that is asked for.
  public var name: DomainName
  /// The type that is asked for: A, AAAA or CNAME.
  public var type: RecordType
  /// Whose answer it is, in its canonical form.
  public var client: IPAddress
  /// The targets that are supposed down.
  public var down: Set<TargetIndex>
  /// What every possible answer has to be one of.
  public var items: Set<Item>
  /// The list as it was written: where diagnostics point.
  public var list: [Word]
}

/// A target of a zone, by the index of its pool and its own in there.
public struct TargetIndex: Hashable, Sendable {
  /// The pool's index.
  public var pool: Int
  /// The target's.
  public var target: Int
}
