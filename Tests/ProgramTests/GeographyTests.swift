import Addresses
import DNSWire
import Foundation
import GeoDatabase
import TestSupport
import Testing

/// Where clients are sent, by MaxMind's test databases and the JSON that they were made from, and by a
/// database of the program's own making.
@Suite("Geography", .ownThreads, .timeLimit(.minutes(5))) struct GeographyTests {
  private static func database(_ name: String) -> String {
    "\(TestData.folder)/mmdb/test-data/\(name).mmdb"
  }

  @Test(
    "Every network of the City database goes where the JSON says, and so does all of its scope",
    .enabled(if: TestData.isThere))
  func everyPlace() throws {
    let truth = try GeoTruth("GeoIP2-City-Test")
    let zone = GeoZone([truth])
    let server = try NameServer(zone: zone.text, geoip: [Self.database("GeoIP2-City-Test")])
    let client = try server.client()
    #expect(truth.networks.count > 200)
    for network in truth.networks.keys {
      for address in network.sample(1) {
        let matchers = truth.matchers(of: address)
        for name in zone.names {
          try check(name, address, expected: zone.expected(name, matchers), client)
        }
      }
    }
    for outside in ["192.0.2.1", "10.1.2.3", "2001:db8::1", "fe80::1"] {
      #expect(try client.first("all.example.com.", subnet: host(outside)) == "10.255.255.255")
    }
  }

  /// Asks for one client, and then for others within the scope of the answer.
  private func check(
    _ name: String, _ address: IPAddress, expected: String, _ client: Client
  ) throws {
    let message = try client.ask("\(name).example.com.", subnet: host("\(address)"))
    #expect(message.answers("A") == [expected], "\(name) for \(address)")
    let subnet = try #require(message.subnet)
    #expect(subnet.source == address.bitWidth)
    for neighbour in IPPrefix(address, length: subnet.scope).sample(1) {
      let other = try client.ask("\(name).example.com.", subnet: host("\(neighbour)"))
      #expect(
        other.answers("A") == [expected] && other.subnet?.scope == subnet.scope,
        "\(name): \(neighbour) is in the scope /\(subnet.scope) of \(address)")
    }
  }

  private func host(_ address: String) -> String {
    "\(address)/\(address.contains(":") ? 128 : 32)"
  }

  @Test("Without ECS the packet's source decides", .enabled(if: TestData.isThere))
  func everySource() throws {
    let truth = try GeoTruth("GeoIP2-City-Test")
    let zone = GeoZone([truth])
    let database = try GeoDatabase(path: Self.database("GeoIP2-City-Test"))
    let engine = try Engine(
      "example.com.", NameServer.zone(zone.text), databases: GeoDatabases([database]))
    for network in truth.networks.keys {
      for address in network.sample(2) {
        let expected = zone.expected("all", truth.matchers(of: address))
        let message = try engine.ask("all.example.com.", from: "\(address)", edns: 1232)
        #expect(message.answers("A") == [expected], "\(address)")
        #expect(message.subnet == nil)
      }
    }
  }

  @Test("A second database adds autonomous systems", .enabled(if: TestData.isThere))
  func systems() throws {
    let places = try GeoTruth("GeoIP2-City-Test")
    let systems = try GeoTruth("GeoLite2-ASN-Test")
    let zone = GeoZone([places, systems])
    let server = try NameServer(
      zone: zone.text,
      geoip: ["GeoIP2-City-Test", "GeoLite2-ASN-Test"].map(Self.database))
    let client = try server.client()
    #expect(systems.networks.count > 500)
    for network in Set(systems.networks.keys).union(places.networks.keys) {
      for address in network.sample(0) {
        let matchers = places.matchers(of: address).merging(systems.matchers(of: address)) { $1 }
        for name in ["asn", "all"] {
          try check(name, address, expected: zone.expected(name, matchers), client)
        }
      }
    }
  }

  @Test("Clients of this machine, by a database that the program built from CSV")
  func builtFromCSV() throws {
    let folder = TemporaryFolder()
    try folder.write(
      "places.csv",
      """
      network,continent,country,city,asn
      127.0.3.0/24,EU,DE,2925533,64500
      127.0.4.0/24,EU,FR,,64501
      127.0.5.0/24,AS,IN,1275339,64502
      127.0.5.64/26,AS,JP,1850147,64503
      2001:db8::/32,OC,AU,,64504
      """)
    let built = try Program.run(
      "geoip", "build", folder.path("places.csv"), "-o", folder.path("places.mmdb"))
    #expect(built.status == 0 && built.errors.isEmpty, "\(built)")
    let server = try NameServer(
      zone: """
        $POOL frankfurt ( 192.0.2.1 )
        $POOL europe ( 192.0.2.2 )
        $POOL asia ( 192.0.2.3 )
        $POOL harbour ( 192.0.2.4 )
        $POOL oceania ( 192.0.2.5 )
        $POOL elsewhere ( 192.0.2.6 )
        $MAP where (
          city:2925533 -> frankfurt
          continent:EU -> europe
          country:IN,JP -> asia
          asn:64503 -> harbour
          continent:OC -> oceania
          default -> elsewhere )
        here 60 STEER geo map=where
        """, geoip: [folder.path("places.mmdb")], listen: ["127.0.0.1:0", "[::1]:0"])
    for (source, expected) in [
      ("127.0.3.1", "192.0.2.1"), ("127.0.3.255", "192.0.2.1"), ("127.0.4.9", "192.0.2.2"),
      ("127.0.5.63", "192.0.2.3"), ("127.0.5.64", "192.0.2.4"), ("127.0.5.127", "192.0.2.4"),
      ("127.0.5.128", "192.0.2.3"), ("127.0.6.1", "192.0.2.6"), ("127.0.0.1", "192.0.2.6"),
    ] {
      let client = try server.client(from: source)
      #expect(try client.first("here.example.com.") == expected, "from \(source)")
      // The client's own network, where it is given, beats the packet's source.
      #expect(try client.first("here.example.com.", subnet: "127.0.3.0/24") == "192.0.2.1")
      let without = try client.ask("here.example.com.", subnet: "0.0.0.0/0")
      #expect(without.answers("A") == [expected])
      #expect(without.subnet?.scope == 0)
    }
    let six = try Client(server.endpoints[1])
    #expect(try six.first("here.example.com.") == "192.0.2.6")
    #expect(try six.first("here.example.com.", subnet: "2001:db8:7::/48") == "192.0.2.5")
  }
}
