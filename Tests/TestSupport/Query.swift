import Addresses
import DNSWire

/// A query to be sent, in wire form.
public struct Query: Sendable {
  /// The octets.
  public var octets: [UInt8]

  /// A query; `edns` is the payload size, `subnet` a client subnet (`ADDRESS/LENGTH`), which asks for EDNS.
  public init(
    _ name: String, _ type: RecordType = .a, id: UInt16 = 0x1234, flags: UInt16 = 0,
    recordClass: UInt16 = 1, edns: Int? = nil, wantsSignatures: Bool = false, version: UInt8 = 0,
    subnet: String? = nil, options: [UInt8] = []
  ) {
    octets = []
    append(id)
    append(flags)
    append(1)
    append(0)
    append(0)
    let hasEDNS = edns != nil || subnet != nil || !options.isEmpty || version > 0 || wantsSignatures
    append(hasEDNS ? 1 : 0)
    octets += (DomainName(name) ?? .root).wire
    append(type.rawValue)
    append(recordClass)
    guard hasEDNS else { return }
    var data = options
    if let subnet, let prefix = try? IPPrefix(parsing: subnet) {
      let address = prefix.address.octets.prefix((prefix.length + 7) / 8)
      data += [0, 8, 0, UInt8(4 + address.count), 0, prefix.address.isIPv4 ? 1 : 2]
      data += [UInt8(prefix.length), 0] + address
    }
    octets += [0, 0, 41]
    append(UInt16(edns ?? 1232))
    octets += [0, version, wantsSignatures ? 0x80 : 0, 0]
    append(UInt16(data.count))
    octets += data
  }

  private mutating func append(_ value: UInt16) {
    octets += [UInt8(value >> 8), UInt8(value & 255)]
  }
}
