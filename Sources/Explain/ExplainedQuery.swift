import Addresses
import DNSWire

/// A query with a client subnet option (RFC 7871 §6), in wire form.
struct ExplainedQuery {
  private(set) var octets: [UInt8]

  init(_ name: DomainName, _ type: RecordType, client: IPAddress) {
    let address = client.octets
    let subnet = [0, client.isIPv4 ? 1 : 2, UInt8(client.bitWidth), 0] + address
    octets = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1] + name.wire
    octets += [UInt8(type.rawValue >> 8), UInt8(type.rawValue & 255), 0, 1]
    octets += [0, 0, 41, 0xFF, 0xFF, 0, 0, 0, 0, 0, UInt8(4 + subnet.count)]
    octets += [0, 8, 0, UInt8(subnet.count)] + subnet
  }

  /// The scope prefix length in the OPT at the end of a reply; nil where there is none. The server's OPT is the
  /// last record and has a root owner.
  static func scope(ofReply octets: [UInt8]) -> Int? {
    // The option's code and length stand before FAMILY, and the source prefix length before the scope.
    for family in [UInt8(1), 2] {
      let width = family == 1 ? 4 : 16
      let pattern: [UInt8] = [0, 8, 0, UInt8(4 + width), 0, family, UInt8(width * 8)]
      guard octets.count > pattern.count + width else { continue }
      let start = octets.count - pattern.count - 1 - width
      for at in stride(from: start, through: max(0, start - 512), by: -1)
      where octets[at..<(at + pattern.count)].elementsEqual(pattern) {
        return Int(octets[at + pattern.count])
      }
    }
    return nil
  }
}
