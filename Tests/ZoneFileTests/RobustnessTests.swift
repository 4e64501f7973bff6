import DNSWire
import Testing

@testable import ZoneFile

@Suite("Whatever a file holds, the loader ends with a zone or with errors")
struct RobustnessTests {
  private static let words = [
    "(", ")", "\"", "\\", ";", "\n", " ", "\t", "=", "@", "@*", "->", "$", "${", "}",
    "$INCLUDE x\n",
    "$GENERATE 0-2 ", "$POOL ", "$POLICY ", "$MAP ", "$CHECK ", "$MIGRATE ", "$EXPECT ", "STEER ",
    "failover ", "geo ",
    "weighted ", "default ", "nearest ", "0", "-1", "4294967296", "99999999999999999999", "300/20",
    "\\#",
    "\\255", "\\256", "\0", "é", ".", "..", "*", "1.2.3.4", "::1", "IN ", "A ", "TXT ", "LOC ",
    "APL ",
    "TYPE65535 ", "HTTPS ", "WKS ", "HIP ", "IPSECKEY ", "AMTRELAY ", "NSEC3 ", "RRSIG ", "NAPTR ",
  ]

  private func mutated(_ source: [UInt8], _ random: inout RandomGenerator) -> [UInt8] {
    var text = source
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      let at = Int.random(in: 0...text.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        text.insert(contentsOf: Self.words.randomElement(using: &random)?.utf8 ?? "".utf8, at: at)
      case 1 where at < text.count: text[at] = UInt8.random(in: 0...255, using: &random)
      case 2:
        let end = min(text.count, at + Int.random(in: 0..<40, using: &random))
        text.removeSubrange(at..<end)
      default:
        let end = min(text.count, at + Int.random(in: 0..<60, using: &random))
        text.insert(contentsOf: text[at..<end], at: Int.random(in: 0...text.count, using: &random))
      }
    }
    return text
  }

  @Test("mutated zones", arguments: UInt64(0)..<8)
  func mutations(seed: UInt64) {
    var random = RandomGenerator(seed: seed)
    let source = Array(ExportTests.source.utf8)
    for _ in 0..<60 {
      let load = load(mutated(source, &random), files: ["zones/x": "$INCLUDE x\nx A 192.0.2.1\n"])
      #expect((load.zone == nil) == (load.errorCount > 0))
      _ = load.rendered(color: true)
      if let zone = load.zone { _ = try? plainMasterFile(of: zone) }
    }
  }

  @Test("RDATA of every type that libldns reads", arguments: UInt64(0)..<4)
  func recordData(seed: UInt64) throws {
    var random = RandomGenerator(seed: seed &+ 100)
    let fields = [
      "0", "1", "255", "65535", "4294967295", "-1", "a", "a.b.", ".", "@", "192.0.2.1",
      "2001:db8::1",
      "\"\"", "\"a b\"", "AQID", "00", "0g", "A", "NS", "20300101000000", "1:192.0.2.0/24",
      "!2::/0", "-",
      "00-11-22-33-44-55", "0001:0002:0003:0004", "52", "14", "N", "W", "10m", "tcp", "smtp", "\\#",
      "=",
      "alpn=h2", "ipv4hint=1.2.3.4", "key1=x", "\\000", "\\255\\255",
      String(repeating: "x", count: 300),
    ]
    for _ in 0..<40 {
      var text = head
      for line in 0..<20 {
        let type = RecordType(rawValue: UInt16.random(in: 1...262, using: &random))
        let count = Int.random(in: 0...9, using: &random)
        let data = (0..<count).map { _ in fields.randomElement(using: &random) ?? "" }
        text += "x\(line) \(LDNS.name(of: type)) \(data.joined(separator: " "))\n"
      }
      // The lines that load are exported, and load again as they are.
      for diagnostic in load(text).diagnostics where diagnostic.severity == .error {
        #expect(diagnostic.location.line > 5)
      }
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for diagnostic in load(text).diagnostics { lines[Int(diagnostic.location.line) - 1] = "" }
      let first = load(lines.joined(separator: "\n"))
      guard let zone = first.zone else {
        Issue.record("\(first.rendered())")
        continue
      }
      let again = load(try plainMasterFile(of: zone))
      guard let second = again.zone else {
        Issue.record("\(again.rendered())\n\(lines)")
        continue
      }
      #expect(
        zone.records.entries.map { zone.records.rdata(of: $0) }
          == second.records.entries.map { second.records.rdata(of: $0) })
    }
  }
}
