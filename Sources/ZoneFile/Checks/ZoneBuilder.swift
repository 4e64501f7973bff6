import DNSWire
import SourceText

/// Makes a zone of what was read: resolves names, and checks what no line can know alone.
struct ZoneBuilder {
  let declarations: Declarations
  let apex: DomainName
  let now: Int64
  let mode: ZoneLoader.Mode
  let running: [MigrationDeclaration]
  let root: String
  let read: ZoneLoader.Reader
  /// The files of the zone; tables are added to those of the parser.
  var sources: [SourceFile]
  private let isReadable: Bool

  /// What was found wrong, the parser's findings first.
  var diagnostics: DiagnosticList
  /// The zone as far as it is built.
  var zone: Zone
  /// The records by owner.
  var owners: OwnerIndex
  /// Names that are declared.
  var names = NameTable()
  /// What is referred to.
  var used = Usage()
  /// The owners that have STEER lines, with the index of the first.
  var steered: [DomainName: Int] = [:]

  /// What some line refers to, by index.
  struct Usage {
    var checks: Set<Int> = []
    var pools: Set<Int> = []
    var maps: Set<Int> = []
    var policies: Set<Int> = []
  }

  init(
    _ parser: consuming ZoneParser, now: Int64, mode: ZoneLoader.Mode,
    running: [MigrationDeclaration]
  ) {
    declarations = parser.declarations
    apex = parser.apex
    root = parser.root
    read = parser.read
    sources = parser.sources
    isReadable = parser.isReadable
    diagnostics = parser.diagnostics
    self.now = now
    self.mode = mode
    self.running = running
    zone = Zone(apex: parser.apex)
    zone.records = parser.records
    owners = OwnerIndex(parser.records)
  }

  /// The zone; of no use where `diagnostics` has an error.
  mutating func build() -> Zone {
    guard isReadable else { return zone }
    for (index, steer) in declarations.steers.enumerated() where steered[steer.owner] == nil {
      steered[steer.owner] = index
    }
    checkRecords()
    collectNames()
    buildChecks()
    buildPools()
    buildMaps()
    buildPolicies()
    let isSound = checkPolicyGraph()
    buildSteers(isSound: isSound)
    buildMigrations()
    zone.files = sources.map(\.path)
    buildExpectations()
    if diagnostics.errorCount == 0 { warnOfUnused() }
    return zone
  }

  /// A place as another line's message names it: its line, and its file where that is another one.
  func place(_ other: SourceLocation, from location: SourceLocation) -> String {
    other.file == location.file
      ? "line \(other.line)" : "line \(other.line) of \(sources[Int(other.file)].path)"
  }

  /// The indexes of the records that `owner` has.
  func recordsOf(_ owner: DomainName) -> [Int] { owners.records(of: owner.wire, in: zone.records) }

  /// Warns of what nothing refers to. What an included file declares may be meant for other zones.
  private mutating func warnOfUnused() {
    func isOwn(_ word: Word) -> Bool { word.location.file == 0 }
    for (index, check) in declarations.checks.enumerated()
    where !used.checks.contains(index) && isOwn(check.name) {
      diagnostics.warning(
        check.name, "no target uses the check '\(check.name.text)'",
        hint: "write 'check=\(check.name.text)' in a $POOL, or take the line out")
    }
    for (index, pool) in declarations.pools.enumerated()
    where !used.pools.contains(index) && isOwn(pool.fullName) {
      diagnostics.warning(
        pool.fullName, "no policy uses the pool '\(pool.fullName.text)'",
        hint: "name it in a STEER, or take the line out")
    }
    for (index, map) in declarations.maps.enumerated() where !used.maps.contains(index) {
      if let name = map.name, isOwn(name) {
        diagnostics.warning(
          name, "no policy uses the map '\(name.text)'",
          hint: "write 'STEER geo map=\(name.text)', or take the line out")
      }
    }
    for (index, policy) in declarations.policies.enumerated()
    where !used.policies.contains(index) && isOwn(policy.name) {
      diagnostics.warning(
        policy.name, "nothing uses the policy '\(policy.name.text)'",
        hint: "name it in a STEER, or take the line out")
    }
  }
}
