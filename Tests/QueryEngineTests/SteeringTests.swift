import DNSWire
import TestSupport
import Testing

/// Steered names through the engine: policies, health, TTLs, what happens when nothing is up.
struct SteeringTests {
  static func zone(_ lines: String) -> String {
    """
    $TTL 300
    @ SOA ns1 hostmaster 1 7200 1800 1209600 120
    @ NS ns1
    ns1 A 192.0.2.53
    $CHECK web http interval=10s timeout=2s fall=3 rise=2
    $SITE us location=39,-77
    $SITE eu location=50,8
    $POOL api@us check=web ( 203.0.113.1 203.0.113.2 )
    $POOL api@eu check=web ( 198.51.100.1 2001:db8::1 )
    \(lines)

    """
  }

  /// One of three goes down: its clients move to the others, all others stay, and come back the same.
  @Test func hashMovesOnlyTheClientsOfWhatIsDown() throws {
    let engine = try Engine(
      "example.com.",
      Self.zone("$POOL c check=web ( 192.0.2.3 )\ncart 60 STEER hash api@us api@eu c network=24/56")
    )
    func pools() throws -> [String] {
      try (0..<600).map { client in
        let reply = try engine.ask(
          "cart.example.com.", subnet: "10.\(client >> 8).\(client & 255).0/24")
        #expect(reply.subnet?.scope == 24)
        return reply.answers("A").sorted()[0]
      }
    }
    let before = try pools()
    for pool in ["203.0.113.1", "198.51.100.1", "192.0.2.3"] {
      #expect(abs(before.count { $0 == pool } - 200) < 60)
    }
    engine.set(["198.51.100.1"], isUp: false)
    let without = try pools()
    for (old, new) in zip(before, without) {
      #expect(old == "198.51.100.1" ? new != old : new == old)
    }
    engine.set(["198.51.100.1"], isUp: true)
    #expect(try pools() == before)
    // A and AAAA of a client come from the same pool.
    engine.set(["203.0.113.1", "203.0.113.2", "192.0.2.3"], isUp: false)
    #expect(try Set(pools()) == ["198.51.100.1"])
  }

  /// Turns go round those that are up, each as often as the others, for each name and type on its own.
  @Test func turnsAreFairAndSkipWhatIsDown() throws {
    let engine = try Engine(
      "example.com.",
      Self.zone(
        """
        $POOL a check=web ( 192.0.2.1 )
        $POOL b check=web ( 192.0.2.2 )
        $POOL c check=web ( 192.0.2.3 )
        one 60 STEER round-robin a b c
        two 60 STEER round-robin a b c
        """))
    func counts(_ rounds: Int) throws -> [String: Int] {
      var counts: [String: Int] = [:]
      for _ in 0..<rounds {
        for name in ["one", "two"] {
          counts[try name + engine.ask("\(name).example.com.").answers("A")[0], default: 0] += 1
        }
      }
      return counts
    }
    #expect(try Set(counts(300).values) == [100])
    engine.set(["192.0.2.2"], isUp: false)
    #expect(try Set(counts(300).values) == [150])
  }

  /// A draw that falls on a pool that is down is made anew, so the others keep their shares.
  @Test func sharesHoldWithoutWhatIsDown() throws {
    for option in ["", "smooth"] {
      let engine = try Engine(
        "example.com.",
        Self.zone(
          """
          $POOL a check=web ( 192.0.2.1 )
          $POOL b check=web ( 192.0.2.2 )
          $POOL c check=web ( 192.0.2.3 )
          w 60 STEER weighted a=1 b=3 c=96 \(option)
          """))
      engine.set(["192.0.2.3"], isUp: false)
      var counts: [String: Int] = [:]
      for _ in 0..<4000 {
        counts[try engine.ask("w.example.com.").answers("A")[0], default: 0] += 1
      }
      #expect(counts.count == 2)
      #expect(abs(counts["192.0.2.1", default: 0] - 1000) < 130, "\(counts)")
    }
  }

