import DNSWire
import TestSupport
import Testing

/// Scopes, and zones whose answers do not follow the client subnet (RFC 7871 §7.2.1).
@Suite("Client subnets") struct ClientSubnetTests {
  static let zone = """
    $TTL 300
    @ SOA ns1 hostmaster 1 7200 1800 1209600 120
    @ NS ns1
    ns1 A 192.0.2.53
    www A 192.0.2.80
    $SITE us
    $SITE eu
    $POOL api@us ( 203.0.113.1 )
    $POOL api@eu ( 198.51.100.1 )
    $MAP world ( net:10.0.0.0/8 -> us default -> eu )
    geo 60 STEER geo map=world pools=api
    $MAP six ( net:2001:db8::/32 -> us default -> eu )
    six 60 STEER geo map=six pools=api

    """

  @Test(
    "the scope is in bits of the address that came, in whichever form",
    arguments: [
      ("geo", "10.2.3.0/24", true, 8), ("geo", "11.2.3.0/24", false, 8),
      ("geo", "::ffff:10.2.3.0/120", true, 104), ("geo", "2002:a02:300::/40", true, 24),
      // Nobody with another list is nearer than 6to4; or, for ::1, than the mapped addresses.
      ("geo", "2001:db8::/32", false, 15), ("geo", "::1/128", false, 81),
      // All of IPv4 has one list, but not all of IPv6.
      ("six", "10.2.3.0/24", false, 0), ("six", "::ffff:10.2.3.0/120", false, 3),
      ("six", "2002:a02:300::/40", false, 15), ("six", "2001:db8::/32", true, 32),
    ] as [(String, String, Bool, Int)])
  func scopes(name: String, client: String, isInside: Bool, scope: Int) throws {
    let engine = try Engine([("example.com.", Self.zone)])
    let message = try engine.ask("\(name).example.com.", subnet: client)
    #expect(message.answers("A") == [isInside ? "203.0.113.1" : "198.51.100.1"])
    #expect(message.subnet?.scope == scope)
  }

  @Test(
    "off: the option is sent back with scope 0, and the packet's source decides",
    arguments: [
      (true, "192.0.2.1", "203.0.113.1", 8), (false, "192.0.2.1", "198.51.100.1", 0),
      (false, "10.1.1.1", "203.0.113.1", 0),
    ])
  func steered(isOn: Bool, peer: String, address: String, scope: Int) throws {
    let engine = try Engine([("example.com.", Self.zone)], usesClientSubnet: isOn)
    let message = try engine.ask("geo.example.com.", from: peer, subnet: "10.2.3.0/24")
    #expect(message.answers("A") == [address])
    let subnet = try #require(message.subnet)
    #expect(subnet.source == 24)
    #expect(subnet.scope == scope)
    #expect(subnet.address == [10, 2, 3])
  }

  @Test("no option is sent back where none came")
  func none() throws {
    let engine = try Engine([("example.com.", Self.zone)], usesClientSubnet: false)
    #expect(try engine.ask("geo.example.com.", edns: 1232).subnet == nil)
  }
}
