import DNSWire
import Testing

@testable import HostLookup

@Suite("What an answer says")
struct LookupOutcomeTests {
  private let www = question("www.example.net.")

  private func outcome(_ answer: AnswerOctets) -> LookupOutcome {
    LookupOutcome(answer: answer.octets, to: www)
  }

  @Test("addresses in order, each once, with the smallest TTL")
  func plain() {
    let answer = AnswerOctets(to: www).with("WWW.example.net.", "192.0.2.9", ttl: 300)
      .with("www.example.net.", "192.0.2.1", ttl: 20).with("www.example.net.", "192.0.2.9", ttl: 30)
    #expect(outcome(answer) == .addresses(addresses("192.0.2.1", "192.0.2.9"), ttl: 20))
  }

  @Test("the chain of CNAMEs that begins with the name counts, in whatever order, and nothing else")
  func chain() {
    let answer = AnswerOctets(to: www).with("c.example.org.", "192.0.2.3", ttl: 50)
      .with("b.example.org.", alias: "C.example.org.", ttl: 7)
      .with("www.example.net.", alias: "b.example.org.", ttl: 300)
      .with("www.example.net.", "192.0.2.66").with("evil.example.", "192.0.2.66", ttl: 1)
      .with("c.example.org.", "2001:db8::1", ttl: 2)
    #expect(outcome(answer) == .addresses(addresses("192.0.2.3"), ttl: 7))
  }

  @Test("a chain without end is a failure")
  func loop() {
    let answer = AnswerOctets(to: www).with("www.example.net.", alias: "b.example.net.")
      .with("b.example.net.", alias: "www.example.net.")
    #expect(outcome(answer) == .failure("a chain of more than 16 CNAMEs"))
  }

  @Test("NODATA and NXDOMAIN, at the end of a chain too, with their TTL (RFC 2308 §5)")
  func negative() {
    let nodata = AnswerOctets(to: www).withSOA(ttl: 90, minimum: 40)
    #expect(outcome(nodata) == .none(exists: true, ttl: 40))
    let chained = AnswerOctets(to: www, flags: 0x8183)
      .with("www.example.net.", alias: "gone.example.net.", ttl: 12).withSOA(ttl: 30, minimum: 40)
    #expect(outcome(chained) == .none(exists: false, ttl: 12))
    #expect(outcome(AnswerOctets(to: www)) == .none(exists: true, ttl: 0))
    #expect(outcome(AnswerOctets(to: www, flags: 0x8183)) == .none(exists: false, ttl: 0))
  }

  @Test("what no resolver answers is a failure: a referral, half a chain, an error")
  func failures() {
    let referral = AnswerOctets(to: www)
      .with("example.net.", .ns, ttl: 60, name("ns.example.org.").wire, isAuthority: true)
    #expect(
      outcome(referral)
        == .failure("the answer ends at www.example.net.: who gave it does not resolve"))
    let half = AnswerOctets(to: www).with("www.example.net.", alias: "x.example.org.")
    #expect(
      outcome(half) == .failure("the answer ends at x.example.org.: who gave it does not resolve"))
    #expect(outcome(AnswerOctets(to: www, flags: 0x8182)) == .failure("RCODE 2"))
  }

  @Test("no octets trap it", arguments: UInt64(0)..<4)
  func mutations(seed: UInt64) {
    var random = RandomGenerator(seed: seed)
    let whole = AnswerOctets(to: www).with("www.example.net.", alias: "b.example.org.")
      .with("b.example.org.", "192.0.2.3").withSOA(ttl: 1, minimum: 1).octets
    for _ in 0..<2000 {
      var octets = whole
      for _ in 0...Int(random.next(below: 6)) {
        octets[Int(random.next(below: UInt64(octets.count)))] = UInt8(random.next(below: 256))
      }
      let length = Int(random.next(below: UInt64(octets.count + 1)))
      _ = LookupOutcome(answer: octets, to: www)
      _ = LookupOutcome(answer: Array(octets.prefix(length)), to: www)
    }
  }
}
