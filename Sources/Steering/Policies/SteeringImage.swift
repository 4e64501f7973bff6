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
  /// The slots of the policies that pick by hash, `HashSlots.count` for each.
  public let slots: Table<UInt16>

  /// An image from its tables.
  public init(
    entries: Table<SteerEntry>, policies: Table<PolicyNode>, choices: Table<PolicyChoice>,
    outcomes: Table<ChoiceSpan>, maps: Table<GeoMap>, slots: Table<UInt16>
  ) {
    self.entries = entries
    self.policies = policies
    self.choices = choices
    self.outcomes = outcomes
    self.maps = maps
    self.slots = slots
  }

  /// The choice whose share of the weights `point` falls in, by its index in the zone.
  func choice(of node: PolicyNode, at point: UInt64) -> UInt32 {
    UInt32(
      choices.firstIndex(above: point, from: Int(node.first), count: Int(node.count)) {
        $0.weightSum
      })
  }
}

/// Where what one zone has begins among that of all zones.
@frozen
public struct SteeringBases: Sendable, BitwiseCopyable {
  /// Its pools in the `PoolTable`.
  public var pool: Int
  /// Its wheels in the memory of a worker: those of its policies, then those of its pools.
  public var wheel: Int
  /// Its choices in the `ServingChoices`.
  public var choice: Int

  /// Bases from their parts.
  public init(pool: Int = 0, wheel: Int = 0, choice: Int = 0) {
    self.pool = pool
    self.wheel = wheel
    self.choice = choice
  }

  /// The wheel with that number in the zone, for one of the two types.
  @inlinable
  public func wheel(_ number: Int, isIPv6: Bool) -> Int {
    2 &* (wheel &+ number) &+ (isIPv6 ? 1 : 0)
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
  /// Which network of a client is hashed.
  public var network: ClientNetwork
  /// Its first choice; for `geo` its first outcome; for `pool` the pool's index in the zone.
  public var first: UInt32
  /// How many choices; for `geo` how many outcomes.
  public var count: UInt32
  /// The map that `geo` looks clients up in; for a choice by hash which of the `slots`.
  public var table: UInt32

  /// What a policy does.
  @frozen
  public enum Kind: Hashable, Sendable, BitwiseCopyable {
    /// A pool.
    case pool
    /// The first choice that is up.
    case failover
    /// As `failover`, the choices being those of the client's outcome.
    case geo
    /// One of the choices that are up.
    case choice(Selection)
  }

  /// A policy from its parts.
  public init(
    kind: Kind, first: UInt32, count: UInt32 = 0, table: UInt32 = 0,
    network: ClientNetwork = .standard
  ) {
    self.kind = kind
    self.first = first
    self.count = count
    self.table = table
    self.network = network
  }
}

/// A choice of a policy.
@frozen
public struct PolicyChoice: Sendable, BitwiseCopyable {
  /// What is chosen.
  public var policy: UInt32
  /// The sum of the weights of the policy's choices up to and with this one.
  public var weightSum: UInt32

  /// A choice from its parts.
  public init(policy: UInt32, weightSum: UInt32 = 0) {
    self.policy = policy
    self.weightSum = weightSum
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
