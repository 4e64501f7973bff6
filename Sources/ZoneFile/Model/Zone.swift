import Addresses
import DNSWire
import GeoMap
import HealthState
import Migration
import SourceText
import Steering

/// One zone as its file says it, checked: every reference is an index that exists.
public struct Zone: Sendable {
  /// The apex.
  public var apex: DomainName
  /// The paths of its files, in the order of `SourceLocation.file`.
  public var files: [String] = []
  /// The plain records, the fallback records at steered names among them; the SOA is there once.
  public var records = RecordTable()
  /// The `$CHECK` lines.
  public var checks: [Check] = []
  /// The `$SITE` lines.
  public var sites: [Site] = []
  /// The `$POOL` lines.
  public var pools: [Pool] = []
  /// The `$MAP` lines, and the rules that a `STEER geo ( … )` carries inline.
  public var maps: [GeoRules] = []
  /// The tables that `latency` policies name.
  public var latencyTables: [LatencyTable] = []
  /// The `$POLICY` lines; no loops.
  public var policies: [NamedPolicy] = []
  /// The `STEER` lines, at most one an owner.
  public var steers: [Steer] = []
  /// The `$MIGRATE` lines.
  public var migrations: [MigrationDeclaration] = []
  /// The `$EXPECT` lines.
  public var expectations: [Expectation] = []

  /// A zone with nothing in it.
  public init(apex: DomainName) { self.apex = apex }
}

/// A `$CHECK` line.
public struct Check: Sendable {
  /// Its name.
  public var name: String
  /// What it does and how often.
  public var settings: CheckSettings
  /// Where it stands.
  public var location: SourceLocation
}

/// A `$SITE` line.
public struct Site: Sendable {
  /// Its name.
  public var name: String
  /// Where it is, if it says so.
  public var coordinates: Coordinates?
  /// Where it stands in the file.
  public var location: SourceLocation
}

/// A `$POOL` line.
public struct Pool: Sendable {
  /// How many healthy targets make a pool healthy.
  public enum MinimumHealthy: Sendable {
    /// At least so many.
    case count(Int)
    /// At least so many percent of those that count.
    case percent(Int)
  }

  /// How host names are answered.
  public enum Answer: String, CaseIterable, Sendable {
    /// As a CNAME.
    case cname
    /// By the addresses that they are resolved to.
    case resolve
  }

  /// The name before the `@`.
  public var name: String
  /// The index of its site.
  public var site: Int?
  /// Its own place, else its site's.
  public var coordinates: Coordinates?
  /// By how many percent, -99…99, it is nearer (above 0) or farther than it is.
  public var bias = 0
  /// The index of the check of targets that name none.
  public var check: Int?
  /// How targets are picked.
  public var selection: Selection = .roundRobin
  /// Which network of a client is hashed.
  public var network: ClientNetwork = .standard
  /// How its targets are answered where they are host names.
  public var answer: Answer = .cname
  /// How many addresses an answer carries; nil is all.
  public var answers: Int?
  /// When the pool counts as up.
  public var minimumHealthy: MinimumHealthy = .count(1)
  /// The targets, in the order of the file; all with an address, or all host names.
  public var targets: [Target] = []
  /// Where it stands.
  public var location: SourceLocation

  /// `name@site` or `name`, given the zone's sites.
  public func fullName(in zone: Zone) -> String {
    site.map { "\(name)@\(zone.sites[$0].name)" } ?? name
  }
}

/// One target of a pool.
public struct Target: Sendable {
  /// What is answered for it.
  public enum Destination: Hashable, Sendable {
    /// An A or AAAA record.
    case address(IPAddress)
    /// A CNAME record or, in a pool with `answer=resolve`, the addresses of the host.
    case host(DomainName)
  }

  /// Its administrative state.
  public enum State: String, CaseIterable, Sendable {
    /// Health decides.
    case up
    /// Never answered with.
    case down
    /// Not answered with, and not counted.
    case drain
  }

