import DNSWire
import TestSupport
import Testing

/// Back ends that die and come back while the server is asked.
@Suite("Failover", .ownThreads, .timeLimit(.minutes(5))) struct FailoverTests {
  private static let interval = Duration.milliseconds(800)
  private static let timeout = Duration.milliseconds(600)
  private static let grace = Duration.milliseconds(500)

  /// Asks until the answer is `expected`; how long that took. Any answer but that and `before` is an error.
  private func time(
    until expected: String, insteadOf before: String, at name: String, _ client: Client,
    since start: ContinuousClock.Instant
  ) throws -> Duration {
    try eventually(within: .seconds(15), "\(expected) at \(name)") {
      let answer = try client.first(name)
      let end = ContinuousClock.now
      if answer == expected { return end - start }
      guard answer == before else { throw Failure("\(name) is answered with \(answer)") }
      return nil
    }
  }

  @Test("A killed primary is replaced and comes back in time, with one line each in the log")
  func killedAndRevived() throws {
    let primary = try BackEnd("127.0.4.1")
    let second = try BackEnd("127.0.4.2")
    let server = try NameServer(
      zone: """
        $CHECK web http path=/health expect=200 body="ready" interval=800ms timeout=600ms fall=2 rise=3
        $POOL one check=web ( 127.0.4.1 port=\(primary.port) )
        $POOL two check=web ( 127.0.4.2 port=\(second.port) )
        pay 60 STEER failover one two
        """)
    let client = try server.client()
    #expect(try client.first("pay.example.com.") == "127.0.4.1")
    var start = ContinuousClock.now
    primary.kill()
    let fall = try time(
      until: "127.0.4.2", insteadOf: "127.0.4.1", at: "pay.example.com.", client, since: start)
    #expect(fall <= Self.interval * 2 + Self.timeout + Self.grace)
    try server.program.wait(for: "pool one (example.com.) is down")
    start = .now
    try primary.revive()
    let rise = try time(
      until: "127.0.4.1", insteadOf: "127.0.4.2", at: "pay.example.com.", client, since: start)
    #expect(rise <= Self.interval * 3 + Self.timeout + Self.grace)
    try server.program.wait(for: "pool one (example.com.) is up")
    print("failover after \(fall), back after \(rise)")
    #expect(try server.stop().status == 0)
    let changes = server.program.lines(with: "health: ").map { $0.drop { $0 != " " }.dropFirst() }
    let target = "health: web 127.0.4.1 port \(primary.port) (example.com.)"
    #expect(changes.count == 2)
    #expect(changes.first == "warning \(target) is down: connection refused")
    #expect(changes.last?.hasPrefix("info \(target) is up: HTTP status 200 in ") == true)
  }

  @Test("A primary that falls silent, or says that it is not well, is replaced in time")
  func silentAndIll() throws {
    let silent = try SilentBackEnd("127.0.4.4")
    let ill = try BackEnd("127.0.4.5")
    let well = try BackEnd("127.0.4.6")
    let server = try NameServer(
      zone: """
        $CHECK web http path=/health expect=200 interval=800ms timeout=600ms fall=2 rise=2
        $POOL mute check=web ( 127.0.4.4 port=\(silent.port) )
        $POOL ill  check=web ( 127.0.4.5 port=\(ill.port) )
        $POOL well check=web ( 127.0.4.6 port=\(well.port) )
        pay 60 STEER failover mute ill well
        """)
    let client = try server.client()
    // The first probe decides, so the silent one never gets a client.
    #expect(try client.first("pay.example.com.") == "127.0.4.5")
    try server.program.wait(for: "is down: no answer within 600 ms")
    let start = ContinuousClock.now
    try ill.post("/down")
    let fall = try time(
      until: "127.0.4.6", insteadOf: "127.0.4.5", at: "pay.example.com.", client, since: start)
    #expect(fall <= Self.interval * 2 + Self.timeout + Self.grace)
    try server.program.wait(for: "is down: HTTP status 503, expected 200")
  }

  @Test("With all dead, each name does what its when-down says")
  func allDead() throws {
    let dead = try DeadPort("127.0.4.7")
    let server = try NameServer(
      zone: """
        $CHECK probe tcp port=\(dead.port) interval=1s timeout=500ms fall=1
        $POOL p check=probe ( 127.0.4.7  2001:db8::7 check=probe )
        $POOL q check=probe ( 127.0.4.7 )
        plain    60/5 STEER failover p
        plain    90 A 192.0.2.9
        bare     60 STEER failover p
        all      60 STEER failover p when-down=all
        all      60 A 192.0.2.9
        nodata   60 STEER failover p q when-down=nodata
        servfail 60 STEER failover p when-down=servfail
        """)
    let client = try server.client()
    let plain = try client.ask("plain.example.com.")
    #expect(plain.answers("A") == ["192.0.2.9"])
    #expect(plain.answerTTLs == [5])
    #expect(try client.ask("bare.example.com.").answers("A") == ["127.0.4.7"])
    #expect(try client.ask("bare.example.com.", .aaaa).answers("AAAA") == ["2001:db8::7"])
    #expect(try client.ask("all.example.com.").answers("A") == ["127.0.4.7"])
    let nodata = try client.ask("nodata.example.com.")
    #expect(nodata.codeName == "NOERROR" && nodata.answer.isEmpty)
    #expect(nodata.authority.count == 1 && nodata.authority[0].contains(" SOA "))
    let servfail = try client.ask("servfail.example.com.")
    #expect(servfail.codeName == "SERVFAIL" && servfail.answer.isEmpty)
  }
}
