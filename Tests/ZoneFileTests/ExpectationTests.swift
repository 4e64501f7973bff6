import Addresses
import DNSWire
import Testing

@testable import ZoneFile

@Suite("Expectations")
struct ExpectationTests {
  private static let elements = """
    $SITE us
    $SITE eu
    $POOL api@us ( 192.0.2.1 name=one 192.0.2.2 )
    $POOL api@eu ( 192.0.2.3 192.0.2.1 )
    $POOL pay@eu ( 192.0.2.4 name=one )
    $POOL static ( www.example.net. )
    api 60 STEER weighted api@us=1 api@eu=1
    pay 60 STEER failover pay@eu
    *.w 60 STEER failover static

    """

  @Test("an expectation has what its line says")
  func line() throws {
    let zone = try zone(
      Self.elements
        + "$expect api AAAA at=2027-01-01T00:00:00Z from=::ffff:192.0.2.9 down=@us -> nodata "
        + "api@eu (\n api@us )\n")
    let expectation = try #require(zone.expectations.first)
    #expect(expectation.name == DomainName("api.example.com."))
    #expect(expectation.type == .aaaa)
    #expect(expectation.client == IPAddress("192.0.2.9"))
    #expect(expectation.items == [.without(.nodata), .pool(1), .pool(0)])
    #expect(expectation.list.map(\.text) == ["nodata", "api@eu", "api@us"])
    #expect(expectation.down == [index(0, 0), index(0, 1)])
  }

  @Test(
    "what is supposed down is named by target, address, pool or site",
    arguments: [
      ("one", [[0, 0], [2, 0]]), ("192.0.2.1", [[0, 0], [1, 1]]), ("api@us", [[0, 0], [0, 1]]),
      ("api@*", [[0, 0], [0, 1], [1, 0], [1, 1]]), ("@eu", [[1, 0], [1, 1], [2, 0]]),
      ("www.example.net.", [[3, 0]]), ("static", [[3, 0]]),
      ("@us,pay@eu", [[0, 0], [0, 1], [2, 0]]),
    ])
  func down(word: String, targets: [[Int]]) throws {
    let zone = try zone(
      Self.elements + "$EXPECT api A from=2001:db8::1 down=\(word) -> nodata servfail static\n")
    #expect(zone.expectations.map(\.down) == [Set(targets.map { index($0[0], $0[1]) })])
  }

  @Test("a pool with a word's name comes before the word, and P@* is all pools P at sites")
  func items() throws {
    let zone = try zone(
      Self.elements + """
        $EXPECT x.w A from=192.0.2.1 -> static
        $EXPECT x.w A from=192.0.2.1 -> www.example.net.
        $EXPECT api A from=192.0.2.1 -> api@* servfail
        $EXPECT api A from=192.0.2.1 -> 192.0.2.1 192.0.2.2 192.0.2.3

        """)
    #expect(
      zone.expectations.map(\.items) == [
        [.pool(3)], [.host(try #require(DomainName("www.example.net.")))],
        [.pool(0), .pool(1), .without(.servfail)],
        Set((1...3).compactMap { IPAddress("192.0.2.\($0)").map { .address($0) } }),
      ])
  }

  private func index(_ pool: Int, _ target: Int) -> TargetIndex {
    TargetIndex(pool: pool, target: target)
  }
}