  /// What is answered.
  public var destination: Destination
  /// Its share; 0 serves only when all others are down.
  public var weight: UInt32 = 1
  /// Its `name=`, else the destination's text.
  public var name: String
  /// The index of its check: its own, else its pool's.
  public var check: Int?
  /// Its own port to probe.
  public var port: UInt16?
  /// Its administrative state.
  public var state: State = .up
  /// Whether it serves only when no other does.
  public var isBackup = false
  /// Where it stands.
  public var location: SourceLocation
}

/// What a policy can lead to.
public indirect enum PolicyExpression: Sendable {
  /// The pool with that index.
  case pool(Int)
  /// The named policy with that index.
  case named(Int)
  /// The first that is up. With another failback than `auto` only pools.
  case failover([PolicyExpression], Failback)
  /// One of those that are up, as the selection says; by load only pools.
  case choice(Selection, [Choice], ClientNetwork)
  /// As `failover`, the three nearest to the client first. Only pools with coordinates.
  case nearest([Int])
  /// As `failover`, the three quickest first of the pools that the table with index `table` has for the
  /// client's network; as `nearest` for networks that are not in it.
  case latency(table: Int, pools: [Int])
  /// What the map with index `map` says; `poolsAtSite` tells for a site in it (by index) the pool (by
  /// index), and is empty where the policy has no `pools=`.
  case geo(map: Int, poolsAtSite: [Int: Int])

  /// A choice.
  public struct Choice: Sendable {
    /// What is chosen.
    public var target: PolicyExpression
    /// What tells it from the others of the zone: the name it was written by.
    public var name: String
    /// Its share; not all of a policy's are 0.
    public var weight: UInt32
  }
}

/// A `$POLICY` line.
public struct NamedPolicy: Sendable {
  /// Its name.
  public var name: String
  /// What it does.
  public var expression: PolicyExpression
  /// Where it stands.
  public var location: SourceLocation
}

/// Which clients go where: a `$MAP`.
public struct GeoRules: Sendable {
  /// What a rule's list names.
  public enum Item: Hashable, Sendable {
    /// A site by index: the pool there.
    case site(Int)
    /// A pool by index.
    case pool(Int)
    /// A named policy by index.
    case policy(Int)
  }

  /// One rule.
  public struct Rule: Sendable {
    /// Its matchers; several where it was written `country:US,CA`.
    public var matchers: [GeoMatcher]
    /// Whether the three of `items` that are nearest to the client come first.
    public var isNearest: Bool
    /// Where it leads, in order of failover.
    public var items: [Item]
    /// Where it stands.
    public var location: SourceLocation
  }

  /// Its name; nil where it stands inline in a STEER.
  public var name: String?
  /// The rules; exactly one has the matcher `default`, and no matcher occurs twice.
  public var rules: [Rule]
  /// Where it stands.
  public var location: SourceLocation
}

/// A `STEER` line.
public struct Steer: Sendable {
  /// What is answered where no target is up.
  public enum WhenDown: String, CaseIterable, Sendable {
    /// The plain records at the name.
    case `static`
    /// Every target, as if all probes had passed.
    case all
    /// NODATA.
    case nodata
    /// SERVFAIL.
    case servfail
  }

  /// Its owner.
  public var owner: DomainName
  /// The largest TTL sent, in seconds.
  public var maximumTTL: UInt32
  /// The smallest; equal to the largest where one number was written.
  public var minimumTTL: UInt32
  /// The policy.
  public var policy: PolicyExpression
  /// What happens where nothing is up; the default of the language filled in.
  public var whenDown: WhenDown
  /// Whether the name can yield a CNAME: a pool in reach answers with one, or its plain record is one.
  public var canYieldCNAME: Bool
  /// Where it stands.
  public var location: SourceLocation
}

/// A `$MIGRATE` line.
public struct MigrationDeclaration: Sendable {
  /// Its name.
  public var name: String
  /// The owners whose TTL it lowers: steered ones, or plain ones, never NS, SOA or DS records.
  public var owners: [DomainName]
  /// The timeline; its `old` is the largest TTL among the owners' records.
  public var timeline: Timeline
  /// Where it stands.
  public var location: SourceLocation
}