  /// The quickest by the table, then the others as written; networks that are not in it by `nearest`.
  @Test func latencyGoesByItsTable() throws {
    let engine = try Engine("example.com.", richZone)
    let us: Set = ["203.0.113.5", "203.0.113.6"]
    let eu: Set = ["198.51.100.5", "198.51.100.6"]
    func answer(_ subnet: String) throws -> (Set<String>, Int?) {
      let reply = try engine.ask("latency.example.com.", subnet: subnet)
      return (Set(reply.answers("A")), reply.subnet?.scope)
    }
    let inside = try answer("198.51.100.0/24")
    #expect(inside.0 == eu && inside.1 == 24)
    let outside = try answer("198.51.101.0/24")
    #expect(outside.0.isSubset(of: us) && outside.1 == 24)
    engine.set(Array(eu), isUp: false)
    #expect(try answer("198.51.100.0/24").0.isSubset(of: us))
  }

  @Test func failoverTakesTheFirstThatIsUp() throws {
    let engine = try Engine("example.com.", Self.zone("pay 60 STEER failover api@us api@eu"))
    #expect(try Set(engine.ask("pay.example.com.").answers("A")) == ["203.0.113.1", "203.0.113.2"])
    engine.set(["203.0.113.1"], isUp: false)
    #expect(try engine.ask("pay.example.com.").answers("A") == ["203.0.113.2"])
    engine.set(["203.0.113.2"], isUp: false)
    #expect(try engine.ask("pay.example.com.").answers("A") == ["198.51.100.1"])
    engine.set(["203.0.113.1", "203.0.113.2"], isUp: true)
    #expect(try engine.ask("pay.example.com.").answers("A").count == 2)
  }

  /// IPv6 alone failing gives NODATA for AAAA, so that the client stays in the right place over IPv4.
  @Test func ipv4DecidesWhetherAPoolIsUp() throws {
    let engine = try Engine("example.com.", Self.zone("pay 60 STEER failover api@eu api@us"))
    engine.set(["2001:db8::1"], isUp: false)
    #expect(try engine.ask("pay.example.com.").answers("A") == ["198.51.100.1"])
    let aaaa = try engine.ask("pay.example.com.", .aaaa, subnet: "192.0.2.0/24")
    #expect(aaaa.codeName == "NOERROR")
    #expect(aaaa.answer.isEmpty)
    #expect(aaaa.authority.first?.hasPrefix("example.com. 60 IN SOA") == true)
    #expect(aaaa.subnet?.scope == 0)
  }

