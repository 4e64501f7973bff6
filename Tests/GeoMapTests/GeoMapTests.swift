import Addresses
import DNSWire
import Testing

@testable import GeoMap

/// A family's address space, so that one test serves both.
protocol Family: FixedWidthInteger, UnsignedInteger, Sendable {
  static func address(_ number: Self) -> IPAddress
  static func append(_ start: Self, _ outcome: UInt32, to builder: inout GeoMapBuilder)
}

extension UInt32: Family {
  static func address(_ number: UInt32) -> IPAddress { IPAddress(ipv4: number) }
  static func append(_ start: UInt32, _ outcome: UInt32, to builder: inout GeoMapBuilder) {
    builder.appendIPv4(start: start, outcome: outcome)
  }
}

extension UInt128: Family {
  static func address(_ number: UInt128) -> IPAddress { IPAddress(ipv6: number) }
  static func append(_ start: UInt128, _ outcome: UInt32, to builder: inout GeoMapBuilder) {
    builder.appendIPv6(start: start, .outcome(outcome))
  }
}

/// Checks a map of random intervals against a plain reading of them.
func check<Number: Family>(_: Number.Type, intervals count: Int, outcomes: UInt32, seed: UInt64) {
  var generator = RandomGenerator(seed: seed)
  var intervals: [(start: Number, outcome: UInt32)] = []
  for _ in 0..<count {
    // Starts of all prefix lengths, many of them close together.
    let length = Int.random(in: 1...Number.bitWidth, using: &generator)
    let block = Number.random(in: 0...3, using: &generator) << Number(Number.bitWidth - 2)
    let noise = Number.random(in: .min ... .max, using: &generator) & ((1 << 20) - 1)
    let start = (block | noise << Number(Number.bitWidth - 22)) & ~(Number.max >> Number(length))
    intervals.append((start, UInt32.random(in: 0..<outcomes, using: &generator)))
  }
  intervals.sort { $0.start < $1.start }
  var builder = GeoMapBuilder()
  for interval in intervals { Number.append(interval.start, interval.outcome, to: &builder) }
  let storage = builder.build()

  func expected(_ number: Number) -> UInt32 {
    intervals.last { $0.start <= number }?.outcome ?? 0
  }
  let edges = intervals.flatMap { [$0.start, $0.start &- 1] } + [0, .max]
  let others = (0..<200).map { _ in Number.random(in: .min ... .max, using: &generator) }
  for number in edges + others {
    let result = storage.lookup(Number.address(number))
    #expect(result.outcome == expected(number))
    // All outcomes change at edges only, so those inside a prefix tell for all of it.
    func isUniform(_ length: Int) -> Bool {
      let mask = length == 0 ? 0 : Number.max << Number(Number.bitWidth - length)
      return edges.allSatisfy { $0 & mask != number & mask || expected($0) == result.outcome }
    }
    #expect(isUniform(result.scope))
    #expect(result.scope == 0 || !isUniform(result.scope - 1))
  }
}

@Suite struct GeoMapTests {
  @Test(
    "Outcome and scope are those of the intervals (RFC 7871 §7.2.1)",
    arguments: [(1, 2), (3, 2), (70, 3), (400, 2), (400, 70_000)] as [(Int, UInt32)])
  func randomIntervals(count: Int, outcomes: UInt32) {
    check(UInt32.self, intervals: count, outcomes: outcomes, seed: UInt64(count))
    check(UInt128.self, intervals: count, outcomes: outcomes, seed: UInt64(count) + 1)
  }

  @Test func aMapWithoutIntervalsHasOneOutcomeForAll() {
    let map = GeoMapBuilder().build()
    for text in ["0.0.0.0", "255.255.255.255", "::", "2002:c000:204::", "ffff::"] {
      #expect(IPAddress(text).map { map.lookup($0).outcome } == 0)
      #expect(IPAddress(text).map { map.lookup($0).scope } == 0)
    }
  }

