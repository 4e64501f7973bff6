import Addresses
import DNSWire
import Testing

@testable import HostLookup

@Suite("The roster of hosts")
struct HostRosterTests {
  private let www = question("www.example.net.")
  private let one = addresses("192.0.2.1")

  /// A roster with one host whose questions are under way.
  private func roster(at now: UInt64 = 0) -> HostRoster {
    var roster = HostRoster()
    roster.replace([www.name], now: now)
    #expect(Set(roster.takeDue(now: now, limit: 10)) == [www, www.other])
    #expect(roster.takeDue(now: now, limit: 10).isEmpty && roster.next == nil)
    return roster
  }

  @Test(
    "a question is asked again when its TTL ends, within bounds",
    arguments: [(0, 5), (4, 5), (5, 5), (77, 77), (3600, 3600), (86_400, 3600), (.max, 3600)]
      as [(UInt32, UInt32)])
  func schedule(ttl: UInt32, seconds: UInt32) {
    var roster = roster(at: 1000)
    _ = roster.finish(www, .addresses(one, ttl: ttl), now: 3000)
    #expect(roster.addresses(of: www.name) == HostAddresses(one, ttl: seconds))
    let due = 3000 + UInt64(seconds) * 1000
    #expect(roster.next == due)
    #expect(roster.takeDue(now: due - 1, limit: 10).isEmpty)
    #expect(roster.takeDue(now: due, limit: 10) == [www])
  }

