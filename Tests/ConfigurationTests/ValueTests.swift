import Addresses
import Configuration
import DNSWire
import HostLookup
import QueryEngine
import Testing
import Transport

/// What is written is what is set.
@Suite("Values") struct ValueTests {
  @Test(
    "an empty file, and empty sections, are the defaults",
    arguments: ["", "# nothing\n", "udp:\ntcp: ~\n", "---\n...\n"])
  func nothing(text: String) { #expect(settings(text) == ServeSettings()) }

  @Test("every setting can be set")
  func all() throws {
    let read = try #require(
      settings(
        """
        listen: ["192.0.2.53:53", "[2001:db8::53]:53"]
        workers: 4
        user: nsd
        zones: /etc/sextant/zones
        geoip: [a.mmdb, b.mmdb]
        country-centres: centres.csv
        state: /var/lib/sextant
        identity: ams1
        version: off
        udp: {payload-size: 4096}
        tcp:
          connections: 20
          connections-per-network: 5
          idle-timeout: 1m30s
          message-timeout: 5
        edns:
          client-subnet: yes
          client-subnet-except: example.net
        cookies:
          secret: e5e973e5a6b2a43f48e7dc849e37bfcf
          previous-secret: DD3BDF9344B678B185A6F5CB60FCA715
        rate-limit:
          answers-per-second: 7
          octets-per-second: 50000
          window: 1m
          slip: 3
          ipv4-prefix: 20
          ipv6-prefix: 48
          exempt: [192.0.2.0/24, "2001:db8::1"]
          log-only: on
        resolver:
          servers: [192.0.2.1, "192.0.2.2:5353", 2001:db8::1, "[2001:db8::1]:5353"]
          timeout: 5s

        """))
    var expected = ServeSettings()
    expected.listen = [
      try ListenAddress(parsing: "192.0.2.53:53"), try ListenAddress(parsing: "[2001:db8::53]:53"),
    ]
    expected.workers = 4
    expected.user = "nsd"
    expected.zones = "/etc/sextant/zones"
    expected.geoip = ["a.mmdb", "b.mmdb"]
    expected.countryCentres = "centres.csv"
    expected.state = "/var/lib/sextant"
    expected.identity = "ams1"
    expected.version = nil
    expected.transport.udpPayloadLimit = 4096
    expected.transport.tcpConnectionLimit = 20
    expected.transport.tcpNetworkLimit = 5
    expected.transport.tcpIdleTimeout = .seconds(90)
    expected.transport.tcpMessageTimeout = .seconds(5)
    expected.zonesWithoutClientSubnet = [try #require(DomainName("example.net."))]
    expected.cookieSecret = CookieSecret(
      octets: [
        0xE5, 0xE9, 0x73, 0xE5, 0xA6, 0xB2, 0xA4, 0x3F, 0x48, 0xE7, 0xDC, 0x84, 0x9E, 0x37, 0xBF,
        0xCF,
      ])
    expected.previousCookieSecret = CookieSecret(
      octets: [
        0xDD, 0x3B, 0xDF, 0x93, 0x44, 0xB6, 0x78, 0xB1, 0x85, 0xA6, 0xF5, 0xCB, 0x60, 0xFC, 0xA7,
        0x15,
      ])
    expected.rateLimit = RateLimit(
      answersPerSecond: 7, octetsPerSecond: 50_000,
      exempt: [try IPPrefix(parsing: "192.0.2.0/24"), try IPPrefix(parsing: "2001:db8::1")])
    expected.rateLimit.window = 60
    expected.rateLimit.slip = 3
    expected.rateLimit.ipv4Length = 20
    expected.rateLimit.ipv6Length = 48
    expected.rateLimit.isLogOnly = true
    expected.resolver.servers = [
      ResolverAddress(try #require(IPAddress("192.0.2.1"))),
      ResolverAddress(try #require(IPAddress("192.0.2.2")), port: 5353),
      ResolverAddress(try #require(IPAddress("2001:db8::1")), port: 53),
      ResolverAddress(try #require(IPAddress("2001:db8::1")), port: 5353),
    ]
    expected.resolver.timeout = .seconds(5)
    #expect(read == expected)
    let engine = read.engine(randomSecret: .random())
    #expect(engine.rateLimit == expected.rateLimit)
    #expect(engine.workers == 4)
  }

  @Test(
    "resolvers are written with their addresses",
    arguments: [
      ("ns.example.net", "'ns.example.net' is not an address"), ("0.0.0.0:53", "one server"),
      ("192.0.2.1:0", "one server"), ("192.0.2.1:x", "'x' is not a port"), ("[]", "1 to 8 values"),
    ])
  func resolvers(text: String, message: String) {
    let text = "resolver: {servers: \(text.hasPrefix("[") ? text : "\"\(text)\"")}\n"
    let file = file(text)
    #expect(file.settings == nil)
    #expect(file.rendered().contains(message), "\(file.rendered())")
  }

  @Test("the system's resolvers are asked where none is named, or auto")
  func systemResolvers() {
    #expect(settings("")?.resolver.servers == nil)
    #expect(settings("resolver: {servers: auto}\n")?.resolver.servers == nil)
  }

  @Test("words mean nothing special in quotes")
  func quotes() {
    #expect(settings("identity: 'off'\n")?.identity == "off")
    #expect(settings("identity: off\n")?.identity == nil)
    #expect(settings("identity: \"a\\tb\"\n")?.identity == "a\tb")
  }

  @Test(
    "YAML's words for truth",
    arguments: [
      ("on", true), ("off", false), ("True", true), ("false", false), ("YES", true), ("no", false),
    ])
  func flags(word: String, value: Bool) {
    #expect(settings("edns: {client-subnet: \(word)}")?.usesClientSubnet == value)
  }

  @Test("client subnets are used unless they are off, everywhere or for a zone")
  func clientSubnets() throws {
    let zone = try #require(DomainName("Example.net."))
    let other = try #require(DomainName("example.com."))
    let except = try #require(settings("edns: {client-subnet-except: [example.net.]}"))
    #expect(!except.usesClientSubnet(in: zone))
    #expect(except.usesClientSubnet(in: other))
    let off = try #require(settings("edns: {client-subnet: off}"))
    #expect(!off.usesClientSubnet(in: other))
  }

  @Test("answers get what is set")
  func engine() throws {
    let secret = CookieSecret.random()
    let read = try #require(
      settings("identity: x\nversion: off\nudp: {payload-size: 600}\ntcp: {idle-timeout: 2m}\n"))
    let engine = read.engine(randomSecret: secret)
    #expect(engine.identifier == "x")
    #expect(engine.version == nil)
    #expect(engine.payloadSize == 600)
    #expect(engine.keepalive == 120)
    #expect(engine.cookieSecret == secret)
  }

  @Test("a reload keeps what only a restart can change, and says so")
  func reloads() throws {
    let running = try #require(settings("listen: 127.0.0.1:53\nworkers: 2\nzones: a\n"))
    let next = try #require(
      settings("listen: 127.0.0.1:54\nworkers: 2\nzones: b\ntcp: {connections: 5}\nuser: x\n"))
    let (used, restarting) = next.reloaded(over: running)
    #expect(restarting == ["listen", "user", "tcp"])
    #expect(used.zones == "b")
    #expect(used.listen == running.listen)
    #expect(used.transport == running.transport)
    #expect(used.user == nil)
    #expect(running.reloaded(over: running).restarting == [])
  }
}
