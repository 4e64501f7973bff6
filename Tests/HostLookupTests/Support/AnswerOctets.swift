import Addresses
import DNSWire

@testable import HostLookup

/// An answer in wire form, put together record by record, names uncompressed.
struct AnswerOctets {
  private(set) var octets: [UInt8]

  /// An answer to a question, with a header's second word: 0x8180 is NOERROR by a resolver.
  init(to question: HostQuestion, id: [UInt8] = [0, 0], flags: UInt16 = 0x8180) {
    octets = id + [UInt8(flags >> 8), UInt8(flags & 0xFF), 0, 1, 0, 0, 0, 0, 0, 0]
    octets += question.name.wire + [0, UInt8(question.type.rawValue), 0, 1]
  }

  /// With one more record in the answer section, or in that of authority.
  func with(
    _ owner: String, _ type: RecordType, ttl: UInt32, _ data: [UInt8], isAuthority: Bool = false
  ) -> AnswerOctets {
    var copy = self
    copy.octets[isAuthority ? 9 : 7] += 1
    copy.octets += name(owner).wire + [0, UInt8(type.rawValue), 0, 1]
    copy.octets += (0..<4).map { UInt8(truncatingIfNeeded: ttl >> (24 - 8 * $0)) }
    copy.octets += [UInt8(data.count >> 8), UInt8(data.count & 0xFF)] + data
    return copy
  }

  /// With one more A or AAAA record.
  func with(_ owner: String, _ address: String, ttl: UInt32 = 60) -> AnswerOctets {
    let address = IPAddress(address) ?? IPAddress(ipv4: 0)
    return with(owner, address.isIPv4 ? .a : .aaaa, ttl: ttl, address.octets)
  }

  /// With one more CNAME.
  func with(_ owner: String, alias target: String, ttl: UInt32 = 60) -> AnswerOctets {
    with(owner, .cname, ttl: ttl, name(target).wire)
  }

  /// With a SOA in the authority section.
  func withSOA(ttl: UInt32, minimum: UInt8) -> AnswerOctets {
    let numbers: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, minimum]
    return with("example.net.", .soa, ttl: ttl, [0, 0] + numbers, isAuthority: true)
  }
}

/// The name of a text.
func name(_ text: String) -> DomainName { DomainName(text) ?? .root }

/// A question for A, or AAAA.
func question(_ text: String, isIPv6: Bool = false) -> HostQuestion {
  HostQuestion(name: name(text), isIPv6: isIPv6)
}

/// Addresses in their texts' order.
func addresses(_ texts: String...) -> [IPAddress] { texts.compactMap { IPAddress($0) } }
