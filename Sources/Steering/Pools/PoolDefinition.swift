import Addresses
import DNSWire
import FlatMemory
import HealthState

/// A pool as the control plane keeps it: from this and from health follows what it serves.
public struct PoolDefinition: Sendable {
  /// One target.
  public struct Target: Sendable {
    /// What is answered for it.
    public enum Destination: Hashable, Sendable {
      /// An address.
      case address(IPAddress)
      /// A host name, by its node in the zone.
      case host(UInt32)
      /// The addresses of a host name.
      case addresses(of: DomainName)
    }

    /// What is answered for it.
    public var destination: Destination
    /// Its share; 0 serves only when all others are down.
    public var weight: UInt32
    /// Whether it takes part at all: not drained, not forced down.
    public var isEnabled: Bool
    /// Whether it serves only when no other does.
    public var isBackup: Bool
    /// What it is hashed by: the same wherever it stands.
    public var hashKey: UInt64
    /// Its health; nil where it is not probed.
    public var cell: HealthCell?

    /// A target from its parts.
    public init(
      destination: Destination, weight: UInt32 = 1, isEnabled: Bool = true,
      isBackup: Bool = false, hashKey: UInt64 = 0, cell: HealthCell? = nil
    ) {
      self.destination = destination
      self.weight = weight
      self.isEnabled = isEnabled
      self.isBackup = isBackup
      self.hashKey = hashKey
      self.cell = cell
    }
  }

  /// When a pool counts as up.
  public enum MinimumHealthy: Sendable {
    /// With so many serving targets.
    case count(Int)
    /// With so many percent of the targets that are enabled and no backups, rounded up.
    case percent(Int)
  }

  /// Its targets.
  public var targets: [Target]
  /// How they are picked.
  public var picking: PoolPicking
  /// When it counts as up.
  public var minimumHealthy: MinimumHealthy

  /// A pool from its parts.
  public init(
    targets: [Target], picking: PoolPicking = PoolPicking(),
    minimumHealthy: MinimumHealthy = .count(1)
  ) {
    self.targets = targets
    self.picking = picking
    self.minimumHealthy = minimumHealthy
  }

  /// The host names whose addresses it needs.
  public var resolvedHosts: Set<DomainName> {
    Set(
      targets.lazy.filter(\.isEnabled).compactMap {
        if case .addresses(let name) = $0.destination { name } else { nil }
      })
  }

  /// The pool as it is published, with the health that its cells show now and the addresses that
  /// `resolved` says its host names have; as down where it is held back.
  public func publishable(
    load: PoolLoad = PoolLoad(), isHeldBack: Bool = false,
    resolved: (DomainName) -> HostAddresses = { _ in HostAddresses() }
  ) -> PublishedPool {
    let arena = Arena()
    var hosts: [DomainName: HostAddresses] = [:]
    for name in resolvedHosts { hosts[name] = resolved(name) }
    var live = servingSet(ignoringHealth: false, load, hosts, in: arena)
    if isHeldBack { live.isUp = false }
    let sets = PoolSets(
      live: arena.place(live),
      all: arena.place(servingSet(ignoringHealth: true, load, hosts, in: arena)),
      picking: picking,
      load: load.ofPool(targets),
      ttlLimit: hosts.values.lazy.map(\.ttl).min() ?? .max,
      cells: arena.table(targets.compactMap { $0.isEnabled ? $0.cell : nil }))
    return PublishedPool(sets: arena.place(sets), arena: arena)
  }

  private func servingSet(
    ignoringHealth: Bool, _ load: PoolLoad, _ hosts: [DomainName: HostAddresses],
    in arena: Arena
  ) -> ServingSet {
    func addresses(_ target: Target, isIPv4: Bool) -> [IPAddress] {
      switch target.destination {
      case .address(let address): address.isIPv4 == isIPv4 ? [address] : []
      case .host: []
      case .addresses(let name): hosts[name]?.addresses.filter { $0.isIPv4 == isIPv4 } ?? []
      }
    }
    func members(isIPv4: Bool) -> [Member] {
      let standing = serving(ignoringHealth) { target in
        guard case .addresses(let name) = target.destination else {
          return addresses(target, isIPv4: isIPv4).isEmpty ? .outside : .healthy
        }
        // A host without any address is down in both families.
        if hosts[name]?.addresses.isEmpty ?? true { return .down }
        return addresses(target, isIPv4: isIPv4).isEmpty ? .outside : .healthy
      }
      return Self.members(standing, load) { addresses($0, isIPv4: isIPv4) }
    }
    let ipv4 = members(isIPv4: true)
    let ipv6 = members(isIPv4: false)
    let named = serving(ignoringHealth) { $0.isHost ? .healthy : .outside }
    let decidesIPv4 = targets.contains { !addresses($0, isIPv4: true).isEmpty }
    let isUp =
      decidesIPv4
      ? !ipv4.isEmpty : targets.contains { !$0.isHost } ? !ipv6.isEmpty : !named.isEmpty
    return ServingSet(
      isUp: isUp, ipv4: addressSet(ipv4, isIPv4: true, in: arena),
      ipv6: addressSet(ipv6, isIPv4: false, in: arena),
      hosts: HostSet(
        nodes: arena.table(
          named.compactMap { if case .host(let node) = $0.destination { node } else { nil } }),
        tables: tables(named.map { Member($0, load) }, in: arena)))
  }

