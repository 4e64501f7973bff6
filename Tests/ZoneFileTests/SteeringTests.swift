import Addresses
import DNSWire
import GeoMap
import HealthState
import Testing

@testable import ZoneFile

@Suite("The steering language")
struct SteeringTests {
  private static let places = """
    $SITE us-east location=39.04,-77.49
    $SITE eu-west location=53.35,-6.26
    $SITE ap-south location=19.08,72.88
    $POOL api@ap-south ( 192.0.2.80 )
    $POOL api@us-east ( 192.0.2.10 )
    $POOL api@eu-west ( 192.0.2.20 )
    $POOL sorry ( static.example.net. )

    """

  @Test("a check has the language's defaults, and what it says itself")
  func checks() throws {
    let zone = try zone(
      """
      $CHECK a tcp port=5432
      $CHECK b HTTP
      $CHECK c https path=/health host=api.example.com expect=200-299,301 body="is \\"up\\"; (yes)" (
          method=head-or-get )
      """.replacing(
        "method=head-or-get", with: "method=GET verify=no port=8443 interval=1m30s timeout=500ms")
        + "\n$CHECK d tcp port=1 fall=3/10 rise=5 interval=1s\n")
    #expect(zone.checks.map(\.name) == ["a", "b", "c", "d"])
    #expect(zone.checks[0].settings == CheckSettings(kind: .tcp, port: 5432))
    #expect(
      zone.checks[1].settings
        == CheckSettings(kind: .http(CheckSettings.HTTPRequest(), secure: false)))
    let request = CheckSettings.HTTPRequest(
      path: "/health", host: "api.example.com", expect: [200...299, 301...301],
      body: "is \"up\"; (yes)", method: "GET", verify: false)
    #expect(
      zone.checks[2].settings
        == CheckSettings(
          kind: .http(request, secure: true), port: 8443, interval: 90_000, timeout: 500))
    // The default timeout does not go above the interval.
    #expect(
      zone.checks[3].settings
        == CheckSettings(
          kind: .tcp, port: 1, interval: 1000, timeout: 1000, fall: 3, fallWindow: 10, rise: 5))
  }

  @Test("sites and pools, their options, and what a target inherits")
  func pools() throws {
    let zone = try zone(
      """
      $POOL api@berlin check=web select=weighted answers=2 min-healthy=50% location=1.5,-2.5 (
        192.0.2.1 weight=3 name=one
        2001:db8::1 check=db port=99 state=drain
        192.0.2.2 weight=0 state=DOWN BACKUP )
      $POOL web@paris answers=all min-healthy=2 ( 192.0.2.3 192.0.2.4 )
      $POOL hosts ( www Static.Example.net. )
      $POOL resolved select=weighted answer=resolve answers=3 ( www weight=2 cdn.example.net. backup )
      $SITE berlin location=52.52,13.40
      $SITE paris location=+48.86,2.35
      $CHECK web http
      $CHECK db tcp
      """)
    let api = zone.pools[0]
    #expect(api.fullName(in: zone) == "api@berlin" && api.site == 0 && api.check == 0)
    #expect(api.coordinates == Coordinates(latitude: 1.5, longitude: -2.5))
    #expect(api.selection == .weighted && api.answers == 2)
    guard case .percent(50) = api.minimumHealthy else {
      Issue.record("\(api.minimumHealthy)")
      return
    }
    #expect(api.targets.map(\.weight) == [3, 1, 0])
    #expect(api.targets.map(\.name) == ["one", "2001:db8::1", "192.0.2.2"])
    #expect(api.targets.map(\.check) == [0, 1, 0])
    #expect(api.targets.map(\.port) == [nil, 99, nil])
    #expect(api.targets.map(\.state) == [.up, .drain, .down])
    #expect(api.targets.map(\.isBackup) == [false, false, true])
    #expect(api.targets[1].destination == .address(try #require(IPAddress("2001:db8::1"))))
    let web = zone.pools[1]
    #expect(web.coordinates == Coordinates(latitude: 48.86, longitude: 2.35))
    #expect(web.answers == nil && web.check == nil && web.site == 1)
    guard case .count(2) = web.minimumHealthy else {
      Issue.record("\(web.minimumHealthy)")
      return
    }
    let hosts = try ["www.example.com.", "static.example.net."].map { try #require(DomainName($0)) }
    #expect(zone.pools[2].targets.map(\.destination) == hosts.map { .host($0) })
    #expect(zone.pools[2].answer == .cname)
    let resolved = zone.pools[3]
    #expect(resolved.answer == .resolve && resolved.answers == 3)
    #expect(resolved.targets.map(\.name) == ["www", "cdn.example.net."])
    #expect(resolved.targets.map(\.weight) == [2, 1])
  }

  @Test("a map holds its rules as they are written")
  func maps() throws {
    let zone = try zone(
      Self.places + """
        $POLICY split weighted api@us-east=1 api@eu-west=3
        $MAP world ( net:192.0.2.0/24,2001:db8::/32 -> ap-south us-east
          asn:64500,AS64501 -> split  city:2950159 -> api@* sorry
          Subdivision:us-ca -> us-east Country:us,CA -> NEAREST us-east eu-west
          continent:eu -> eu-west DEFAULT -> nearest us-east eu-west ap-south )
        www 60 STEER geo map=world pools=api
        """)
    let map = zone.maps[0]
    let networks = [try IPPrefix(parsing: "192.0.2.0/24"), try IPPrefix(parsing: "2001:db8::/32")]
    #expect(
      map.rules.map(\.matchers) == [
        networks.map { .network($0) }, [.asn(64500), .asn(64501)], [.city(2_950_159)],
        [.subdivision("US-CA")], [.country("US"), .country("CA")], [.continent("EU")], [.default],
      ])
    #expect(
      map.rules.map(\.items) == [
        [.site(2), .site(0)], [.policy(0)], [.pool(1), .pool(2), .pool(0), .pool(3)], [.site(0)],
        [.site(0), .site(1)], [.site(1)], [.site(0), .site(1), .site(2)],
      ])
    #expect(map.rules.map(\.isNearest) == [false, false, false, false, true, false, true])
    guard case .geo(map: 0, let poolsAtSite) = zone.steers[0].policy else {
      Issue.record("\(zone.steers[0].policy)")
      return
    }
    #expect(poolsAtSite == [0: 1, 1: 2, 2: 0])
  }

  @Test(
    "policies",
    arguments: [
      ("failover api@us-east sorry", "failover(1 3)"), ("FAILOVER api@*", "failover(1 2 0)"),
      ("round-robin api@us-east split", "roundRobin(1=1 split=1)"),
      (
        "failover api@us-east api@eu-west failback=10m", "failover(1 2 after(milliseconds: 600000))"
      ),
      ("failover api@us-east api@eu-west failback=Manual", "failover(1 2 manual)"),
      ("failover api@us-east split failback=auto", "failover(1 split)"),
      ("weighted smooth api@us-east=90 api@eu-west=10", "smooth(1=90 2=10)"),
      ("hash api@us-east api@eu-west", "hash(1=1 2=1)"),
      ("hash api@us-east=3 split network=20/48", "hash(1=3 split=1) 20/48"),
      ("least-load api@*", "leastLoad(1=1 2=1 0=1)"),
      ("latency table=rtt api@*", "latency(zones/rtt.csv 1 2 0)"),
      ("latency table=sub/rtt.csv api@eu-west", "latency(zones/sub/rtt.csv 2)"),
      ("weighted api@us-east=90 api@eu-west=10 split=0", "weighted(1=90 2=10 split=0)"),
      ("weighted api@*=5", "weighted(1=5 2=5 0=5)"), ("nearest api@* ", "nearest(1 2 0)"),
      ("geo ( default -> sorry ) ", "geo(0 [])"),
      ("geo pools=api ( country:DE -> eu-west default -> split )", "geo(0 [1: 2])"),
      ("failover late", "failover(late)"),
    ])
  func policies(text: String, expected: String) throws {
    let zone = try zone(
      Self.places + "$POLICY split weighted api@us-east=1 api@eu-west=3\nx 60 STEER \(text)\n"
        + "$POLICY late failover split\n",
      files: [
        "zones/rtt.csv": "192.0.2.0/24,us-east,9\n", "zones/sub/rtt.csv": "::/0,api@eu-west,1.5",
      ])
    func show(_ policy: PolicyExpression) -> String {
      switch policy {
      case .pool(let index): "\(index)"
      case .named(let index): zone.policies[index].name
      case .failover(let list, .auto): "failover(\(list.map(show).joined(separator: " ")))"
      case .failover(let list, let failback):
        "failover(\(list.map(show).joined(separator: " ")) \(failback))"
      case .choice(let selection, let list, let network):
        "\(selection)(\(list.map { "\(show($0.target))=\($0.weight)" }.joined(separator: " ")))"
          + (network == .standard ? "" : " \(network.ipv4Length)/\(network.ipv6Length)")
      case .latency(let table, let list):
        "latency(\(zone.latencyTables[table].path) \(list.map(String.init).joined(separator: " ")))"
      case .nearest(let list): "nearest(\(list.map(String.init).joined(separator: " ")))"
      case .geo(let map, let sites): "geo(\(map) \(sites.isEmpty ? "[]" : "\(sites)"))"
      }
    }
    #expect(show(zone.steers[0].policy) == expected)
  }

  @Test("a STEER has its owner, its TTLs and what happens when all is down")
  func steers() throws {
    let zone = try zone(
      Self.places + """
        a 300/20 STEER failover api@us-east
        *.B STEER failover sorry when-down=NoData
        @ IN 60 STEER failover api@us-east
        c 60 STEER failover api@us-east
        c A 192.0.2.9
        d 60 STEER failover api@us-east
        d 30 CNAME static.example.net.
        e 60 STEER failover deep
        $POLICY deep round-robin api@us-east deeper
        $POLICY deeper geo ( default -> sorry )
        """)
    #expect(
      zone.steers.map(\.owner.description)
        == ["a", "*.B", "", "c", "d", "e"].map {
          $0.isEmpty ? "example.com." : "\($0).example.com."
        })
    #expect(zone.steers.map(\.maximumTTL) == [300, 3600, 60, 60, 60, 60])
    #expect(zone.steers.map(\.minimumTTL) == [20, 3600, 60, 60, 60, 60])
    #expect(zone.steers.map(\.whenDown) == [.all, .nodata, .all, .static, .static, .all])
    #expect(zone.steers.map(\.canYieldCNAME) == [false, true, false, false, true, true])
  }

  @Test("named policies may be 16 deep, and not 17; thousands of them need no stack")
  func policyDepth() {
    func load(_ count: Int) -> ZoneLoad {
      let lines = (1..<count).map { "$POLICY x\($0) failover x\($0 + 1)\n" }.joined()
      return ZoneFileTests.load(
        head + "$POOL p ( 192.0.2.1 )\n" + lines
          + "$POLICY x\(count) failover p\na STEER failover x1\n")
    }
    #expect(load(16).zone != nil)
    let deep = load(17)
    #expect(
      deep.diagnostics.map(\.message) == ["policies lead to each other more than 16 deep"])
    #expect(load(20_000).zone == nil)
  }

  @Test("policies that share policies are looked at once each")
  func policyWidth() throws {
    // 2^14 ways lead from the first to the last.
    let lines = (1..<15).map {
      "$POLICY x\($0) failover x\($0 + 1) y\($0 + 1)\n$POLICY y\($0) failover x\($0 + 1) y\($0 + 1)\n"
    }
    let zone = try zone(
      "$CHECK c tcp port=1\n$POOL p check=c ( 192.0.2.1 )\n$POOL q ( www.example.net. )\n"
        + lines.joined()
        + "$POLICY x15 failover p\n$POLICY y15 failover q\na STEER failover x1\n$POLICY all failover y1\nb STEER failover all\n"
    )
    #expect(zone.steers[0].canYieldCNAME)
  }

  @Test(
    "the largest TTL that can be sent follows from the first choices",
    arguments: [
      ("failover slow fast", 100), ("failover fast slow", 10), ("failover none fast", nil),
      ("weighted fast=1 slow=1", 100), ("round-robin fast none", nil), ("failover mixed", 10),
      ("failover named", 100), ("failover draining", nil),
      ("geo ( country:DE -> fast slow default -> fast )", 10),
      ("geo ( country:DE -> fast slow default -> slow )", 100),
      ("geo ( country:DE -> nearest fast slow default -> fast )", 100), ("nearest fast slow", 100),
    ] as [(String, Int?)])
  func largestTTL(policy: String, seconds: Int?) throws {
    let load = load(
      head + """
        $CHECK f tcp port=1 interval=5s fall=2 rise=1
        $CHECK s tcp port=1 interval=10s fall=3 rise=10
        $POOL fast location=1,1 check=f ( 192.0.2.1 )
        $POOL slow location=2,2 check=s ( 192.0.2.2 )
        $POOL mixed ( 192.0.2.3 192.0.2.4 check=s 192.0.2.5 check=f )
        $POOL draining check=f ( 192.0.2.6 state=drain 192.0.2.7 state=down )
        $POOL none ( 192.0.2.8 )
        $POLICY named failover slow fast
        use 60 STEER failover mixed draining none named fast slow
        x 500/1 STEER \(policy)
        """)
    #expect(load.zone != nil, "\(load.rendered())")
    let text = load.diagnostics.map { $0.hint ?? "" }
    #expect(text == (seconds.map { ["write \($0)/1, or probe less often"] } ?? []))
  }

  @Test("what an included file declares may be there for other zones")
  func sharedDeclarations() {
    let text =
      "$CHECK c tcp port=1\n$POOL p ( 192.0.2.1 )\n$MAP m ( default -> p )\n$POLICY q failover p\n"
    #expect(load(head + "$INCLUDE shared\n", files: ["zones/shared": text]).diagnostics.isEmpty)
    #expect(load(head + text).warningCount == 3)
  }

  @Test("a name that is refused is known all the same, so that its users are not wrong as well")
  func refusedNames() {
    let load = load(
      head + "$CHECK port tcp port=1\n$POOL p check=port ( 192.0.2.1 )\na STEER failover p\n")
    #expect(load.errorCount == 1 && load.diagnostics.count == 1)
  }
}
