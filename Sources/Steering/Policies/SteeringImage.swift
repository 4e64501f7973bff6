import FlatMemory
import GeoMap

/// The compiled steering of one zone: tables only, free to copy, immutable. What health decides is not
/// here but in the `PoolTable` that is published beside it.
@frozen
public struct SteeringImage: Sendable, BitwiseCopyable {
  /// The steered names.
  public let entries: Table<SteerEntry>
  /// The policies; a child stands behind its parent or is a named one.
  public let policies: Table<PolicyNode>
  /// The choices of all policies.
  public let choices: Table<PolicyChoice>
  /// For each outcome of each geo policy, its choices.
  public let outcomes: Table<ChoiceSpan>
  /// The maps that geo policies look clients up in.
  public let maps: Table<GeoMap>

  /// An image from its tables.
  public init(
    entries: Table<SteerEntry>, policies: Table<PolicyNode>, choices: Table<PolicyChoice>,
    outcomes: Table<ChoiceSpan>, maps: Table<GeoMap>
  ) {
    self.entries = entries
    self.policies = policies
    self.choices = choices
    self.outcomes = outcomes
    self.maps = maps
  }
}

/// A steered name.
@frozen
public struct SteerEntry: Sendable, BitwiseCopyable {
  /// Its policy.
  public var policy: UInt32
  /// The largest TTL sent, in seconds.
  public var maximumTTL: UInt32
  /// The smallest.
  public var minimumTTL: UInt32
  /// The timeline that lowers its TTL, else 65535.
  public var timeline: UInt16
  /// What is answered where nothing is up.
  public var whenDown: WhenDown
  /// Whether it may answer with a CNAME, whatever the type asked for.
  public var canYieldCNAME: Bool

  /// What is answered where nothing is up.
  @frozen
  public enum WhenDown: UInt8, Sendable, BitwiseCopyable {
    /// The plain records at the name.
    case `static`
    /// Every target, as if all probes had passed.
    case all
    /// NODATA.
    case nodata
    /// SERVFAIL.
    case servfail
  }

  /// An entry from its parts.
  public init(
    policy: UInt32, maximumTTL: UInt32, minimumTTL: UInt32, timeline: UInt16,
    whenDown: WhenDown, canYieldCNAME: Bool
  ) {
    self.policy = policy
    self.maximumTTL = maximumTTL
    self.minimumTTL = minimumTTL
    self.timeline = timeline
    self.whenDown = whenDown
    self.canYieldCNAME = canYieldCNAME
  }
}

/// A policy or a pool.
@frozen
public struct PolicyNode: Sendable, BitwiseCopyable {
  /// What it does.
  public var kind: Kind
  /// Its first choice; for `geo` its first outcome; for `pool` the pool's index in the zone.
  public var first: UInt32
  /// How many choices; for `geo` how many outcomes.
  public var count: UInt32
  /// The map that `geo` looks clients up in.
  public var map: UInt32

  /// What a policy does.
  @frozen
  public enum Kind: UInt8, Sendable, BitwiseCopyable {
    /// A pool.
    case pool
    /// The first choice that is up.
    case failover
    /// One of the choices that are up, at random by weight.
    case weighted
    /// The choices that are up, in turns.
    case roundRobin
    /// As `failover`, the choices being those of the client's outcome.
    case geo
  }

  /// A policy from its parts.
  public init(kind: Kind, first: UInt32, count: UInt32 = 0, map: UInt32 = 0) {
    self.kind = kind
    self.first = first
    self.count = count
    self.map = map
  }
}

/// A choice of a policy.
@frozen
public struct PolicyChoice: Sendable, BitwiseCopyable {
  /// What is chosen.
  public var policy: UInt32
  /// Its share.
  public var weight: UInt32

  /// A choice from its parts.
  public init(policy: UInt32, weight: UInt32 = 1) {
    self.policy = policy
    self.weight = weight
  }
}

/// A run of choices.
@frozen
public struct ChoiceSpan: Sendable, BitwiseCopyable {
  /// The first.
  public var first: UInt32
  /// How many.
  public var count: UInt32

  /// A run from its parts.
  public init(first: UInt32, count: UInt32) {
    self.first = first
    self.count = count
  }
}
