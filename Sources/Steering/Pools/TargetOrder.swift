import FlatMemory

/// The order in which one answer takes the targets of a set: in turns, or drawn by weight without
/// putting back. At most 256 targets.
@frozen
public struct TargetOrder {
  private let count: Int
  private let weights: Table<UInt32>
  private let isWeighted: Bool
  private let memory: SteeringMemory
  private var position: Int
  private var total: UInt64 = 0
  private var taken: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  /// The largest pool there may be.
  public static var maximumCount: Int { 256 }

  /// An order over the targets that have `weights`; `wheel` names whose turn it is.
  public init(weights: Table<UInt32>, isWeighted: Bool, wheel: Int, memory: SteeringMemory) {
    count = min(weights.count, Self.maximumCount)
    self.weights = weights
    self.isWeighted = isWeighted && count > 1
    self.memory = memory
    position = 0
    if self.isWeighted {
      var index = 0
      while index < count {
        total += UInt64(weights[index])
        index += 1
      }
    } else if count > 1 {
      position = memory.turn(wheel, of: count)
    }
  }

  /// The next target; to be called at most as often as there are targets.
  public mutating func next() -> Int {
    guard isWeighted else {
      let index = position
      position = position + 1 < count ? position + 1 : 0
      return index
    }
    var left = memory.random(below: total)
    var index = 0
    while index < count - 1 {
      if !isTaken(index) {
        left -= Int(weights[index])
        if left < 0 { break }
      }
      index += 1
    }
    take(index)
    total -= UInt64(weights[index])
    return index
  }

  private func isTaken(_ index: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(index & 63)
    switch index >> 6 {
    case 0: return taken.0 & bit != 0
    case 1: return taken.1 & bit != 0
    case 2: return taken.2 & bit != 0
    default: return taken.3 & bit != 0
    }
  }

  private mutating func take(_ index: Int) {
    let bit: UInt64 = 1 << UInt64(index & 63)
    switch index >> 6 {
    case 0: taken.0 |= bit
    case 1: taken.1 |= bit
    case 2: taken.2 |= bit
    default: taken.3 |= bit
    }
  }
}
