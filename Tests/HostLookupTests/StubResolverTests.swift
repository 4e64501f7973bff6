import Addresses
import DNSWire
import Foundation
import LinuxSystem
import Synchronization
import Testing

@testable import HostLookup

/// Real sockets, to servers on loopback that answer as the test says.
@Suite("The stub resolver", .timeLimit(.minutes(5)))
struct StubResolverTests {
  private let www = question("www.example.net.")

  private func settings(
    _ servers: [ScriptedResolver], timeout: Duration = .seconds(10)
  ) -> ResolverSettings {
    var settings = ResolverSettings()
    settings.servers = servers.map(\.address)
    settings.timeout = timeout
    return settings
  }

  /// What comes of a question.
  private func outcome(_ question: HostQuestion, _ settings: ResolverSettings) throws
    -> LookupOutcome
  {
    let resolver = try StubResolver()
    resolver.start(question, settings)
    while true {
      if let result = resolver.wait(until: nil).first {
        #expect(result.question == question && resolver.count == 0)
        return result.outcome
      }
    }
  }

  private func answer(
    _ question: HostQuestion, _ query: ScriptedResolver.Query, _ address: String,
    flags: UInt16 = 0x8180
  ) -> [UInt8] {
    AnswerOctets(to: question, id: query.id, flags: flags)
      .with("\(question.name)", address, ttl: 70).octets
  }

  @Test(
    "A and AAAA are asked for with RD, of servers of both families",
    arguments: ["127.0.0.1", "::1"])
  func plain(place: String) throws {
    for (question, address) in [(www, "192.0.2.1"), (www.other, "2001:db8::1")] {
      let server = try ScriptedResolver(place) { [answer(question, $0, address)] }
      let expected = LookupOutcome.addresses(addresses(address), ttl: 70)
      #expect(try outcome(question, settings([server])) == expected)
      let query = try #require(server.received.first)
      #expect(server.received.count == 1 && !query.isOverTCP)
      #expect(query.type == (question.isIPv6 ? 28 : 1))
      #expect(Array(query.octets[2..<12]) == [1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    }
  }

  @Test("what does not fit comes over TCP")
  func truncated() throws {
    let server = try ScriptedResolver { query in
      query.isOverTCP
        ? [answer(www, query, "192.0.2.7")]
        : [AnswerOctets(to: www, id: query.id, flags: 0x8380).octets]
    }
    #expect(
      try outcome(www, settings([server])) == .addresses(addresses("192.0.2.7"), ttl: 70))
    #expect(server.received.map(\.isOverTCP) == [false, true])
  }

  @Test("where one resolver is silent, gone, or fails, the next is asked")
  func next() throws {
    let good = try ScriptedResolver { [answer(www, $0, "192.0.2.7")] }
    let silent = try ScriptedResolver { _ in [] }
    let failing = try ScriptedResolver { [AnswerOctets(to: www, id: $0.id, flags: 0x8182).octets] }
    let refusing = try ScriptedResolver { [AnswerOctets(to: www, id: $0.id, flags: 0x8185).octets] }
    var chosen = settings([failing, refusing, silent, good], timeout: .milliseconds(100))
    let expected = LookupOutcome.addresses(addresses("192.0.2.7"), ttl: 70)
    #expect(try outcome(www, chosen) == expected)
    // Nobody listens on the port of a server that has gone.
    chosen.servers = [try ScriptedResolver { _ in [] }.address, good.address]
    #expect(try outcome(www, chosen) == expected)
  }

  @Test("where none answers, that is said")
  func none() throws {
    let silent = try ScriptedResolver { _ in [] }
    #expect(
      try outcome(www, settings([silent], timeout: .milliseconds(50)))
        == .failure("no resolver answered in time"))
    #expect(silent.received.count == 2)
    let failing = try ScriptedResolver { [AnswerOctets(to: www, id: $0.id, flags: 0x8182).octets] }
    #expect(
      try outcome(www, settings([failing]))
        == .failure("each resolver failed, refused or was not reached"))
  }

  @Test("answers to another ID or another question are passed over")
  func forged() throws {
    let other = question("www.example.org.")
    let server = try ScriptedResolver { query in
      var wrong = query
      wrong.octets[1] &+= 1
      return [
        answer(www, wrong, "192.0.2.66"), answer(other, query, "192.0.2.66"), [],
        Array(query.octets.prefix(12)), answer(www, query, "192.0.2.7"),
      ]
    }
    #expect(
      try outcome(www, settings([server])) == .addresses(addresses("192.0.2.7"), ttl: 70))
  }

  @Test("each question leaves from a port of its own, with an ID of its own")
  func unpredictable() throws {
    let server = try ScriptedResolver { [answer(www, $0, "192.0.2.7")] }
    for _ in 0..<20 { _ = try outcome(www, settings([server])) }
    #expect(Set(server.received.map(\.id)).count > 15)
  }

  @Test("a monitor resolves more hosts than it asks for at once")
  func monitor() throws {
    let names = (0..<150).map { name("h\($0).example.net.") }
    let server = try ScriptedResolver { query in
      let end = query.octets.dropFirst(12).firstIndex(of: 0) ?? 12
      guard let name = DomainName(wire: query.octets[12...end]) else { return [] }
      let question = HostQuestion(name: name, isIPv6: query.type == 28)
      return question.isIPv6
        ? [AnswerOctets(to: question, id: query.id).withSOA(ttl: 60, minimum: 60).octets]
        : [answer(question, query, "192.0.2.\(name.wire[2])")]
    }
    let noted = Mutex<[String]>([])
    let monitor = HostMonitor(settings: settings([server])) { changes in
      noted.withLock { $0 += changes.compactMap { $0.note?.text } }
    }
    #expect(monitor.isSettled)
    monitor.replaceHosts(Set(names), settings: settings([server]))
    #expect(!monitor.isSettled)
    try monitor.start()
    let end = ContinuousClock.now + .seconds(20)
    while !monitor.isSettled, ContinuousClock.now < end { usleep(1000) }
    #expect(monitor.isSettled)
    for name in names {
      let expected = addresses("192.0.2.\(name.wire[2])")
      #expect(monitor.addresses(of: name) == HostAddresses(expected, ttl: 70))
    }
    #expect(noted.withLock(\.count) == 150)
    #expect(server.received.count == 300)
    monitor.stop()
  }
}
