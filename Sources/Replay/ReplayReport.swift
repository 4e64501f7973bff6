import DNSWire

/// Where the clients of a population are sent before and after a change.
public struct ReplayReport: Sendable {
  /// Clients who go from one destination to another.
  public struct Move: Sendable {
    /// Where they were.
    public var from: Destination
    /// Where they are then.
    public var to: Destination
    /// How many.
    public var clients: Double
  }

  /// The clients of a destination.
  public struct Load: Sendable {
    /// The pool's name, the site's, or what there is in place of a pool.
    public var name: String
    /// How many before.
    public var before: Double
    /// How many after.
    public var after: Double
  }

  /// The answers to one question, or to all.
  public struct Part: Sendable {
    /// The name that is asked for; nil for all together.
    public var name: DomainName?
    /// The type; nil for all together.
    public var type: RecordType?
    /// How many clients ask.
    public private(set) var clients = 0.0
    private var moved: [Pair: Double] = [:]
    private var loads: [Destination: Load] = [:]

    private struct Pair: Hashable {
      var from: Destination
      var to: Destination
    }

    init(name: DomainName? = nil, type: RecordType? = nil) {
      self.name = name
      self.type = type
    }
  }

  /// What is counted: the families of addresses, or the clients of a file.
  public let label: String
  /// How many clients there are.
  public let clients: Double
  /// In how many networks, or lines, they were given.
  public let networks: Int
  /// A part for each question.
  public private(set) var parts: [Part] = []
  /// All parts together.
  public private(set) var total = Part()

  init(label: String, clients: Double, networks: Int) {
    self.label = label
    self.clients = clients
    self.networks = networks
  }

  mutating func add(_ part: Part) {
    parts.append(part)
    total.add(part)
  }
}

extension ReplayReport.Part {
  mutating func add(_ change: CellChange, clients count: Double) {
    clients += count
    for move in change.moves {
      moved[Pair(from: move.from, to: move.to), default: 0] += count * move.share
    }
    for (destination, share) in change.before { addLoad(destination, before: count * share) }
    for (destination, share) in change.after { addLoad(destination, after: count * share) }
  }

  fileprivate mutating func add(_ other: Self) {
    clients += other.clients
    moved.merge(other.moved, uniquingKeysWith: +)
    for (destination, load) in other.loads {
      addLoad(destination, before: load.before, after: load.after)
    }
  }

  private mutating func addLoad(_ destination: Destination, before: Double = 0, after: Double = 0) {
    let name = destination.description
    loads[destination, default: .init(name: name, before: 0, after: 0)].before += before
    loads[destination]?.after += after
  }

  /// The share (0…1) of the clients who are sent elsewhere than before. Where answers are drawn, the share of the
  /// answers that has to change.
  public var movedShare: Double { share(of: moved.values.reduce(0, +)) }

  /// Who goes from where to where, the most first.
  public var moves: [ReplayReport.Move] {
    moved.map { ReplayReport.Move(from: $0.key.from, to: $0.key.to, clients: $0.value) }
      .sorted {
        ($1.clients, "\($0.from)", "\($0.to)") < ($0.clients, "\($1.from)", "\($1.to)")
      }
  }

  /// The clients of each pool, and of what is answered in the place of pools, the most before first.
  public var poolLoads: [ReplayReport.Load] { sorted(Array(loads.values)) }

  /// The clients of each site.
  public var siteLoads: [ReplayReport.Load] {
    var sites: [String: ReplayReport.Load] = [:]
    for (destination, load) in loads {
      guard let site = destination.site else { continue }
      sites[site, default: .init(name: site, before: 0, after: 0)].before += load.before
      sites[site]?.after += load.after
    }
    return sorted(Array(sites.values))
  }

  /// What part (0…1) of the clients so many are.
  public func share(of count: Double) -> Double { clients > 0 ? count / clients : 0 }

  private func sorted(_ loads: [ReplayReport.Load]) -> [ReplayReport.Load] {
    loads.sorted { ($1.before, $1.after, $0.name) < ($0.before, $0.after, $1.name) }
  }
}
