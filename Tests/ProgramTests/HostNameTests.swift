import DNSWire
import TestSupport
import Testing

/// Pools of host names that are resolved by another server, which is a second `sextant serve`.
@Suite("Resolved host names", .ownThreads, .timeLimit(.minutes(5))) struct HostNameTests {
  /// The zone `example.net.` of the other server.
  private static func upstream(_ lines: String, serial: Int = 1) -> [String: String] {
    ["example.net.zone": NameServer.zone(lines, serial: serial)]
  }

  /// A server for `example.com.` that resolves by another one.
  private static func server(_ steering: String, by upstream: Endpoint) throws -> NameServer {
    let folder = TemporaryFolder()
    try folder.write("zones/example.com.zone", NameServer.zone(steering))
    try folder.write(
      "sextant.yaml", "resolver: {servers: ['127.0.0.1:1', '\(upstream)'], timeout: 1s}\n")
    return try NameServer(
      options: ["--config", folder.path("sextant.yaml"), "--admin", "127.0.0.1:0"], in: folder)
  }

  /// Waits until a name has these A records, with no answer of another kind before than `old`.
  private func wait(
    for new: Set<String>, insteadOf old: Set<String>, at name: String, _ client: Client
  ) throws {
    _ = try eventually("\(new) at \(name)") {
      let found = Set(try client.ask(name).answers("A"))
      if found == new { return true }
      guard found == old else { throw Failure("\(name) is answered with \(found)") }
      return nil
    }
  }

  @Test("an apex has the addresses of a host, follows them, and keeps them when nobody resolves")
  func apex() throws {
    let up = try NameServer(
      Self.upstream(
        """
        cdn 60 CNAME real
        real 5 A 192.0.2.1
        real 5 A 192.0.2.2
        real 5 AAAA 2001:db8::1
        """))
    let server = try Self.server(
      """
      $POOL cdn answer=resolve ( cdn.example.net. )
      $POOL rest ( 203.0.113.1 )
      @ 60 MX 10 ns1
      @ 60 STEER failover cdn rest
      """, by: up.endpoint)
    let client = try server.client()
    // They are there before the first answer is.
    let first = try client.ask("example.com.")
    #expect(Set(first.answers("A")) == ["192.0.2.1", "192.0.2.2"])
    #expect(first.answerTTLs == [5, 5])
    #expect(try client.ask("example.com.", .aaaa).answers("AAAA") == ["2001:db8::1"])
    #expect(try client.ask("example.com.", .mx).answerTTLs == [60])
    #expect(try client.ask("example.com.", .ns).answer.count == 1)

    for (name, text) in Self.upstream("cdn 60 CNAME new\nnew 5 A 192.0.2.7", serial: 2) {
      try up.folder.write("zones/\(name)", text)
    }
    try up.reload()
    try wait(
      for: ["192.0.2.7"], insteadOf: ["192.0.2.1", "192.0.2.2"], at: "example.com.", client)
    try server.program.wait(for: "info host cdn.example.net.: A 192.0.2.7, TTL 5")
    try server.program.wait(for: "warning host cdn.example.net.: no AAAA any more: it has none")

    #expect(try up.stop().status == 0)
    try server.program.wait(for: "host cdn.example.net.: A not resolved: ")
    #expect(try client.ask("example.com.").answers("A") == ["192.0.2.7"])
    // A reload keeps what is known.
    try server.reload()
    let stale = try client.ask("example.com.")
    #expect(stale.answers("A") == ["192.0.2.7"] && stale.answerTTLs == [5])

    let again = try NameServer(
      Self.upstream("cdn 5 A 192.0.2.8", serial: 3), listen: ["\(up.endpoint)"])
    // A reload also asks again at once.
    try server.reload()
    try wait(for: ["192.0.2.8"], insteadOf: ["192.0.2.7"], at: "example.com.", client)
    try again.folder.write(
      "zones/example.net.zone", NameServer.zone("other 5 A 192.0.2.9", serial: 4))
    try again.reload()
    // The name is gone, so the host is down, and the next pool serves.
    try wait(for: ["203.0.113.1"], insteadOf: ["192.0.2.8"], at: "example.com.", client)
    try server.program.wait(for: "no A any more: the name does not exist")
    try server.program.wait(for: "pool cdn (example.com.) is down")
    #expect(try server.stop().status == 0)
  }

  @Test("weights, health of the host, and a host that comes with a reload")
  func pools() throws {
    let up = try NameServer(
      Self.upstream(
        """
        a 60 A 192.0.2.1
        a 60 A 192.0.2.2
        b 60 A 192.0.2.3
        c 60 A 192.0.2.4
        v6 60 AAAA 2001:db8::1
        """))
    let pools = """
      $POOL w select=weighted answers=1 answer=resolve (
        a.example.net. weight=2  b.example.net. weight=1  none.example.net. weight=7
        c.example.net. weight=5 state=drain )
      $POOL six answer=resolve ( v6.example.net. )
      $POOL none answer=resolve ( none.example.net. )
      w   30 STEER failover w
      six 30 STEER failover six
      out 30 STEER failover none when-down=nodata
      quick 90 STEER failover six when-down=nodata

      """
    let server = try Self.server(pools, by: up.endpoint)
    let client = try server.client()
    let counts = try client.counts("w.example.com.", queries: 3000)
    #expect(counts.count == 3)
    for last in 1...3 {
      #expect(abs(counts["192.0.2.\(last)", default: 0] - 1000) < 150, "\(counts)")
    }
    #expect(try client.ask("six.example.com.", .aaaa).answers("AAAA") == ["2001:db8::1"])
    let nodata = try client.ask("six.example.com.")
    #expect(nodata.codeName == "NOERROR" && nodata.answer.isEmpty)
    #expect(try client.ask("out.example.com.").answer.isEmpty)
    #expect(
      server.program.lines(
        with: "warning host none.example.net.: no address: the name does not exist"
      ).count == 1)

    let admin = try server.adminAddress()
    for (name, parts) in [
      ("w", ["w is up: 2 of 3 hosts have addresses", "  none.example.net. has no address"]),
      ("out", ["none is down: 0 of 1 hosts have addresses", "nothing is up: when-down=nodata"]),
      ("quick", ["TTL      60: that of the addresses that hosts of the pool have"]),
    ] {
      let asked = ["explain", "\(name).example.com", "--client", "192.0.2.1"]
      let running = try Program.run(asked + ["--admin", admin])
      for part in parts { #expect(running.output.contains(part), "\(running)") }
      let files = try Program.run(asked, in: server.folder.path)
      #expect(files.output.contains("is up: its hosts are not looked up"), "\(files)")
    }

    let more = """
      $POOL c answer=resolve ( c.example.net. )
      later 30 STEER failover c when-down=nodata

      """
    try server.folder.write("zones/example.com.zone", NameServer.zone(pools + more, serial: 2))
    try server.reload()
    #expect(try client.first("later.example.com.") == "192.0.2.4")
    #expect(server.program.lines(with: "host a.example.net.: A ").count == 1)
  }

  @Test("names that a server resolves by itself, in a circle, are no addresses and no harm")
  func circle() throws {
    // The port is free once this one has ended.
    let place = try NameServer(Self.upstream("cdn 60 A 192.0.2.1"))
    let port = place.endpoint
    #expect(try place.stop().status == 0)
    let folder = TemporaryFolder()
    try folder.write(
      "zones/example.com.zone",
      NameServer.zone(
        """
        $POOL a answer=resolve ( b )
        $POOL b answer=resolve ( a )
        $POOL self answer=resolve ( self )
        a    60 STEER failover a
        b    60 STEER failover b
        self 60 STEER failover self
        self 60 A 192.0.2.5
        """))
    try folder.write("sextant.yaml", "resolver: {servers: '\(port)', timeout: 1s}\n")
    let server = try NameServer(
      listen: ["\(port)"], options: ["--config", folder.path("sextant.yaml")], in: folder)
    let client = try server.client()
    #expect(try client.ask("a.example.com.").codeName == "SERVFAIL")
    #expect(try client.first("self.example.com.") == "192.0.2.5")
    #expect(
      server.program.lines(with: "is to have the addresses that it is itself resolved to").count
        == 1)
    #expect(try server.stop().status == 0)
  }
}
