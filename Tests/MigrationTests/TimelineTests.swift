import Testing

@testable import Migration

/// Plans of all shapes, around an `at` of 1,000,000.
private let plans: [Timeline] = {
  let ttls: [(low: UInt32, old: UInt32)] = [
    (1, 1), (5, 60), (60, 60), (60, 300), (60, 301), (300, 3_600), (0, 30),
  ]
  var plans: [Timeline] = []
  for lead: Int64 in [0, 1, 60, 3_600, 86_400] {
    for (low, old) in ttls {
      for hold: Int64 in [0, 600] {
        for skew: Int64 in [0, 2, 30] {
          plans.append(
            Timeline(at: 1_000_000, lead: lead, low: low, old: old, hold: hold, skew: skew))
        }
      }
    }
  }
  return plans
}()

private let spreads: [UInt32] = [0, 1, 1 << 31, 0xC000_0000, .max]

/// The seconds at which something can happen in a plan, and many between.
private func moments(_ plan: Timeline) -> [Int64] {
  let around = [
    plan.countdownStart, plan.deadline - Int64(plan.old), plan.deadline, plan.at, plan.end,
  ]
  let close = around.flatMap { center in (-5...5).map { center + $0 } }
  let length = plan.end - plan.countdownStart + 200
  let wide = stride(
    from: plan.countdownStart - 100, to: plan.end + 100, by: max(1, Int(length) / 300))
  return (close + wide).sorted()
}

@Suite("The TTL of a timeline")
struct TimelineTests {
  @Test("counts down from the old TTL to the low one, and returns after the hold")
  func example() {
    let plan = Timeline(at: 100_000, lead: 3_600, low: 60, old: 300, hold: 7_200)
    // The deadline is 96,400, and the countdown is 3 s ahead of it for rounding and skew.
    let table: [(now: Int64, ttl: UInt32)] = [
      (0, 300), (96_097, 300), (96_098, 299), (96_197, 200), (96_337, 60), (96_338, 60),
      (96_400, 60), (100_000, 60), (107_199, 60), (107_200, 300), (.max, 300),
    ]
    for (now, ttl) in table { #expect(plan.ttl(normal: 300, now: now, spread: 0) == ttl, "\(now)") }
  }

  @Test("spreads the networks over half the old TTL", arguments: [10, 300, 301] as [UInt32])
  func spread(old: UInt32) {
    let plan = Timeline(at: 100_000, lead: 3_600, low: 0, old: old, hold: 0)
    func reachesZero(_ spread: UInt32) -> Int64? {
      (90_000...96_400).first { plan.ttl(normal: old, now: $0, spread: spread) == 0 }
    }
    #expect(reachesZero(0) == 96_397)
    #expect(reachesZero(.max) == 96_397 - Int64(old / 2))
    #expect(reachesZero(1 << 31) == 96_397 - (Int64(old / 2) + 1) / 2)
  }

  @Test("a copy handed out at t expires by max(deadline, t + low)", arguments: plans)
  func copiesExpire(plan: Timeline) {
    for spread in spreads {
      #expect(
        moments(plan).allSatisfy { now in
          let expiry = now + Int64(plan.ttl(normal: plan.old, now: now, spread: spread))
          return now >= plan.end || expiry <= max(plan.deadline, now + Int64(plan.low))
        })
    }
  }

  @Test(
    "the same holds by a clock that is off by the skew and shows whole seconds", arguments: plans)
  func copiesExpireWithSkew(plan: Timeline) {
    for spread in spreads {
      #expect(
        moments(plan).allSatisfy { now in
          // The server's clock reads `now` for a second, and is behind by the skew.
          let handedOut = now + plan.skew + 1
          let expiry = handedOut + Int64(plan.ttl(normal: plan.old, now: now, spread: spread))
          return now >= plan.end || expiry <= max(plan.deadline, handedOut + Int64(plan.low))
        })
    }
  }

  @Test(
    "from the deadline on no cache holds more than low, by at + low none predates at",
    arguments: plans)
  func caches(plan: Timeline) {
    for spread in spreads {
      // A cache asks again the second its copy expires, first at that moment.
      let firsts = moments(plan).filter { $0 < plan.at }
      for first in stride(from: 0, to: firsts.count, by: 11).map({ firsts[$0] }) {
        var expiry = first
        while expiry < plan.at {
          let handedOut = expiry
          expiry += max(1, Int64(plan.ttl(normal: plan.old, now: handedOut, spread: spread)))
          let rest = expiry - max(handedOut, plan.deadline)
          if rest > max(1, Int64(plan.low)) {
            Issue.record("\(plan), spread \(spread): \(rest) s to live, handed out at \(handedOut)")
          }
          // With days of lead and a TTL of seconds the rest is the same again and again.
          if expiry > plan.deadline { expiry = max(expiry, plan.at - 1_000) }
        }
        #expect(expiry <= plan.at + max(1, Int64(plan.low)))
      }
    }
  }

  @Test("never rises before the end, and is never above normal", arguments: plans)
  func monotone(plan: Timeline) {
    let moments = moments(plan)
    for normal in [0, plan.low / 2, plan.low, plan.old] {
      for spread in spreads {
        let ttls = moments.map { plan.ttl(normal: normal, now: $0, spread: spread) }
        let before = zip(moments, ttls).filter { $0.0 < plan.end }.map(\.1)
        #expect(before == before.sorted(by: >))
        #expect(before.allSatisfy { $0 <= normal })
        #expect(ttls.dropFirst(before.count).allSatisfy { $0 == normal })
      }
    }
  }

  @Test("the earliest safe plan gives every copy of the old TTL its time", arguments: plans)
  func earliest(plan: Timeline) {
    let now: Int64 = 5_000_000
    var safe = plan
    safe.at = plan.earliestSafeAt(now: now)
    // A copy handed out just before the plan was served is gone by the deadline, one second earlier it is not.
    let expiry = now + 1 + plan.skew + Int64(plan.old)
    #expect(expiry == safe.deadline)
    #expect(safe.ttl(normal: plan.old, now: now, spread: 0) == plan.old)
    #expect(safe.earliestSafeAt(now: now) == safe.at)
  }

  @Test("phases follow each other")
  func phases() {
    let plan = Timeline(at: 100_000, lead: 3_600, low: 60, old: 300, hold: 7_200)
    let table: [(now: Int64, phase: TimelinePhase)] = [
      (.min, .before), (95_946, .before), (95_947, .countdown), (96_399, .countdown),
      (96_400, .low), (107_199, .low), (107_200, .after), (.max, .after),
    ]
    for (now, phase) in table { #expect(plan.phase(now: now) == phase, "\(now)") }
    #expect(plan.ttl(normal: 300, now: 95_947, spread: .max) == 300)
    #expect(plan.ttl(normal: 300, now: 95_948, spread: .max) == 299)
  }

  @Test("no input traps")
  func extremes() {
    let seconds: [Int64] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]
    let ttls: [UInt32] = [0, 1, .max]
    var highest: UInt32 = 0
    for at in seconds {
      for lead in seconds {
        for other in seconds {
          for low in ttls {
            for old in ttls {
              let plan = Timeline(at: at, lead: lead, low: low, old: old, hold: other, skew: other)
              for now in seconds {
                for spread in ttls {
                  highest = max(highest, plan.ttl(normal: 300, now: now, spread: spread))
                }
                _ = plan.earliestSafeAt(now: now)
                _ = plan.phase(now: now)
              }
            }
          }
        }
      }
    }
    #expect(highest == 300)
  }
}
