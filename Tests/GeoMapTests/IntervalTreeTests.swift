import Addresses
import DNSWire
import Testing

@testable import GeoMap

/// How the bounds of intervals lie; each makes a tree of other parts.
enum BoundShape: CaseIterable {
  /// Prefixes of all lengths.
  case prefixes
  /// One address after the other, to the last.
  case neighbours
  /// Single addresses anywhere.
  case singles
  /// On the borders of blocks of all sizes, and one address before and behind.
  case borders
  /// Each inside the one before.
  case nested
  /// All in a few blocks of 256 addresses.
  case crowds

  func bounds<Number: Family>(_: Number.Type, _ generator: inout RandomGenerator) -> [Number] {
    let width = Number.bitWidth
    func random() -> Number { .random(in: .min ... .max, using: &generator) }
    switch self {
    case .prefixes:
      return (0..<3000).map { _ in
        random() & ~(Number.max >> Number(Int.random(in: 1...width, using: &generator)))
      }
    case .neighbours: return (0..<3000).map { Number.max - Number($0) }
    case .singles:
      return (0..<1000).flatMap { _ -> [Number] in
        let address = random()
        return [address, address &+ 1]
      }
    case .borders:
      return (0..<width).flatMap { length -> [Number] in
        (0..<12).flatMap { _ -> [Number] in
          let border = random() & ~(Number.max >> Number(width - length))
          return [border &- 1, border, border &+ 1]
        }
      }
    case .nested:
      return (0..<40).flatMap { _ -> [Number] in
        let address = random()
        return (1...width).flatMap { length -> [Number] in
          let mask = ~(Number.max >> Number(length))
          return [address & mask, (address & mask) &+ (~mask &+ 1)]
        }
      }
    case .crowds:
      let blocks = (0..<6).map { _ in random() & ~0xFF }
      return blocks.flatMap { block in (0..<200).map { block | Number($0) } }
    }
  }
}

@Suite struct IntervalTreeTests {
  /// Compares a tree with a plain reading of its intervals, at bounds, beside them and elsewhere.
  private func check<Number: Family>(
    _: Number.Type, _ shape: BoundShape, outcomes: Range<UInt32>, seed: UInt64
  ) {
    var generator = RandomGenerator(seed: seed)
    let starts = Set(shape.bounds(Number.self, &generator)).union([0]).sorted()
    let intervals = starts.map { ($0, UInt32.random(in: outcomes, using: &generator)) }
    var builder = GeoMapBuilder()
    for (start, outcome) in intervals { Number.append(start, outcome, to: &builder) }
    let storage = builder.build()
    // What the map has to find: neighbours with the same outcome are one.
    var merged: [(start: Number, outcome: UInt32)] = []
    for (start, outcome) in intervals where merged.last?.outcome != outcome {
      merged.append((start, outcome))
    }
    #expect(storage.intervalCount == merged.count + 1)

    let near = intervals.shuffled(using: &generator).prefix(150).flatMap { [$0.0, $0.0 &- 1] }
    let others = (0..<100).map { _ in Number.random(in: .min ... .max, using: &generator) }
    for number in near + others + [0, .max] {
      let index = merged.lastIndex { $0.start <= number } ?? 0
      let last = index + 1 < merged.count ? merged[index + 1].start - 1 : .max
      // The widest prefix around the address whose first and last address lie in the interval.
      let scope = (0...Number.bitWidth).first { length in
        let hosts = length == Number.bitWidth ? 0 : Number.max >> Number(length)
        return number & ~hosts >= merged[index].start && number | hosts <= last
      }
      let found = storage.lookup(Number.address(number))
      #expect(found.outcome == merged[index].outcome, "\(shape) \(number)")
      #expect(found.scope == scope, "\(shape) \(number)")
    }
  }

  /// Above 65,536 outcomes, above what a slot holds, and up to the last number.
  static let outcomes: [Range<UInt32>] = [
    0..<2, 0..<300, 0..<100_000, 0..<10_000_000, UInt32.max - 4..<UInt32.max - 1,
  ]

  @Test(
    "A tree says what a plain reading of its intervals says", arguments: BoundShape.allCases,
    outcomes)
  func agreesWithAPlainReading(shape: BoundShape, outcomes: Range<UInt32>) {
    let seed = UInt64(outcomes.upperBound)
    check(UInt32.self, shape, outcomes: outcomes, seed: seed)
    check(UInt128.self, shape, outcomes: outcomes, seed: seed + 1)
  }

  @Test func aMapOfNoNetworkTakesNoRoom() {
    #expect(GeoMapBuilder().build().octetCount <= 512)
  }
}
