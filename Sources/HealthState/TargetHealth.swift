/// What a series of probe results says about one target: a value without a clock.
///
/// The first result decides at once. After it `fall` failures within the last `fallWindow` results since
/// the target came up make it dead, and `rise` consecutive successes bring it back.
public struct TargetHealth: Equatable, Sendable {
  /// Whether the target may be answered with.
  public private(set) var isUp: Bool
  /// Whether a result was ever recorded.
  public private(set) var isKnown = false
  /// How many successes came last, one after the other.
  public private(set) var successes = 0
  /// How many failures came last, one after the other.
  public private(set) var failures = 0
  /// The results since the last change, the latest in bit 0; a set bit is a failure.
  private var history: UInt64 = 0

  /// A target without a result, which counts as `isUp` until there is one.
  public init(isUp: Bool = true) { self.isUp = isUp }

  /// Takes in one result; returns whether it changed `isUp`.
  public mutating func record(succeeded: Bool, settings: CheckSettings) -> Bool {
    let soonest = resultsUntilChange(settings)
    let decides = soonest == 1 && succeeded != isUp
    successes = succeeded ? successes + 1 : 0
    failures = succeeded ? 0 : failures + 1
    history = history << 1 | (succeeded ? 0 : 1)
    if decides || !isKnown { history = 0 }
    isKnown = true
    if decides { isUp = succeeded }
    return decides
  }

  /// How many further results it takes at least to change `isUp`: 1 or more.
  public func resultsUntilChange(_ settings: CheckSettings) -> Int {
    guard isKnown else { return 1 }
    guard isUp else { return max(1, max(1, settings.rise) - successes) }
    let longest = CheckSettings.longestFallWindow
    let fall = max(1, min(settings.fall, longest))
    let window = max(fall, min(settings.fallWindow, longest))
    // With n more failures, window - n of the results so far are still within the window.
    return (1..<fall).first { (history & (1 << (window - $0) - 1)).nonzeroBitCount + $0 >= fall }
      ?? fall
  }

  /// The word of this state, for a target whose next probe starts at `nextStart` (monotonic
  /// milliseconds) and is repeated by `settings`.
  public func word(nextStart: UInt64, settings: CheckSettings) -> HealthWord {
    // Far beyond what a word can say, and far from overflow.
    let further = UInt64(min(resultsUntilChange(settings) - 1, 1 << 20))
    return HealthWord(
      isUp: isUp, isKnown: isKnown, soonestChange: nextStart + further * UInt64(settings.interval))
  }
}
