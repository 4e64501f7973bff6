import CMallocCounter
import DNSWire
import QueryEngine
import TestSupport
import Testing

/// Law 2 of the data plane: no heap allocation for a query of any kind.
struct AllocationTests {
  static let names = [
    "example.com.", "www.example.com.", "txt.example.com.", "alias.example.com.",
    "x.dn.example.com.", "x.y.wild.example.com.", "x.child.example.com.", "b.c.example.com.",
    "no.such.name.example.com.", "geo.example.com.", "near.example.com.", "weighted.example.com.",
    "rr.example.com.", "even.example.com.", "hash.example.com.", "load.example.com.",
    "latency.example.com.", "held.example.com.", "nested.example.com.", "host.example.com.",
    "down.example.com.", "static.example.com.", "resolved.example.com.", "other.zone.",
  ]

  @Test func noQueryAllocates() throws {
    let engine = try Engine("example.com.", richZone)
    engine.set(["198.18.0.1"], isUp: false)
    engine.resolve("cdn.example.net.", to: ["192.0.2.5", "192.0.2.6", "2001:db8::5"], ttl: 20)
    var queries: [[UInt8]] = []
    for name in Self.names {
      for type in [RecordType.a, .aaaa, .mx, .soa, .ns, .txt, .ds, .any, .axfr] {
        queries.append(Query(name, type).octets)
        queries.append(Query(name, type, edns: 1232).octets)
        queries.append(Query(name, type, subnet: "198.51.100.0/24").octets)
        queries.append(Query(name, type, subnet: "2001:db8:300::/48").octets)
      }
    }
    queries.append(Query("www.example.com.", edns: 512, version: 1).octets)
    queries.append(Query("www.example.com.", recordClass: 3).octets)
    queries.append([1, 2, 3])
    queries.append(Array(Query("www.example.com.").octets.dropLast(3)))
    queries.append(Query("www.example.com.", flags: 0x2800).octets)
    queries.append(Query("www.example.com.", flags: 0x8000).octets)
    queries.append(Query("www.example.com.", flags: 0x2000, edns: 1232).octets)
    queries.append(
      TransactionSignatureTests.message(
        Query("www.example.com.", edns: 1232), TransactionSignatureTests.record()))

    // One round to warm up what is made lazily once in a process.
    _ = engine.answerRepeatedly(queries, rounds: 1, from: "192.0.2.1")
    let rounds = 10_000 / queries.count + 1
    var allocations: UInt64 = 0
    let octets = engine.answerRepeatedly(
      queries, rounds: rounds, from: "192.0.2.1", before: malloc_counter_start,
      after: { allocations = malloc_counter_stop() })
    #expect(queries.count * rounds >= 10_000)
    #expect(octets > 0)
    #expect(allocations == 0)
  }

  @Test("nor does one that is limited", arguments: [0, 1, 2])
  func noLimitedQueryAllocates(slip: Int) throws {
    var settings = EngineSettings(cookieSecret: .random())
    settings.rateLimit = RateLimit(answersPerSecond: 1, octetsPerSecond: 10_000)
    settings.rateLimit.slip = slip
    let engine = try Engine([("example.com.", richZone)], settings: settings)
    var queries = Self.names.map { Query($0).octets }
    queries += Self.names.map { Query($0, edns: 1232).octets }
    queries.append(
      Query("www.example.com.", options: EDNSTests.cookieOption([1, 2, 3, 4, 5, 6, 7, 8])).octets)
    _ = engine.answerRepeatedly(queries, rounds: 1, from: "192.0.2.1")
    var allocations: UInt64 = 0
    _ = engine.answerRepeatedly(
      queries, rounds: 10_000 / queries.count + 1, from: "192.0.2.1", before: malloc_counter_start,
      after: { allocations = malloc_counter_stop() })
    #expect(engine.rateLimitCounts.dropped > 5000)
    #expect(allocations == 0)
  }

  @Test func theCounterCounts() {
    malloc_counter_start()
    let array = [UInt8](repeating: 1, count: Int.random(in: 1000...2000))
    let allocations = malloc_counter_stop()
    #expect(allocations >= 1)
    #expect(array.count >= 1000)
  }
}
