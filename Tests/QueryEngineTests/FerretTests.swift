import DNSWire
import Foundation
import TestSupport
import Testing

/// The 287 cases of dns-groot/FerretDataset: answers on which at least three of BIND, NSD, Knot and
/// PowerDNS agreed.
@Suite(.enabled(if: TestData.isThere))
struct FerretTests {
  struct Case: Decodable, CustomTestStringConvertible {
    struct Expected: Decodable {
      var rcode: String
      var flags: [String]
      var answer: [String]
      var authority: [String]
      var additional: [String]
    }

    var zone: String
    var origin: String
    var qname: String
    var qtype: String
    var expected: Expected

    var testDescription: String { "\(zone) \(qname) \(qtype)" }
  }

  static let cases: [Case] = {
    guard TestData.isThere,
      let data = FileManager.default.contents(atPath: "\(TestData.folder)/ferret/tests.json"),
      let cases = try? JSONDecoder().decode([Case].self, from: data)
    else { return [] }
    return cases
  }()

  /// Owner, type and RDATA in lower case: TTL and order are free.
  private func essence(_ lines: [String]) -> Set<String> {
    Set(
      lines.map { line in
        let fields = line.lowercased().split(whereSeparator: { " \t".contains($0) })
        return ([fields[0]] + fields[3...]).joined(separator: " ")
      })
  }

  @Test func thereAreAllCases() {
    #expect(Self.cases.count == 287)
  }

  @Test(arguments: cases)
  func answersAsTheOthersDo(_ example: Case) throws {
    let path = "\(TestData.folder)/ferret/\(example.zone)"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let engine = try Engine(example.origin, text)
    let type = try #require(RecordType(name: example.qtype))
    let reply = try engine.ask(example.qname, type, edns: 4096, transport: .tcp)
    let expected = example.expected
    #expect(reply.codeName == expected.rcode)
    #expect(reply.flags.contains("AA") == expected.flags.contains("AA"))
    #expect(reply.flags.contains("TC") == expected.flags.contains("TC"))
    #expect(essence(reply.answer) == essence(expected.answer))
    if reply.answer.isEmpty || expected.answer.isEmpty {
      #expect(essence(reply.authority) == essence(expected.authority))
      #expect(essence(reply.additional) == essence(expected.additional))
    }
  }
}
