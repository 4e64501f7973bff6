import Addresses

/// The order in which one answer takes the targets of a set, the first of which was picked by the pool's selection.
///
/// Where an answer has only some of the targets and weights count, the next are drawn by weight too, without
/// putting back; all others follow as they stand behind the one before. At most 256 targets.
@frozen
public struct TargetOrder {
  private let tables: SelectionTables
  private let memory: SteeringMemory
  private var position: Int
  /// How many more are to be drawn.
  private var draws: Int
  /// Whether more than the first are drawn, so that what was taken has to be kept.
  private let drawsSeveral: Bool
  private var takenWeight: UInt64 = 0
  private var taken: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  /// The largest pool there may be.
  public static var maximumCount: Int { 256 }
  /// So many are drawn at the most; behind them the order hardly shows.
  private static var maximumDraws: Int { 8 }

  /// An order over targets, of which the answer takes `answers`, and of which the selection has picked `first`.
  public init(
    _ tables: SelectionTables, _ selection: Selection, first: Int, answers: Int,
    memory: SteeringMemory
  ) {
    self.tables = tables
    self.memory = memory
    position = first
    drawsSeveral =
      (selection == .weighted || selection == .smooth) && answers > 1 && answers < tables.count
    draws = drawsSeveral ? min(answers, Self.maximumDraws) - 1 : 0
  }

  /// The next target; to be called at most as often as there are targets.
  public mutating func next() -> Int {
    let index = position
    guard drawsSeveral else {
      position = next(after: index)
      return index
    }
    take(index)
    if draws > 0 {
      draws -= 1
      position = drawnAmongOthers()
      return index
    }
    var steps = tables.count
    while isTaken(position), steps > 0 {
      position = next(after: position)
      steps -= 1
    }
    return index
  }

  /// A target that is not taken, by weight.
  private mutating func drawnAmongOthers() -> Int {
    // To draw again where one was taken is to draw among the others.
    var tries = 4
    while tries > 0 {
      let index = drawn()
      if !isTaken(index) { return index }
      tries -= 1
    }
    var left = memory.random(below: tables.totalWeight - takenWeight)
    var index = 0
    while index < tables.count - 1 {
      if !isTaken(index) {
        let weight = UInt64(weight(index))
        if left < weight { break }
        left -= weight
      }
      index += 1
    }
    return index
  }

  private func next(after index: Int) -> Int { index &+ 1 < tables.count ? index &+ 1 : 0 }

  private func drawn() -> Int { tables.drawn(memory) }

  private func weight(_ index: Int) -> UInt32 {
    index == 0 ? tables.weightSums[0] : tables.weightSums[index] - tables.weightSums[index - 1]
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
    takenWeight += UInt64(weight(index))
    let bit: UInt64 = 1 << UInt64(index & 63)
    switch index >> 6 {
    case 0: taken.0 |= bit
    case 1: taken.1 |= bit
    case 2: taken.2 |= bit
    default: taken.3 |= bit
    }
  }
}
