import HealthState
import SourceText
import ZoneFile

/// What people call the parts of a zone's compiled steering, and where they wrote them; each list has the
/// order of the compiled tables.
public struct SteeringNotes: Sendable {
  /// A steered name.
  public struct Entry: Sendable {
    /// The owner.
    public var owner: String
    /// What stands behind it: `300/20 STEER geo map=world`.
    public var text: String
    /// What happens where nothing is up.
    public var whenDown: String
    /// Where it stands: `example.com.zone:12`.
    public var place: String
  }

  /// A policy, or what stands for a pool.
  public struct Policy: Sendable {
    /// Its name where it has one, and what it does.
    public var text: String
    /// Where it stands; nil for a pool.
    public var place: String?
    /// For each rule of a map where it stands.
    public var rulePlaces: [String] = []
  }

  /// A pool.
  public struct Pool: Sendable {
    /// Its full name.
    public var name: String
    /// Where it stands.
    public var place: String
    /// How its targets are picked: `weighted`.
    public var selection: String
    /// Its targets.
    public var targets: [Target]
  }

  /// A target.
  public struct Target: Sendable {
    /// What it is called.
    public var name: String
    /// The address or host name.
    public var destination: String
    /// What its line says that keeps it out or back: `drain`, `backup`.
    public var state: String?
    /// What it is probed for.
    public var probe: ProbeKey?
  }

  /// The steered names.
  public internal(set) var entries: [Entry] = []
  /// The policies, by their index.
  public internal(set) var policies: [UInt32: Policy] = [:]
  /// The pools, images of pools among them.
  public internal(set) var pools: [Pool] = []
}

extension Zone {
  /// A place as people read it.
  func place(_ location: SourceLocation) -> String {
    let file = Int(location.file)
    return "\(files.indices.contains(file) ? files[file] : "?"):\(location.line)"
  }

  /// A policy as it is written.
  func text(of policy: PolicyExpression) -> String {
    func list(_ targets: [PolicyExpression]) -> String {
      targets.map { " " + text(of: $0) }.joined()
    }
    func list(_ pools: [Int]) -> String {
      pools.map { " " + self.pools[$0].fullName(in: self) }.joined()
    }
    switch policy {
    case .pool(let index): return pools[index].fullName(in: self)
    case .named(let index): return policies[index].name
    case .failover(let targets, .auto): return "failover" + list(targets)
    case .failover(let targets, .manual): return "failover\(list(targets)) failback=manual"
    case .failover(let targets, .after(let milliseconds)):
      let time = DurationText.text(milliseconds: Int64(milliseconds))
      return "failover\(list(targets)) failback=\(time)"
    case .choice(let selection, let choices, _):
      let word = selection.word
      let all = choices.map { selection.goesByWeight ? " \($0.name)=\($0.weight)" : " \($0.name)" }
      return word + all.joined()
    case .nearest(let pools): return "nearest" + list(pools)
    case .latency(let table, let pools):
      return "latency table=\(latencyTables[table].path)\(list(pools))"
    case .geo(let map, let poolsAtSite):
      let pool = poolsAtSite.values.first.map { " pools=\(pools[$0].name)" } ?? ""
      return "geo \(maps[map].name.map { "map=\($0)" } ?? "( … )")\(pool)"
    }
  }
}