  @Test(
    arguments: [
      ("", ["203.0.113.1", "203.0.113.2"], "NOERROR", 60),  // no plain records: all
      ("when-down=nodata", [], "NOERROR", 0), ("when-down=servfail", [], "SERVFAIL", 0),
    ] as [(String, [String], String, Int)])
  func nothingUp(_ option: String, _ answers: [String], _ code: String, _ ttl: Int) throws {
    let engine = try Engine("example.com.", Self.zone("pay 60 STEER failover api@us \(option)"))
    engine.set(["203.0.113.1", "203.0.113.2"], isUp: false)
    let reply = try engine.ask("pay.example.com.")
    #expect(reply.codeName == code)
    #expect(Set(reply.answers("A")) == Set(answers))
    if ttl > 0 { #expect(reply.answerTTLs.allSatisfy { $0 == ttl }) }
  }

  @Test("host names are answered by their addresses of now, and with a TTL no larger than theirs")
  func resolvedHosts() throws {
    let engine = try Engine(
      "example.com.",
      Self.zone(
        """
        $POOL cdn answer=resolve ( cdn.example.net. other.example.net. )
        @ MX 10 ns1
        @ 300 STEER failover cdn api@us
        pay 60/9 STEER failover cdn
        """))
    // Without an address a host is down.
    #expect(try Set(engine.ask("example.com.").answers("A")) == ["203.0.113.1", "203.0.113.2"])
    #expect(try engine.ask("pay.example.com.").codeName == "SERVFAIL")
    engine.resolve("cdn.example.net.", to: ["192.0.2.1", "192.0.2.2", "2001:db8::1"], ttl: 70)
    let apex = try engine.ask("example.com.")
    #expect(Set(apex.answers("A")) == ["192.0.2.1", "192.0.2.2"] && apex.answerTTLs == [70, 70])
    #expect(try engine.ask("example.com.", .aaaa).answers("AAAA") == ["2001:db8::1"])
    #expect(try engine.ask("example.com.", .mx).answerTTLs == [300])
    #expect(try engine.ask("pay.example.com.").answerTTLs == [60, 60])
    // What another host has too is answered once.
    engine.resolve("other.example.net.", to: ["192.0.2.2", "192.0.2.3"], ttl: 5)
    let pay = try engine.ask("pay.example.com.")
    #expect(Set(pay.answers("A")) == ["192.0.2.1", "192.0.2.2", "192.0.2.3"])
    #expect(pay.answerTTLs == [5, 5, 5])
    engine.resolve("cdn.example.net.", to: [], ttl: 70)
    #expect(try Set(engine.ask("example.com.").answers("A")) == ["192.0.2.2", "192.0.2.3"])
    // Only AAAA is left: that decides then, and A has no data.
    engine.resolve("other.example.net.", to: ["2001:db8::9"], ttl: 50)
    #expect(try engine.ask("example.com.", .aaaa).answers("AAAA") == ["2001:db8::9"])
    let none = try engine.ask("example.com.")
    #expect(none.answer.isEmpty)
    #expect(none.authority.first?.hasPrefix("example.com. 50 IN SOA") == true)
  }

  @Test func thePlainRecordsAreTheLastResort() throws {
    let engine = try Engine(
      "example.com.", Self.zone("pay 300/20 STEER failover api@us\npay 900 A 192.0.2.200"))
    engine.set(["203.0.113.1", "203.0.113.2"], isUp: false)
    let reply = try engine.ask("pay.example.com.")
    #expect(reply.answer == ["pay.example.com. 20 IN A 192.0.2.200"])
  }

  /// MAX/MIN: the TTL ends when a probe could first change the answer.
  @Test(arguments: [(5_000, 5), (500, 2), (0, 2), (25_000, 25), (900_000, 28)] as [(UInt64, Int)])
  func theTTLFollowsHealth(_ milliseconds: UInt64, _ ttl: Int) throws {
    let engine = try Engine("example.com.", Self.zone("pay 28/2 STEER failover api@us api@eu"))
    engine.set(
      ["203.0.113.1", "203.0.113.2"], isUp: true, soonestChange: engine.monotonic + milliseconds)
    // What was not consulted plays no part.
    engine.set(["198.51.100.1"], isUp: true, soonestChange: engine.monotonic)
    #expect(try engine.ask("pay.example.com.").answerTTLs == [ttl, ttl])
  }

  @Test func weightedChoicesFollowTheirWeights() throws {
    let engine = try Engine(
      "example.com.", Self.zone("w 60 STEER weighted api@us=90 api@eu=10"))
    var eu = 0
    for _ in 0..<10_000 where try engine.ask("w.example.com.").answers("A") == ["198.51.100.1"] {
      eu += 1
    }
    #expect((800...1200).contains(eu), "\(eu) of 10,000 where 1,000 are due")
    engine.set(["203.0.113.1", "203.0.113.2"], isUp: false)
    for _ in 0..<100 { #expect(try engine.ask("w.example.com.").answers("A") == ["198.51.100.1"]) }
  }

  @Test func aWeightOfZeroServesOnlyWhenAllOthersAreDown() throws {
    let engine = try Engine(
      "example.com.", Self.zone("w 60 STEER weighted api@us=0 api@eu=10"))
    for _ in 0..<200 { #expect(try engine.ask("w.example.com.").answers("A") == ["198.51.100.1"]) }
    engine.set(["198.51.100.1"], isUp: false)
    #expect(try engine.ask("w.example.com.").answers("A").count == 2)
  }

  @Test func turnsAreFair() throws {
    let engine = try Engine("example.com.", Self.zone("rr 60 STEER round-robin api@us api@eu"))
    var counts: [String: Int] = [:]
    for _ in 0..<1000 {
      counts[try engine.ask("rr.example.com.").answers("A").sorted()[0], default: 0] += 1
    }
    #expect(counts == ["203.0.113.1": 500, "198.51.100.1": 500])
  }

  @Test func aPoolRotatesItsTargets() throws {
    let engine = try Engine("example.com.", Self.zone("pay 60 STEER failover api@us"))
    var first: [String: Int] = [:]
    for _ in 0..<100 { first[try engine.ask("pay.example.com.").answers("A")[0], default: 0] += 1 }
    #expect(first == ["203.0.113.1": 50, "203.0.113.2": 50])
  }

  @Test func aPoolDrawsByWeight() throws {
    let engine = try Engine(
      "example.com.",
      Self.zone(
        "$POOL w select=weighted answers=1 ( 192.0.2.1 weight=3 192.0.2.2 192.0.2.3 weight=0 )\nw 60 STEER failover w"
      ))
    var counts: [String: Int] = [:]
    for _ in 0..<10_000 {
      let answers = try engine.ask("w.example.com.").answers("A")
      #expect(answers.count == 1)
      counts[answers[0], default: 0] += 1
    }
    #expect(counts["192.0.2.3"] == nil)
    #expect((7300...7700).contains(counts["192.0.2.1"] ?? 0))
  }

  @Test func backupsAndMinimumHealthy() throws {
    let engine = try Engine(
      "example.com.",
      Self.zone(
        """
        $POOL p check=web min-healthy=50% ( 192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 state=drain )
        $POOL b check=web ( 192.0.2.11 192.0.2.12 backup 192.0.2.13 state=down )
        half 60 STEER failover p api@eu
        back 60 STEER failover b api@eu
        """))
    #expect(try Set(engine.ask("half.example.com.").answers("A")).count == 3)
    #expect(try engine.ask("back.example.com.").answers("A") == ["192.0.2.11"])
    engine.set(["192.0.2.1", "192.0.2.11"], isUp: false)
    #expect(try Set(engine.ask("half.example.com.").answers("A")) == ["192.0.2.2", "192.0.2.3"])
    #expect(try engine.ask("back.example.com.").answers("A") == ["192.0.2.12"])
    engine.set(["192.0.2.2", "192.0.2.12"], isUp: false)
    #expect(try engine.ask("half.example.com.").answers("A") == ["198.51.100.1"])
    #expect(try engine.ask("back.example.com.").answers("A") == ["198.51.100.1"])
  }

  @Test func hostNamesAreAnsweredAsCNAME() throws {
    let engine = try Engine(
      "example.com.",
      Self.zone(
        """
        $POOL sorry ( www.elsewhere.net. )
        $POOL here ( in.example.com. )
        in 60 A 192.0.2.80
        far 30 STEER failover sorry
        near 30 STEER failover here
        """))
    for type in [RecordType.a, .aaaa, .txt, .cname] {
      let reply = try engine.ask("far.example.com.", type)
      #expect(reply.answer == ["far.example.com. 30 IN CNAME www.elsewhere.net."])
    }
    #expect(try engine.ask("near.example.com.").answers("A") == ["192.0.2.80"])
  }

  @Test func policiesNest() throws {
    let engine = try Engine(
      "example.com.",
      Self.zone(
        """
        $POLICY inner weighted api@us=1 api@eu=0
        $POLICY outer failover inner api@eu
        n 60 STEER round-robin outer api@eu
        """))
    engine.set(["203.0.113.1", "203.0.113.2"], isUp: false)
    for _ in 0..<10 { #expect(try engine.ask("n.example.com.").answers("A") == ["198.51.100.1"]) }
  }

  @Test func otherTypesAtASteeredNameArePlain() throws {
    let engine = try Engine(
      "example.com.", Self.zone("pay 60 STEER failover api@us\npay 60 TXT \"plain\""))
    #expect(
      try engine.ask("pay.example.com.", .txt).answer == ["pay.example.com. 60 IN TXT \"plain\""])
    #expect(try engine.ask("pay.example.com.", .mx).answer.isEmpty)
  }

  @Test func wildcardsCanBeSteered() throws {
    let engine = try Engine("example.com.", Self.zone("*.t 60 STEER failover api@eu"))
    #expect(
      try engine.ask("a.b.t.example.com.").answer == ["a.b.t.example.com. 60 IN A 198.51.100.1"])
  }

  /// A planned move: the TTL comes down with the clock (the timeline's own tests say how exactly).
  @Test func aMigrationLowersTTLs() throws {
    let zone = Self.zone(
      """
      pay 3600 STEER failover api@us
      www 3600 A 192.0.2.80
      $MIGRATE move pay www at=2031-06-01T06:00:00Z ttl=60 lead=1h hold=1h
      """)
    let at: Int64 = 1_938_060_000
    for name in ["pay.example.com.", "www.example.com."] {
      let engine = try Engine("example.com.", zone)
      #expect(try engine.ask(name).answerTTLs[0] == 3600)
      engine.now = at - 3600
      #expect(try engine.ask(name).answerTTLs[0] == 60)
      engine.now = at + 1800
      #expect(try engine.ask(name).answerTTLs[0] == 60)
      engine.now = at + 3601
      #expect(try engine.ask(name).answerTTLs[0] == 3600)
    }
  }
}
