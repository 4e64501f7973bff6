import Testing
import ZoneFile

/// What zones/README.md shows is what the program does.
@Suite("The reference of the zone language") struct ZoneLanguageTests {
  private let reference: Document

  init() throws { reference = try Document("zones/README.md") }

  @Test("its blocks are one zone without errors or warnings, with every element in it")
  func examples() throws {
    let loaded = load(reference.blocks("zone").joined(), files: files)
    #expect(loaded.rendered() == "")
    let zone = try #require(loaded.zone)
    #expect(!zone.checks.isEmpty && !zone.sites.isEmpty && !zone.pools.isEmpty)
    #expect(!zone.maps.isEmpty && !zone.policies.isEmpty && !zone.migrations.isEmpty)
    #expect(!zone.expectations.isEmpty)
    let policies = Set(zone.steers.map { kind($0.policy) })
    #expect(
      policies == [
        "failover", "nearest", "latency", "geo", "roundRobin", "weighted", "smooth", "hash",
        "leastLoad",
      ])
  }

  @Test("each option in its tables has an example")
  func options() {
    let examples = reference.blocks("zone").joined()
    let options = reference.lines.compactMap { $0.firstMatch(of: /^\| `([a-z-]+=)`/)?.1 }
    #expect(options.count >= 30)
    for option in options { #expect(examples.contains(" \(option)"), "\(option)") }
  }

  /// The files on the page that the zone names: a table of latency, and a part that is included.
  private var files: [String: String] {
    let blocks = reference.blocks.filter { $0.info.hasPrefix("csv ") || $0.info.hasPrefix("inc ") }
    return Dictionary(uniqueKeysWithValues: blocks.map { (String($0.info.dropFirst(4)), $0.text) })
  }

  private func kind(_ policy: PolicyExpression) -> String {
    switch policy {
    case .pool: "pool"
    case .named: "named"
    case .failover: "failover"
    case .choice(let selection, _, _): "\(selection)"
    case .nearest: "nearest"
    case .latency: "latency"
    case .geo: "geo"
    }
  }

  @Test("its messages are those that are printed")
  func messages() {
    let blocks = reference.blocks
    let indexes = blocks.indices.filter { blocks[$0].info == "zone errors" }
    #expect(!indexes.isEmpty)
    for index in indexes {
      #expect(blocks[index + 1].info == "messages")
      #expect(load(blocks[index].text).rendered() == blocks[index + 1].text)
    }
  }

  @Test("each line that it calls not built yet is refused with these words")
  func notBuilt() {
    let start = """
      $TTL 1h
      @ SOA ns1 hostmaster 1 2h 30m 2w 5m
      @ NS ns1
      ns1 A 192.0.2.53
      $SITE s location=1,2
      $CHECK c tcp port=80
      $POOL p@s ( 192.0.2.1 )
      $POOL q@s ( 192.0.2.2 )

      """
    let lines = reference.blocks("zone not built").joined().split(separator: "\n")
    #expect(!lines.isEmpty)
    for line in lines {
      let errors = load(start + line + "\n").diagnostics.filter { $0.severity == .error }
      #expect(errors.contains { $0.message.contains("not built yet") }, "\(line): \(errors)")
    }
  }
}