  @Test func equalNeighboursAreOneInterval() {
    var builder = GeoMapBuilder()
    for start in stride(from: 0 as UInt32, to: 1 << 20, by: 256) {
      builder.appendIPv4(start: start, outcome: 7)
      builder.appendIPv6(start: UInt128(start) << 96, .outcome(7))
    }
    // A later interval with the same start replaces the earlier, and then merges too.
    builder.appendIPv4(start: 1 << 20, outcome: 8)
    builder.appendIPv4(start: 1 << 20, outcome: 7)
    let storage = builder.build()
    #expect(storage.intervalCount == 2)
    #expect(storage.lookup(IPAddress(ipv4: 1 << 21)).scope == 0)
  }

  @Test(
    "The largest outcomes of each width are not taken for embeddings",
    arguments: [0xFFFD, 0xFFFE, 0xFFFF, 0x1_0000, UInt32.max - 2])
  func widthsOfOutcomes(outcome: UInt32) {
    var builder = GeoMapBuilder()
    builder.appendIPv4(start: 1 << 31, outcome: outcome)
    builder.appendIPv6(start: 1 << 127, .outcome(outcome))
    let map = builder.build()
    #expect(map.lookup(IPAddress(ipv4: .max)) == (outcome, 1))
    #expect(map.lookup(IPAddress(ipv6: .max)) == (outcome, 1))
    #expect(map.lookup(IPAddress(ipv6: 1)) == (0, 1))
  }

  /// 192.0.2.0/24 has outcome 1, 192.0.2.128/25 outcome 2, all else 0.
  private func mapWithEmbeddings() -> GeoMapStorage {
    var builder = GeoMapBuilder()
    builder.appendIPv4(start: 0xC000_0200, outcome: 1)
    builder.appendIPv4(start: 0xC000_0280, outcome: 2)
    builder.appendIPv4(start: 0xC000_0300, outcome: 0)
    builder.appendIPv6(start: 0x0064_FF9B << 96, .translated)
    builder.appendIPv6(start: (0x0064_FF9B << 96) + (1 << 32), .outcome(0))
    builder.appendIPv6(start: 0x2002 << 112, .sixToFour)
    builder.appendIPv6(start: 0x2003 << 112, .outcome(0))
    return builder.build()
  }

  @Test(
    "6to4 and NAT64 clients are those of their IPv4 address",
    arguments: [
      ("192.0.2.1", 1, 25), ("2002:c000:201::5", 1, 41), ("64:ff9b::c000:201", 1, 121),
      ("192.0.2.200", 2, 25), ("2002:c000:2c8:1:2:3:4:5", 2, 41), ("64:ff9b::192.0.2.200", 2, 121),
      ("192.0.3.0", 0, 24), ("2002:c000:300::", 0, 40), ("64:ff9b::192.0.3.0", 0, 120),
      ("2001:db8::1", 0, 15), ("2003::", 0, 16), ("64:ff9b:1::", 0, 48), ("64:ff9a::", 0, 32),
    ] as [(String, UInt32, Int)])
  func embeddings(text: String, outcome: UInt32, scope: Int) throws {
    let address = try #require(IPAddress(text))
    let storage = mapWithEmbeddings()
    #expect(storage.lookup(address) == (outcome, scope))
  }

  @Test("Many intervals inside one /64, over several samples", arguments: [0, 0x2001_0DB8 << 32])
  func intervalsInsideOneNetwork(high: UInt64) {
    let base = UInt128(high) << 64
    var builder = GeoMapBuilder()
    for index in 1...100 as ClosedRange<UInt32> {
      builder.appendIPv6(start: base + UInt128(index) * 8, .outcome(index))
    }
    builder.appendIPv6(start: base + 1000, .outcome(0))
    let storage = builder.build()
    for offset in 0..<1100 as Range<UInt64> {
      let expected = offset >= 1000 ? 0 : min(UInt32(offset / 8), 100)
      #expect(storage.lookup(IPAddress(high: high, low: offset)).outcome == expected)
    }
    #expect(storage.lookup(IPAddress(high: high, low: .max)).outcome == 0)
  }

  @Test func aMillionNetworksFitIn25Megabytes() {
    var builder = GeoMapBuilder()
    for index in 0..<(1 << 20) as Range<UInt32> {
      builder.appendIPv4(start: index << 12, outcome: index & 1)
    }
    let storage = builder.build()
    #expect(storage.intervalCount == 1 << 20 + 1)
    #expect(storage.octetCount < 25_000_000)
    #expect(storage.lookup(IPAddress(ipv4: 0x7F00_1FFF)) == (1, 20))
  }
}
