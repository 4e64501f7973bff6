import Addresses
import Testing

struct AddressTests {
  /// Text forms (RFC 4291 §2.2) and the recommended one (RFC 5952).
  @Test(arguments: [
    ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
    ("::", "::"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
    ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
  ])
  func textForms(_ text: String, _ expected: String) throws {
    let address = try #require(IPAddress(text))
    #expect(address.description == expected)
    #expect(IPAddress(octets: address.octets) == address)
  }

  @Test(arguments: ["", "192.0.2", "192.0.2.256", "192.0.2.1/24", "example.com", ":::", "2001:db8"])
  func whatIsNoAddress(_ text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test func mappedAddressesAreIPv4() throws {
    let mapped = try #require(IPAddress("::ffff:192.0.2.1"))
    #expect(!mapped.isIPv4)
    #expect(mapped.canonical == IPAddress("192.0.2.1"))
    let compatible = try #require(IPAddress("::192.0.2.1"))
    #expect(compatible.canonical == compatible)
  }

  @Test(arguments: [
    ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false),
    ("0.0.0.0/0", "203.0.113.9", true), ("192.0.2.7/32", "192.0.2.7", true),
    ("0.0.0.0/0", "::", false), ("::/0", "2001:db8::", true),
    ("2001:db8::/63", "2001:db8:0:1::9", true), ("2001:db8::/65", "2001:db8::8000:0:0:0", false),
  ])
  func networksContain(_ network: String, _ address: String, _ isInside: Bool) throws {
    let prefix = try IPPrefix(parsing: network)
    #expect(prefix.contains(try #require(IPAddress(address))) == isInside)
    #expect(prefix.description == network)
  }

  @Test(arguments: [
    "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/+4", "/24", "2001:db8::/129", "x/8",
  ])
  func whatIsNoNetwork(_ text: String) {
    #expect(throws: IPPrefix.ParseError.malformed) { try IPPrefix(parsing: text) }
  }

  @Test func bitsBehindThePrefixAreToldOf() throws {
    let meant = try IPPrefix(parsing: "192.0.2.0/24")
    #expect(throws: IPPrefix.ParseError.hostBits(meant)) { try IPPrefix(parsing: "192.0.2.1/24") }
  }
}
