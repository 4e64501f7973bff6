import Addresses
import DNSWire

/// Sets of a million networks.
enum Networks {
  /// How many networks a set has.
  static let count = 1_000_000

  /// Prefix lengths in about the shares that they have among the routes of the Internet, per cent.
  private static let lengths =
    Array(repeating: 24, count: 60) + Array(repeating: 23, count: 10)
    + Array(repeating: 22, count: 11) + Array(repeating: 21, count: 5)
    + Array(repeating: 20, count: 5) + Array(repeating: 19, count: 4)
    + [18, 18, 17, 16, 16]

  /// IPv4 networks anywhere in 1.0.0.0–223.255.255.255.
  static func spread(_ generator: inout RandomGenerator) -> [IPPrefix] {
    distinct(&generator) { generator in
      IPAddress(ipv4: UInt32.random(in: 1 << 24..<224 << 24, using: &generator))
    } length: { generator in
      lengths.randomElement(using: &generator) ?? 24
    }
  }

  /// IPv4 networks that crowd: most are longer than /24, and lie in a tenth of the addresses.
  static func crowded(_ generator: inout RandomGenerator) -> [IPPrefix] {
    let blocks = (0..<6000).map { _ in UInt32.random(in: 256..<224 << 8, using: &generator) << 16 }
    return distinct(&generator) { generator in
      let block = blocks.randomElement(using: &generator) ?? 0
      return IPAddress(ipv4: block | UInt32.random(in: 0...0xFFFF, using: &generator))
    } length: { generator in
      Int.random(in: 22...28, using: &generator)
    }
  }

  /// IPv6 networks, /32…/64, in 40,000 allocations of /32 inside 2000::/3, as registries hand them out.
  static func ipv6(_ generator: inout RandomGenerator) -> [IPPrefix] {
    let registries: [UInt64] = [0x2001, 0x2400, 0x2402, 0x2600, 0x2604, 0x2800, 0x2A00, 0x2A02]
    let allocations = (0..<40_000).map { _ in
      (registries.randomElement(using: &generator) ?? 0) << 48
        | UInt64.random(in: 0...0xFFFF, using: &generator) << 32
    }
    return distinct(&generator) { generator in
      let allocation = allocations.randomElement(using: &generator) ?? 0
      return IPAddress(
        high: allocation | UInt64.random(in: 0...0xFFFF_FFFF, using: &generator), low: 0)
    } length: { generator in
      [32, 36, 40, 44, 48, 48, 48, 48, 56, 64].randomElement(using: &generator) ?? 48
    }
  }

  private static func distinct(
    _ generator: inout RandomGenerator, address: (inout RandomGenerator) -> IPAddress,
    length: (inout RandomGenerator) -> Int
  ) -> [IPPrefix] {
    var seen: Set<IPPrefix> = []
    var networks: [IPPrefix] = []
    while networks.count < count {
      let length = length(&generator)
      let network = IPPrefix(address(&generator).masked(to: length), length: length)
      if seen.insert(network).inserted { networks.append(network) }
    }
    return networks
  }
}
