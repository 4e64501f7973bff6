/// Collects the intervals of a `GeoMap` in ascending order and merges neighbours of equal outcome.
public struct GeoMapBuilder {
  /// What an interval leads to.
  public enum Value: Hashable, Sendable {
    /// The outcome with that number, below 2^32 - 2.
    case outcome(UInt32)
    /// As the IPv4 address in bits 16…47 of the client's (6to4, RFC 3056 §2). IPv6 only.
    case sixToFour
    /// As the IPv4 address in the last 32 bits of the client's (mapped, RFC 4291 §2.5.5.2; NAT64, RFC
    /// 6052 §2.1). IPv6 only.
    case translated

    /// The number that stands for it until all outcomes are known.
    fileprivate var number: UInt32 {
      switch self {
      case .outcome(let number): number
      case .sixToFour: Intervals<UInt128>.sixToFour
      case .translated: Intervals<UInt128>.translated
      }
    }
  }

  private var ipv4 = Intervals<UInt32>()
  private var ipv6 = Intervals<UInt128>()

  /// A builder with no interval. What lies before the first of a family has outcome 0.
  public init() {}

  /// From `start` on, until a later start, the clients have `outcome`. Starts ascend.
  public mutating func appendIPv4(start: UInt32, outcome: UInt32) {
    ipv4.append(start: start, code: outcome)
  }

  /// From `start` on, until a later start, the clients have `value`. Starts ascend.
  public mutating func appendIPv6(start: UInt128, _ value: Value) {
    ipv6.append(start: start, code: value.number)
  }

  /// The map of the intervals that were appended.
  public consuming func build() -> GeoMapStorage {
    // Where all of IPv4 has one outcome, an embedded address has it too: so that the scope shows that
    // the address plays no part, and neighbours can merge.
    if ipv4.starts.count == 1 { ipv6.replaceEmbedded(by: ipv4.codes[0]) }
    let outcomes = ipv6.codes.lazy.filter { $0 < Intervals<UInt128>.translated }
    let sixToFour = 1 + max(ipv4.codes.max() ?? 0, outcomes.max() ?? 0)
    ipv6.number(sixToFour: sixToFour)
    return GeoMapStorage(
      ipv4: IntervalTreeLayout(starts: ipv4.starts, codes: ipv4.codes),
      ipv6: IntervalTreeLayout(starts: ipv6.starts, codes: ipv6.codes), sixToFour: sixToFour)
  }
}

/// The intervals of one family; the first begins with 0 and no two neighbours have equal codes.
private struct Intervals<Address: TreeAddress> {
  /// Stand for the embeddings until it is known which numbers no outcome has.
  static var sixToFour: UInt32 { .max }
  static var translated: UInt32 { .max - 1 }

  var starts: [Address] = [0]
  var codes: [UInt32] = [0]

  mutating func append(start: Address, code: UInt32) {
    let last = starts.count - 1
    precondition(starts[last] <= start, "the intervals of a map are appended in ascending order")
    if starts[last] == start {
      codes[last] = code
      if last > 0, codes[last - 1] == code {
        starts.removeLast()
        codes.removeLast()
      }
    } else if codes[last] != code {
      starts.append(start)
      codes.append(code)
    }
  }

  mutating func replaceEmbedded(by code: UInt32) {
    let old = self
    self = Intervals()
    for (start, oldCode) in zip(old.starts, old.codes) {
      append(start: start, code: oldCode < Self.translated ? oldCode : code)
    }
  }

  /// Gives the embeddings the numbers from `sixToFour` on.
  mutating func number(sixToFour: UInt32) {
    for index in codes.indices where codes[index] >= Self.translated {
      codes[index] = codes[index] == Self.sixToFour ? sixToFour : sixToFour + 1
    }
  }
}
