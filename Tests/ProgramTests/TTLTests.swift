import DNSWire
import Foundation
import Migration
import TestSupport
import Testing

/// TTLs that follow probes and plans, as they are sent.
@Suite("TTLs", .ownThreads, .timeLimit(.minutes(5))) struct TTLTests {
  @Test("MAX/MIN: the time until a probe could change the answer, within its bounds")
  func followsProbes() throws {
    let backEnd = try BackEnd("127.0.2.1")
    let dead = try DeadPort("127.0.2.2")
    let server = try NameServer(
      zone: """
        $CHECK slow tcp port=\(backEnd.port) interval=20s timeout=1s fall=3 rise=2
        $CHECK gone tcp port=\(dead.port) interval=20s timeout=1s fall=1 rise=4
        $POOL well check=slow ( 127.0.2.1 )
        $POOL ill  check=gone ( 127.0.2.2 )
        $POOL free ( 192.0.2.1 )
        wide     3600/1  STEER failover well
        high     100/70  STEER failover well
        low      10/1    STEER failover well
        behind   3600/1  STEER failover ill free
        unbound  200/5   STEER failover free
        """)
    let client = try server.client()
    func ttl(_ name: String) throws -> Int {
      try #require(try client.ask("\(name).example.com.").answerTTLs.first)
    }
    // The next probe within 20 s, and two more after it.
    #expect((35...60).contains(try ttl("wide")))
    #expect(try ttl("high") == 70)
    #expect(try ttl("low") == 10)
    // The dead one could come back with the fourth probe from now.
    #expect((55...80).contains(try ttl("behind")))
    #expect(try ttl("unbound") == 200)
  }

  @Test("A migration's countdown: the TTL is within its formula and comes down by the second")
  func countdown() throws {
    let start = Int64(time(nil))
    func at(_ seconds: Int64) -> String { Timestamp.text(start + seconds) }
    let server = try NameServer(
      zone: """
        $POOL a ( 192.0.2.1 )
        counting 10m STEER failover a
        plain    10m A 192.0.2.2
        early    10m STEER failover a
        low      10m STEER failover a
        over     10m STEER failover a
        $MIGRATE m1 counting plain at=\(at(560)) ttl=30 lead=60s hold=1h
        $MIGRATE m2 early    at=\(at(100_000)) ttl=30 lead=60s hold=1h
        $MIGRATE m3 low      at=\(at(30))  ttl=30 lead=60s hold=1h
        $MIGRATE m4 over     at=\(at(-100)) ttl=30 lead=60s hold=50s
        """)
    #expect(server.program.lines(with: "warning").count >= 3)
    let timeline = Timeline(at: start + 560, lead: 60, low: 30, old: 600, hold: 3600)
    var seen: Set<Int> = []
    for network in 1...20 {
      let client = try server.client(from: "127.\(network).7.1")
      for name in ["counting", "plain"] {
        let before = Int64(time(nil))
        let ttl = try #require(try client.ask("\(name).example.com.").answerTTLs.first)
        let after = Int64(time(nil))
        let least = timeline.ttl(normal: 600, now: after, spread: .max)
        let most = timeline.ttl(normal: 600, now: before, spread: 0)
        #expect(Int(least) <= ttl && ttl <= Int(most), "\(name): \(ttl), not \(least)...\(most)")
        seen.insert(ttl)
      }
    }
    #expect(seen.count > 5, "networks are to expire at different moments: \(seen)")
    let client = try server.client()
    #expect(try client.ask("early.example.com.").answerTTLs == [600])
    #expect(try client.ask("low.example.com.").answerTTLs == [30])
    #expect(try client.ask("over.example.com.").answerTTLs == [600])
    let first = try #require(try client.ask("counting.example.com.").answerTTLs.first)
    let next = try eventually(within: .seconds(5), "another TTL") {
      let ttl = try client.ask("counting.example.com.").answerTTLs.first
      return ttl == first ? nil : ttl
    }
    #expect((first - 2..<first).contains(next))
  }
}