  @Test("both families count, each by its own TTL; the smaller is answered")
  func families() {
    var roster = roster()
    _ = roster.finish(www.other, .addresses(addresses("2001:db8::1"), ttl: 20), now: 0)
    #expect(!roster.isKnown)
    _ = roster.finish(www, .addresses(one, ttl: 60), now: 0)
    #expect(roster.isKnown)
    #expect(
      roster.addresses(of: www.name)
        == HostAddresses(addresses("192.0.2.1", "2001:db8::1"), ttl: 20))
    #expect(roster.takeDue(now: 20_000, limit: 10) == [www.other])
    _ = roster.finish(www.other, .none(exists: true, ttl: 600), now: 20_000)
    #expect(roster.addresses(of: www.name) == HostAddresses(one, ttl: 60))
    #expect(roster.addresses(of: name("other.example.net.")) == HostAddresses())
  }

  @Test(
    "where there is no address the host has none at once, and is asked for within a minute",
    arguments: [(true, 0, 5), (false, 30, 30), (false, 86_400, 60)] as [(Bool, UInt32, UInt64)])
  func negative(exists: Bool, ttl: UInt32, seconds: UInt64) {
    var roster = roster()
    _ = roster.finish(www, .addresses(one, ttl: 5), now: 0)
    _ = roster.takeDue(now: 5000, limit: 10)
    let change = roster.finish(www, .none(exists: exists, ttl: ttl), now: 6000)
    #expect(change?.note?.isGood == false)
    #expect(roster.addresses(of: www.name) == HostAddresses())
    #expect(roster.takeDue(now: 6000 + seconds * 1000 - 1, limit: 10).isEmpty)
    #expect(roster.takeDue(now: 6000 + seconds * 1000, limit: 10) == [www])
  }

  @Test("failures keep the last addresses for a day, with a TTL of 30 s")
  func stale() {
    var roster = roster()
    _ = roster.finish(www.other, .none(exists: true, ttl: 60), now: 0)
    _ = roster.finish(www, .addresses(one, ttl: 100), now: 0)
    var now: UInt64 = 0
    var notes: [String] = []
    while let next = roster.next, now <= 90_000_000 {
      now = next
      for question in roster.takeDue(now: now, limit: 10) {
        let outcome: LookupOutcome =
          question == www ? .failure("why") : .none(exists: true, ttl: 60)
        if let note = roster.finish(question, outcome, now: now)?.note { notes.append(note.text) }
      }
      let left = roster.addresses(of: www.name)
      if left.addresses.isEmpty { break }
      #expect(left == HostAddresses(one, ttl: now < 100_000 ? 100 : 30))
    }
    // A day behind the end of the TTL, and as much as lies between two tries.
    #expect((86_500_000...86_560_000).contains(now))
    #expect(
      notes == [
        "A not resolved: why; what it had stays in use",
        "A not resolved for a day, what it had is dropped: why",
      ])
    let change = roster.finish(www, .addresses(one, ttl: 100), now: now)
    #expect(change?.note?.text == "A 192.0.2.1, TTL 100")
  }

  @Test("failures are tried again after 5, 10, 20, 40 and then 60 s")
  func gaps() {
    var roster = HostRoster()
    roster.replace([www.name], now: 0)
    var now: UInt64 = 0
    var gaps: [UInt64] = []
    for _ in 0..<7 {
      for question in roster.takeDue(now: now, limit: 10) {
        _ = roster.finish(question, .failure("why"), now: now)
      }
      let next = roster.next ?? 0
      gaps.append((next - now) / 1000)
      now = next
    }
    #expect(gaps == [5, 10, 20, 40, 60, 60, 60])
  }

  @Test("the log has what is news, and nothing else")
  func notes() {
    var roster = roster()
    func note(_ question: HostQuestion, _ outcome: LookupOutcome) -> String? {
      roster.finish(question, outcome, now: 0)?.note?.text
    }
    let two = addresses("192.0.2.1", "192.0.2.2")
    #expect(note(www.other, .none(exists: true, ttl: 60)) == nil)
    #expect(note(www, .addresses(two, ttl: 60)) == "A 192.0.2.1, 192.0.2.2, TTL 60")
    #expect(roster.finish(www, .addresses(two, ttl: 60), now: 0) == nil)
    // Another TTL is published, and no news.
    let change = roster.finish(www, .addresses(two, ttl: 61), now: 0)
    #expect(change != nil && change?.note == nil)
    #expect(note(www, .failure("why")) == "A not resolved: why; what it had stays in use")
    #expect(note(www, .failure("why")) == nil)
    #expect(note(www, .addresses(two, ttl: 60)) == "A is answered again")
    #expect(note(www, .none(exists: false, ttl: 60)) == "no A any more: the name does not exist")
    #expect(note(www, .none(exists: false, ttl: 60)) == nil)
    #expect(note(www, .failure("why")) == "A not resolved: why")
    #expect(note(www, .none(exists: true, ttl: 60)) == "A is answered again: it has none")
  }

  @Test("a host that never had an address is news once")
  func nothing() {
    var roster = roster()
    #expect(roster.finish(www, .none(exists: false, ttl: 60), now: 0) == nil)
    let change = roster.finish(www.other, .none(exists: false, ttl: 60), now: 0)
    #expect(change?.note?.text == "no address: the name does not exist")
    #expect(roster.isKnown)
  }

  @Test("what is known of a host outlives a change of hosts; failed questions are asked at once")
  func replacement() {
    var roster = roster()
    let other = question("other.example.net.")
    _ = roster.finish(www, .addresses(one, ttl: 60), now: 0)
    _ = roster.finish(www.other, .failure("why"), now: 0)
    roster.replace([name("WWW.example.net."), other.name], now: 1000)
    #expect(roster.addresses(of: www.name) == HostAddresses(one, ttl: 60))
    #expect(Set(roster.takeDue(now: 1000, limit: 10)) == [www.other, other, other.other])
    roster.replace([other.name], now: 2000)
    #expect(roster.addresses(of: www.name) == HostAddresses())
    // What comes of a question of before is for nobody.
    #expect(roster.finish(www.other, .addresses(one, ttl: 60), now: 2000) == nil)
    #expect(!roster.isKnown)
  }

  @Test("no more is taken than there is room for, the longest due first")
  func limit() {
    var roster = HostRoster()
    roster.replace([name("late.example.net.")], now: 5)
    roster.replace([name("late.example.net."), name("later.example.net.")], now: 10)
    #expect(Set(roster.takeDue(now: 10, limit: 2).map(\.name)) == [name("late.example.net.")])
    #expect(roster.takeDue(now: 10, limit: 0).isEmpty)
    #expect(roster.takeDue(now: 10, limit: 5).count == 2)
  }
}
