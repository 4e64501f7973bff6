import Addresses
import DNSWire
import GeoDatabase
import HealthState
import Replay
import SourceText
import Testing
import ZoneCompiler
import ZoneFile

/// Clients by number, before and after.
struct ReplayTests {
  private func zone(_ steering: String) throws -> SupposedZone {
    let text =
      "$TTL 300\n@ SOA ns1 h 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.53\n" + steering
    let loader = ZoneLoader(now: 0) { _ throws(FileError) in Array(text.utf8) }
    let load = loader.load(path: "example.com", apex: DomainName("example.com.") ?? .root)
    let compiler = ZoneCompiler(
      databases: GeoDatabases([]), health: HealthTable(), key: NameHashKey(seed: 1))
    return SupposedZone(try compiler.compile(try #require(load.zone, "\(load.rendered())")))
  }

  private func subject(_ before: SupposedZone?, _ after: SupposedZone?) throws -> ReplaySubject {
    ReplaySubject(
      name: try #require(DomainName("w.example.com.")), type: .a, before: before, after: after)
  }

  @Test(
    "A network is cut where a map tells its clients apart",
    arguments: [
      ("0.0.0.0/0", 256, "10.0.0.0/8", 1), ("10.0.0.0/7", 4, "10.0.0.0/8", 2),
      ("10.1.0.0/16", 4, "10.0.0.0/8", 4), ("10.0.0.0/8", 256, "10.3.3.3/32", 256 / 16_777_216),
      ("255.255.255.254/31", 1, "255.255.255.255/32", 0.5),
      ("::/0", 128, "2001:db8::/32", 128 / 4_294_967_296),
      ("2001:db8::/31", 2, "2001:db8::/32", 1), ("2001:db8::1/128", 2, "2001:db8::/32", 2),
    ] as [(String, Double, String, Double)])
  func parts(network: String, clients: Double, rule: String, expected: Double) throws {
    let zone = try zone(
      "$POOL a ( 192.0.2.1 )\n$POOL b ( 192.0.2.2 )\n"
        + "w 60 STEER geo ( net:\(rule) -> a  default -> b )\n")
    var replay = Replay(subjects: [try subject(zone, zone)], populations: ["clients"])
    replay.add(try IPPrefix(parsing: network), clients: clients)
    let report = try #require(replay.report().first)
    #expect(report.clients == clients && report.networks == 1)
    let loads = report.total.poolLoads
    #expect(loads.first { $0.name == "a" }?.after == expected)
    #expect(loads.reduce(0) { $0 + $1.before } == clients)
    #expect(report.total.movedShare == 0 && report.total.moves.isEmpty)
  }

  @Test("What a draw keeps stays, and what it loses is shared out by what others gain")
  func draws() throws {
    let pools = "$POOL a ( 192.0.2.1 )\n$POOL b ( 192.0.2.2 )\n$POOL c ( 192.0.2.3 )\n"
    let before = try zone(pools + "w 60 STEER weighted a=50 b=40 c=10\n")
    let after = try zone(pools + "w 60 STEER weighted a=20 b=50 c=30\n")
    var replay = Replay(subjects: [try subject(before, after)], populations: ["clients"])
    replay.add(try IPPrefix(parsing: "192.0.2.0/24"), clients: 100)
    let part = try #require(replay.report().first).total
    #expect(abs(part.movedShare - 0.3) < 1e-12)
    let moves = part.moves.map { "\($0.from) \($0.to) \($0.clients.rounded())" }
    #expect(moves == ["a c 20.0", "a b 10.0"])
  }

  @Test("Populations are counted apart, and those without clients are left out")
  func populations() throws {
    let zone = try zone("$POOL a ( 192.0.2.1 )\nw 60 STEER failover a\n")
    var replay = Replay(
      subjects: [try subject(zone, nil), try subject(nil, zone)], populations: ["x", "y", "z"])
    replay.add(try IPPrefix(parsing: "192.0.2.0/24"), clients: 3, population: 2)
    replay.add(try IPPrefix(parsing: "192.0.2.0/24"), clients: 1, population: 0, subject: 1)
    let reports = replay.report()
    #expect(reports.map(\.label) == ["x", "z"])
    #expect(reports[0].parts.map(\.clients) == [0, 1])
    #expect(reports[1].parts.map(\.clients) == [3, 3])
    #expect(reports[1].total.movedShare == 1)
    #expect(
      Set(reports[1].total.moves.map { "\($0.from) > \($0.to)" })
        == ["a > (no such name)", "(no such name) > a"])
  }
}
