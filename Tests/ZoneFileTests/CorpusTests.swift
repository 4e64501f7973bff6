import DNSWire
import Foundation
import TestSupport
import Testing

@testable import ZoneFile

@Suite("Zones that other servers load", .enabled(if: TestData.isThere))
struct CorpusTests {
  private func load(_ path: String, _ origin: String) throws -> ZoneLoad {
    let apex = try #require(DomainName(origin))
    return ZoneLoader(now: newYear).load(path: path, apex: apex)
  }

  @Test("every zone of the Ferret data set loads")
  func ferret() throws {
    struct Case: Decodable {
      var zone: String
      var origin: String
    }
    let folder = TestData.folder + "/ferret"
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/tests.json"))
    let cases = try JSONDecoder().decode([Case].self, from: data)
    #expect(cases.count >= 287)
    for item in cases {
      let load = try load("\(folder)/\(item.zone)", item.origin)
      #expect(load.zone != nil, "\(load.rendered())")
    }
  }

  @Test(
    "the zones of the RFCs load",
    arguments: [
      ("big.example.com.txt", "example.com.", 10_012), ("nsd-example.txt", "example.com.", 12),
      ("rfc1034-6-1-edu.zone", "edu.", 25), ("rfc1034-6-1-root.zone", ".", 23),
      ("rfc4035-appendix-A.zone", "example.", 25), ("rfc5155-appendix-A.zone", "example.", 24),
    ])
  func rfcZones(file: String, origin: String, count: Int) throws {
    let folder = TestData.folder + "/rfc-zones"
    let load = try load("\(folder)/\(file)", origin)
    let zone = try #require(load.zone, "\(load.rendered())")
    #expect(zone.records.entries.count == count)
  }
}