  /// How a target stands in a family.
  private enum Standing {
    /// It is none of the family.
    case outside
    /// It is, and cannot serve, whatever its probes say.
    case down
    /// It serves where its probes let it.
    case healthy
  }

  /// The targets of one family that serve; none where they are fewer than the pool asks for.
  private func serving(_ ignoringHealth: Bool, _ standing: (Target) -> Standing) -> [Target] {
    let family = targets.filter { $0.isEnabled && standing($0) != .outside }
    let healthy = family.filter {
      standing($0) == .healthy && (ignoringHealth || $0.cell?.load().isUp ?? true)
    }
    let primaries = healthy.filter { !$0.isBackup }
    var serving = primaries.isEmpty ? healthy : primaries
    // Where lines stand plays no part in a hash.
    if picking.selection == .hash { serving.sort { $0.hashKey < $1.hashKey } }
    let needed =
      switch minimumHealthy {
      case .count(let count): count
      case .percent(let percent):
        max(1, (family.count { !$0.isBackup } * percent + 99) / 100)
      }
    guard ignoringHealth || serving.count >= max(1, needed) else { return [] }
    guard picking.selection.goesByWeight else { return serving.map(\.withWeightOne) }
    let weighty = serving.filter { $0.weight > 0 }
    return weighty.isEmpty ? serving.map(\.withWeightOne) : weighty
  }

  /// What selection picks from: a target, or one of the addresses of a host name.
  private struct Member {
    var address: IPAddress?
    var weight: UInt32
    var hashKey: UInt64
    var load: UInt32

    init(_ target: Target, _ load: PoolLoad) {
      weight = target.weight
      hashKey = target.hashKey
      self.load = load.ofTarget(target)
    }
  }

  /// The addresses of `targets`, each once, a target's weight shared out to its own; as many as an answer
  /// can put in order.
  private static func members(
    _ targets: [Target], _ load: PoolLoad, _ addresses: (Target) -> [IPAddress]
  ) -> [Member] {
    let total = targets.reduce(0) { $0 + UInt64($1.weight) }
    // Fine enough that shares of a share are whole numbers; sums stay below 2^31.
    let scale = targets.contains(where: \.isResolved) ? max(1, (1 << 30) / max(1, total)) : 1
    var members: [Member] = []
    var places: [IPAddress: Int] = [:]
    for target in targets {
      let own = addresses(target)
      for (index, address) in own.enumerated() {
        var member = Member(target, load)
        member.address = address
        member.weight = UInt32(max(1, UInt64(target.weight) * scale / UInt64(own.count)))
        // The first has the target's key: where it alone is there and changes, its clients stay.
        if index > 0 { member.hashKey = HashSlots.mix(target.hashKey &+ UInt64(index)) }
        if let place = places[address] {
          members[place].weight += member.weight
        } else if members.count < TargetOrder.maximumCount {
          places[address] = members.count
          members.append(member)
        }
      }
    }
    return members
  }

  private func addressSet(
    _ members: [Member], isIPv4: Bool, in arena: Arena
  ) -> Placed<AddressSet> {
    arena.place(
      AddressSet(
        isIPv4: isIPv4, octets: arena.table(members.flatMap { $0.address?.octets ?? [] }),
        tables: tables(members, in: arena)))
  }

  private func tables(_ members: [Member], in arena: Arena) -> SelectionTables {
    var sum: UInt32 = 0
    let slots =
      picking.selection == .hash && members.count > 1
      ? HashSlots.table(keys: members.map(\.hashKey), weights: members.map(\.weight)) : []
    return SelectionTables(
      weightSums: arena.table(
        members.map {
          sum += $0.weight
          return sum
        }),
      loads: arena.table(picking.selection == .leastLoad ? members.map(\.load) : []),
      slots: arena.table(slots))
  }
}

extension PoolDefinition.Target {
  /// Whether a CNAME is answered.
  fileprivate var isHost: Bool { if case .host = destination { true } else { false } }

  /// Whether it stands for the addresses of a host name.
  fileprivate var isResolved: Bool {
    if case .addresses = destination { true } else { false }
  }

  fileprivate var withWeightOne: Self {
    var copy = self
    copy.weight = 1
    return copy
  }
}
