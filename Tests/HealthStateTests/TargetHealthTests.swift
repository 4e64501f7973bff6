import Testing

@testable import HealthState

/// The rules of `TargetHealth` in their plainest form: a list of all results since the last change.
private struct Model {
  let settings: CheckSettings
  var isUp = true
  var isKnown = false
  var results: [Bool] = []

  mutating func record(_ succeeded: Bool) {
    let wasUp = isUp
    results.append(succeeded)
    if !isKnown {
      isUp = succeeded
      isKnown = true
      results = []
    } else if isUp {
      let failures = results.suffix(settings.fallWindow).count { !$0 }
      isUp = succeeded || failures < settings.fall
    } else {
      isUp = results.suffix(settings.rise) == ArraySlice(repeatElement(true, count: settings.rise))
    }
    if isUp != wasUp { results = [] }
  }

  /// The length of the shortest series of results that changes `isUp`.
  var untilChange: Int {
    var model = self
    var count = 0
    while model.isUp == isUp {
      model.record(!isUp)
      count += 1
    }
    return count
  }
}

private let settings: [CheckSettings] = [
  (1, 1, 1), (1, 1, 3), (2, 2, 1), (3, 3, 2), (2, 3, 2), (3, 5, 2), (3, 10, 2), (4, 6, 1),
  (2, 9, 4),
].map { CheckSettings(kind: .tcp, interval: 100, fall: $0.0, fallWindow: $0.1, rise: $0.2) }

@Suite("The health of a target")
struct TargetHealthTests {
  @Test("follows the rules over every series of 11 results", arguments: settings)
  func everySeries(settings: CheckSettings) {
    for series in 0..<(1 << 11) {
      var health = TargetHealth()
      var model = Model(settings: settings)
      for step in 0..<11 {
        let succeeded = series >> step & 1 == 1
        let wasUp = model.isUp
        model.record(succeeded)
        let changed = health.record(succeeded: succeeded, settings: settings)
        let agrees =
          changed == (wasUp != model.isUp) && health.isUp == model.isUp && health.isKnown
          && health.resultsUntilChange(settings) == model.untilChange
        if !agrees { Issue.record("series \(series), result \(step): \(health), not \(model)") }
      }
    }
  }

  @Test("a target without a result counts as it was told, and the first result decides")
  func firstResult() {
    let settings = CheckSettings(kind: .tcp, fall: 3, rise: 2)
    for wasUp in [true, false] {
      for succeeded in [true, false] {
        var health = TargetHealth(isUp: wasUp)
        #expect(!health.isKnown && health.isUp == wasUp)
        #expect(health.resultsUntilChange(settings) == 1)
        #expect(health.record(succeeded: succeeded, settings: settings) == (wasUp != succeeded))
        #expect(health.isKnown && health.isUp == succeeded)
      }
    }
  }

  @Test("counts the last results of one kind")
  func counts() {
    let settings = CheckSettings(kind: .tcp, fall: 5, rise: 5)
    var health = TargetHealth()
    for (succeeded, successes, failures) in [
      (true, 1, 0), (true, 2, 0), (false, 0, 1), (false, 0, 2), (true, 1, 0),
    ] {
      _ = health.record(succeeded: succeeded, settings: settings)
      #expect(health.successes == successes && health.failures == failures)
    }
  }

  @Test("a long window reaches back to its first result")
  func longWindow() {
    let settings = CheckSettings(kind: .tcp, fall: 2, fallWindow: 64, rise: 1)
    for between in [61, 62, 63] {
      var health = TargetHealth()
      _ = health.record(succeeded: true, settings: settings)
      _ = health.record(succeeded: false, settings: settings)
      for _ in 0..<between { _ = health.record(succeeded: true, settings: settings) }
      #expect(health.record(succeeded: false, settings: settings) == (between <= 62))
    }
  }

  @Test("senseless numbers neither trap nor block a change")
  func extremes() {
    for number in [Int.min, -1, 0, 1, 64, 65, Int.max] {
      let settings = CheckSettings(
        kind: .tcp, interval: .max, fall: number, fallWindow: number, rise: number)
      var health = TargetHealth()
      _ = health.record(succeeded: true, settings: settings)
      for _ in 0..<64 { _ = health.record(succeeded: false, settings: settings) }
      #expect(!health.isUp)
      #expect(health.word(nextStart: 1 << 47, settings: settings).soonestChange >= 1 << 47)
    }
  }

  @Test("the word says when a change is possible at the soonest")
  func soonestChange() {
    let settings = CheckSettings(kind: .tcp, interval: 10_000, fall: 3, rise: 2)
    var health = TargetHealth()
    func soonest() -> UInt64 { health.word(nextStart: 5_000, settings: settings).soonestChange }
    #expect(health.word(nextStart: 5_000, settings: settings).isKnown == false)
    for (succeeded, isUp, change) in [
      (true, true, 25_000), (false, true, 15_000), (false, true, 5_000), (false, false, 15_000),
      (true, false, 5_000), (false, false, 15_000), (true, false, 5_000), (true, true, 25_000),
    ] as [(Bool, Bool, UInt64)] {
      _ = health.record(succeeded: succeeded, settings: settings)
      #expect(health.isUp == isUp && soonest() == change)
    }
  }
}
