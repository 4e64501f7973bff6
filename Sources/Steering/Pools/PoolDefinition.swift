import Addresses
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

  /// The pool as it is published, with the health that its cells show now; as down where it is held back.
  public func publishable(load: PoolLoad = PoolLoad(), isHeldBack: Bool = false) -> PublishedPool {
    let arena = Arena()
    var live = servingSet(ignoringHealth: false, load, in: arena)
    if isHeldBack { live.isUp = false }
    let sets = PoolSets(
      live: live,
      all: servingSet(ignoringHealth: true, load, in: arena), picking: picking,
      load: load.ofPool(targets),
      cells: arena.table(targets.compactMap { $0.isEnabled ? $0.cell : nil }))
    return PublishedPool(sets: arena.table([sets]), arena: arena)
  }

  private func servingSet(
    ignoringHealth: Bool, _ load: PoolLoad, in arena: Arena
  ) -> ServingSet {
    let ipv4 = serving(ignoringHealth) { $0.address?.isIPv4 == true }
    let ipv6 = serving(ignoringHealth) { $0.address?.isIPv4 == false }
    let hosts = serving(ignoringHealth) { $0.address == nil }
    let decisive =
      targets.contains { $0.address?.isIPv4 == true }
      ? ipv4 : targets.contains { $0.address != nil } ? ipv6 : hosts
    return ServingSet(
      isUp: !decisive.isEmpty, ipv4: addressSet(ipv4, load, in: arena),
      ipv6: addressSet(ipv6, load, in: arena),
      hosts: HostSet(
        nodes: arena.table(
          hosts.compactMap { if case .host(let node) = $0.destination { node } else { nil } }),
        tables: tables(hosts, load, in: arena)))
  }

  /// The targets of one family that serve; none where they are fewer than the pool asks for.
  private func serving(_ ignoringHealth: Bool, _ isInFamily: (Target) -> Bool) -> [Target] {
    let family = targets.filter { $0.isEnabled && isInFamily($0) }
    let healthy = family.filter { ignoringHealth || $0.cell?.load().isUp ?? true }
    let primaries = healthy.filter { !$0.isBackup }
    var standing = primaries.isEmpty ? healthy : primaries
    // Where lines stand plays no part in a hash.
    if picking.selection == .hash { standing.sort { $0.hashKey < $1.hashKey } }
    let needed =
      switch minimumHealthy {
      case .count(let count): count
      case .percent(let percent):
        max(1, (family.count { !$0.isBackup } * percent + 99) / 100)
      }
    guard ignoringHealth || standing.count >= max(1, needed) else { return [] }
    guard picking.selection.goesByWeight else { return standing.map(\.withWeightOne) }
    let weighty = standing.filter { $0.weight > 0 }
    return weighty.isEmpty ? standing.map(\.withWeightOne) : weighty
  }

  private func addressSet(
    _ targets: [Target], _ load: PoolLoad, in arena: Arena
  ) -> AddressSet {
    var records: [UInt8] = []
    for target in targets {
      guard let octets = target.address?.octets else { continue }
      let type: UInt8 = octets.count == 4 ? 1 : 28
      records += [0xC0, 0x0C, 0, type, 0, 1, 0, 0, 0, 0, 0, UInt8(octets.count)] + octets
    }
    return AddressSet(records: arena.table(records), tables: tables(targets, load, in: arena))
  }

  private func tables(
    _ targets: [Target], _ load: PoolLoad, in arena: Arena
  ) -> SelectionTables {
    var sum: UInt32 = 0
    let slots =
      picking.selection == .hash && targets.count > 1
      ? HashSlots.table(keys: targets.map(\.hashKey), weights: targets.map(\.weight)) : []
    return SelectionTables(
      weightSums: arena.table(
        targets.map {
          sum += $0.weight
          return sum
        }),
      loads: arena.table(
        picking.selection == .leastLoad ? targets.map { load.ofTarget($0) } : []),
      slots: arena.table(slots))
  }
}

extension PoolDefinition.Target {
  fileprivate var address: IPAddress? {
    if case .address(let address) = destination { address } else { nil }
  }

  fileprivate var withWeightOne: Self {
    var copy = self
    copy.weight = 1
    return copy
  }
}
