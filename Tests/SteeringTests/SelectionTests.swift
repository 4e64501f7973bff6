import Addresses
import Steering
import Testing

/// Selection by numbers, with fixed seeds.
struct SelectionTests {
  /// χ² of counts against shares.
  private func chiSquare(_ counts: [Int], _ shares: [UInt32]) -> Double {
    let total = Double(counts.reduce(0, +))
    let sum = Double(shares.reduce(0, +))
    return zip(counts, shares).reduce(0) { result, pair in
      let expected = total * Double(pair.1) / sum
      return result + (Double(pair.0) - expected) * (Double(pair.0) - expected) / expected
    }
  }

  /// Each answer is drawn on its own by weight: χ² over 100,000 answers, for several seeds.
  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func drawsFollowTheWeights(_ seed: UInt64) {
    let weights: [UInt32] = [1, 2, 3, 4, 90]
    let counts = SelectionPool(.weighted, weights: weights, seed: seed).firsts(100_000)
    // 4 degrees of freedom: 18.5 at a probability of 0.001.
    #expect(chiSquare(counts, weights) < 18.5, "\(counts)")
  }

  /// What one worker draws, and what it draws for A, says nothing of another worker, or of AAAA.
  @Test func drawsAreIndependent() {
    let workers = [1, 2].map { SelectionPool(.weighted, weights: [1, 1, 1], seed: $0) }
    for isOneWorker in [false, true] {
      var counts = [Int](repeating: 0, count: 9)
      for _ in 0..<90_000 {
        let one = workers[0].order(wheel: 0)[0]
        let other = workers[isOneWorker ? 0 : 1].order(wheel: 1)[0]
        counts[3 * one + other] += 1
      }
      // 8 degrees of freedom: 26.1 at a probability of 0.001.
      #expect(chiSquare(counts, [UInt32](repeating: 1, count: 9)) < 26.1, "\(counts)")
    }
  }

  /// The next targets of an answer that has some of many are drawn by weight as well, without putting
  /// back: P(second = b) = Σ P(first = a) w(b) / (W - w(a)).
  @Test func secondDrawsFollowTheWeights() {
    let weights: [UInt32] = [1, 2, 3, 4]
    let pool = SelectionPool(.weighted, weights: weights)
    var counts = [Int](repeating: 0, count: 16)
    for _ in 0..<100_000 {
      let order = pool.order(of: 2, answers: 2)
      counts[4 * order[0] + order[1]] += 1
    }
    var squares = 0.0
    for first in 0..<4 {
      for second in 0..<4 where first != second {
        let expected =
          100_000.0 * Double(weights[first]) / 10 * Double(weights[second])
          / Double(10 - weights[first])
        let difference = Double(counts[4 * first + second]) - expected
        squares += difference * difference / expected
      }
    }
    // 11 degrees of freedom: 31.3 at a probability of 0.001.
    #expect(squares < 31.3, "\(counts)")
  }

  /// With `smooth` the shares are met within 1 point after 1,000 answers, and never far off before.
  @Test(arguments: [[90, 10], [1, 1, 1], [5, 1, 1], [1, 2, 3, 4, 90], [999, 1], [33, 33, 34]])
  func smoothIsEven(_ weights: [UInt32]) {
    let pool = SelectionPool(.smooth, weights: weights)
    let sum = Double(weights.reduce(0, +))
    for length in [1000, 1000, 1000] {
      let counts = pool.firsts(length)
      for (count, weight) in zip(counts, weights) {
        let error = abs(Double(count) / Double(length) - Double(weight) / sum)
        #expect(error < 0.01, "\(counts) of \(weights)")
      }
    }
    let counts = pool.firsts(100)
    for (count, weight) in zip(counts, weights) {
      #expect(abs(Double(count) / 100 - Double(weight) / sum) < 0.04, "\(counts) of \(weights)")
    }
  }

  /// With `smooth` no target of a half share comes more than twice in a row.
  @Test func smoothInterleaves() {
    let pool = SelectionPool(.smooth, weights: [1, 1])
    var last = -1
    var run = 0
    for _ in 0..<1000 {
      let first = pool.order()[0]
      run = first == last ? run + 1 : 1
      last = first
      #expect(run <= 2)
    }
  }

  /// Turns are exact, and each wheel has turns of its own.
  @Test func turnsGoRound() {
    let pool = SelectionPool(.roundRobin, weights: [1, 1, 1])
    #expect((0..<6).map { _ in pool.order(wheel: 9)[0] } == [0, 1, 2, 0, 1, 2])
    #expect(pool.firsts(30_000, wheel: { $0 % 2 }) == [10_000, 10_000, 10_000])
  }

  /// Of two targets that are drawn the less loaded is taken, and the load of all evens out.
  @Test func theLessLoadedOfTwo() {
    let counts = SelectionPool(.leastLoad, weights: [1, 1, 1], loads: [100, 200, 300]).firsts(
      90_000)
    // The pairs are equally likely: 0 wins two of three, 1 one of three, 2 none.
    #expect(chiSquare(Array(counts.prefix(2)), [2, 1]) < 10.8 && counts[2] == 0, "\(counts)")
  }

  /// A load that nobody reports decides nothing.
  @Test func unknownLoads() {
    let unknown = SelectionTables.unknownLoad
    let counts = SelectionPool(.leastLoad, weights: [1, 1], loads: [5, unknown]).firsts(10_000)
    #expect(chiSquare(counts, [1, 1]) < 10.8, "\(counts)")
  }
}
