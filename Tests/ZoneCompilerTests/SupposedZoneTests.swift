import Addresses
import DNSWire
import TestSupport
import Testing
import ZoneCompiler
import ZoneFile

/// `SupposedZone` against the engine, which answers one query at a time.
struct SupposedZoneTests {
  static let names = [
    "geo", "near", "weighted", "rr", "nested", "host", "down", "static", "www", "alias", "x.dn",
    "geo.dn", "x.wild", "b.c", "nothing", "child", "@",
  ]

  @Test(
    "Every answer of the engine is a possible one, and every possible one is given",
    arguments: names)
  func engineAgrees(name: String) throws {
    let text = richZone.replacing("dn DNAME www.example.com.", with: "dn DNAME example.com.")
    let zone = try TrialZone(text)
    let engine = try Engine("example.com.", text)
    let owner = name == "@" ? "example.com." : "\(name).example.com."
    let american = ["203.0.113.1", "203.0.113.2", "2001:db8::1"]
    let european = ["198.51.100.1", "198.51.100.2", "2001:db8::2"]
    let cases: [(down: String?, addresses: [String])] = [
      (nil, []), ("@us", american), ("api@*", american + european),
      ("203.0.113.1", ["203.0.113.1"]),
    ]
    for (down, addresses) in cases {
      var supposed = SupposedZone(zone.compiled)
      if let down {
        supposed = supposed.supposing(down: try #require(zone.zone.targets(supposedDown: down)))
      }
      engine.set(american + european, isUp: true)
      engine.set(addresses, isUp: false)
      for client in ["192.0.2.1", "198.51.100.77"] {
        for type in [RecordType.a, .aaaa, .cname] {
          let possible = supposed.answers(
            to: try #require(DomainName(owner)), type, for: try #require(IPAddress(client)))
          #expect(abs(possible.values.reduce(0, +) - 1) < 1e-9)
          var seen: Set<PossibleAnswer> = []
          for _ in 0..<(possible.count > 1 ? 80 : 2) {
            let message = try engine.ask(owner, type, from: client)
            let fitting = possible.keys.filter { fits($0, message, type) }
            #expect(!fitting.isEmpty, "\(owner) \(type) \(message) \(possible)")
            seen.formUnion(fitting)
          }
          #expect(seen.count == possible.count, "\(owner) \(type) \(possible)")
        }
      }
    }
  }

  private func fits(_ answer: PossibleAnswer, _ message: Message, _ type: RecordType) -> Bool {
    // An empty set of CNAMEs would fit all.
    guard message.answers("CNAME") == answer.hosts.map(\.description) else { return false }
    let records = message.answers("A") + message.answers("AAAA")
    switch answer.ending {
    case .records(let addresses):
      return message.codeName == "NOERROR"
        && (type == .cname || !records.isEmpty)
        && Set(records).isSubset(of: addresses.map(\.description))
    case .nodata: return message.codeName == "NOERROR" && records.isEmpty
    case .nameError: return message.codeName == "NXDOMAIN"
    case .serverFailure: return message.codeName == "SERVFAIL"
    case .elsewhere: return records.isEmpty
    }
  }
}
