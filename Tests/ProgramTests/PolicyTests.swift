import DNSWire
import Foundation
import TestSupport
import Testing

/// What policies and pools promise, counted in the answers of a running server.
@Suite("Policies", .ownThreads, .timeLimit(.minutes(5))) struct PolicyTests {
  @Test("The demo's www is answered by its weights within 2 points")
  func weightsOfTheDemo() throws {
    let backEnds = try BackEnd.several((1...6).map { "127.0.1.\($0)" })
    let demo = try String(
      contentsOfFile: "\(TestData.package)/zones/example.com.zone", encoding: .utf8)
    let zone = demo.replacingOccurrences(of: "port=5381", with: "port=\(backEnds[0].port)")
    let server = try NameServer(["example.com.zone": zone])
    #expect(server.program.lines(with: " is down").isEmpty)
    let counts = try server.client().counts("www.example.com.", queries: 10_000)
    let east = ["127.0.1.1", "127.0.1.2"].map { counts[$0, default: 0] }
    let west = ["127.0.1.3", "127.0.1.4"].map { counts[$0, default: 0] }
    #expect(east[0] + east[1] + west[0] + west[1] == 10_000)
    #expect((8_800...9_200).contains(east[0] + east[1]), "\(counts)")
    // In turns in the one pool, by weight in the other.
    #expect(abs(east[0] - east[1]) < 500, "\(counts)")
    #expect(west[0] > 2 * west[1], "\(counts)")
  }

  @Test("A pool's targets are picked by their weights")
  func weightedPool() throws {
    let server = try NameServer(
      zone: """
        $POOL p select=weighted answers=1 (
          192.0.2.1 weight=5  192.0.2.2 weight=3  192.0.2.3 weight=2  192.0.2.4 weight=0
          2001:db8::1 weight=1  2001:db8::2 weight=9 )
        w 60 STEER failover p
        """)
    let client = try server.client()
    let four = try client.counts("w.example.com.", queries: 10_000)
    for (address, weight) in [("192.0.2.1", 5000), ("192.0.2.2", 3000), ("192.0.2.3", 2000)] {
      #expect(abs(four[address, default: 0] - weight) < 250, "\(four)")
    }
    #expect(four["192.0.2.4"] == nil)
    let six = try client.counts("w.example.com.", .aaaa, queries: 5_000)
    #expect(abs(six["2001:db8::2", default: 0] - 4500) < 150, "\(six)")
    #expect(six.count == 2)
  }

  @Test("Turns are fair within 1 %, whatever socket asks")
  func roundRobin() throws {
    let server = try NameServer(
      zone: """
        $POOL a ( 192.0.2.1 )
        $POOL b ( 192.0.2.2 )
        $POOL c answers=1 ( 192.0.2.3 192.0.2.4 192.0.2.5 )
        rr   60 STEER round-robin a b
        pool 60 STEER failover c
        """)
    var turns: [String: Int] = [:]
    for _ in 0..<10 {
      let client = try server.client()
      turns.merge(try client.counts("rr.example.com.", queries: 100), uniquingKeysWith: +)
      turns.merge(try client.counts("pool.example.com.", queries: 300), uniquingKeysWith: +)
    }
    for last in 1...2 { #expect(abs(turns["192.0.2.\(last)", default: 0] - 500) <= 10, "\(turns)") }
    for last in 3...5 {
      #expect(abs(turns["192.0.2.\(last)", default: 0] - 1000) <= 10, "\(turns)")
    }
  }

  @Test("Policies nest, and what is dead drops out of each")
  func nested() throws {
    let dead = try DeadPort("127.0.0.1")
    let server = try NameServer(
      zone: """
        $CHECK probe tcp port=\(dead.port) interval=1s timeout=500ms fall=1
        $POOL a ( 192.0.2.1 )
        $POOL b ( 192.0.2.2 )
        $POOL c ( 192.0.2.3 )
        $POOL dead check=probe ( 127.0.0.1 )
        $POLICY split weighted a=80 b=20 dead=900
        $POLICY inner failover dead split
        $POLICY gone failover dead
        $MAP everywhere ( default -> gone inner )
        split   60 STEER failover dead split c
        outer   60 STEER round-robin inner c gone
        mapped  60 STEER geo map=everywhere
        """)
    let client = try server.client()
    for name in ["split", "mapped"] {
      let counts = try client.counts("\(name).example.com.", queries: 2_000)
      #expect(counts.count == 2)
      #expect((1_500...1_700).contains(counts["192.0.2.1", default: 0]), "\(name): \(counts)")
    }
    let outer = try client.counts("outer.example.com.", queries: 1_000)
    #expect(outer["192.0.2.3"] == 500, "\(outer)")
    #expect(outer.count == 3, "\(outer)")
  }

  @Test(
    "A pool of host names answers every type with a CNAME, and what this server knows behind it")
  func hostNames() throws {
    let server = try NameServer(
      zone: """
        $POOL away ( static.sorry-pages.example.net. )
        $POOL home ( inside.example.com. )
        help   60 STEER failover away
        near   60 STEER failover home
        inside 90 A 192.0.2.7
        """)
    let client = try server.client()
    for type in [RecordType.a, .aaaa, .mx, .txt, .cname] {
      let message = try client.ask("help.example.com.", type)
      #expect(message.codeName == "NOERROR")
      #expect(message.flags.contains("AA"))
      #expect(message.answer == ["help.example.com. 60 IN CNAME static.sorry-pages.example.net."])
    }
    #expect(
      try client.ask("near.example.com.").answer == [
        "near.example.com. 60 IN CNAME inside.example.com.",
        "inside.example.com. 90 IN A 192.0.2.7",
      ])
  }
}
