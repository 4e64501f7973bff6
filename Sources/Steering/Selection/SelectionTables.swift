import Addresses
import FlatMemory

/// What a pool's selection looks up, an element for each target that serves, unless said otherwise.
@frozen
public struct SelectionTables: Sendable, BitwiseCopyable {
  /// The sum of the weights up to and with each.
  public var weightSums: Table<UInt32>
  /// The reported load of each; `unknownLoad` where none is.
  public var loads: Table<UInt32>
  /// For each slot of `HashSlots` a target; empty where the selection is not by hash.
  public var slots: Table<UInt16>

  /// Stands for a load that nobody has reported lately.
  @inlinable public static var unknownLoad: UInt32 { .max }

  /// Tables from their parts.
  public init(weightSums: Table<UInt32>, loads: Table<UInt32>, slots: Table<UInt16>) {
    self.weightSums = weightSums
    self.loads = loads
    self.slots = slots
  }

  /// Whether a load is known to be below another, which is known too.
  @inlinable
  static func isLess(_ load: UInt32, than other: UInt32) -> Bool {
    load < other && other != unknownLoad
  }

  /// How many targets there are.
  @inlinable public var count: Int { weightSums.count }
}

extension SelectionTables {
  /// The target that a selection picks, by its index; there is one at least. `wheel` names whose turn it is,
  /// `client` and `network` what is hashed.
  @inline(__always)
  public func pick(
    _ selection: Selection, wheel: Int, client: IPAddress, network: ClientNetwork,
    memory: SteeringMemory
  ) -> Int {
    if count <= 1 { return 0 }
    switch selection {
    case .roundRobin: return memory.turn(wheel, of: count)
    case .weighted: return drawn(memory)
    case .smooth:
      return weightSums.firstIndex(
        above: memory.step(wheel).multipliedFullWidth(by: totalWeight).high)
    case .hash: return Int(slots[network.slot(of: client, attempt: 0)])
    case .leastLoad:
      let two = memory.twoOf(count)
      return loads.isLess(two.1, than: two.0) ? two.1 : two.0
    }
  }

  /// A target, by weight.
  func drawn(_ memory: SteeringMemory) -> Int {
    weightSums.firstIndex(above: memory.random(below: totalWeight))
  }

  var totalWeight: UInt64 { UInt64(weightSums[count &- 1]) }
}

extension Table {
  /// The first of `count` elements (at least 1) from `first` on whose sum is above `point`; the last where none is.
  /// The sums ascend.
  @inlinable
  @inline(__always)
  func firstIndex(
    above point: UInt64, from first: Int, count: Int, sum: (Element) -> UInt32
  ) -> Int {
    var base = first
    var length = count
    while length > 1 {
      let half = length &>> 1
      if UInt64(sum(self[base &+ half &- 1])) <= point { base &+= half }
      length &-= half
    }
    return base
  }
}

extension Table where Element == UInt32 {
  /// The same among all.
  @inlinable
  func firstIndex(above point: UInt64) -> Int {
    firstIndex(above: point, from: 0, count: count) { $0 }
  }

  /// Whether the load at one index is known to be below that at another, which is known too.
  @inlinable
  func isLess(_ one: Int, than other: Int) -> Bool {
    SelectionTables.isLess(self[one], than: self[other])
  }
}
