import Addresses
import QueryEngine
import Testing

@testable import Control

/// One line says that the rate limit is at work, and no more than one a minute.
@Suite("Log of the rate limit") struct RateLimitLogTests {
  private func counts(_ dropped: UInt64, _ truncated: UInt64, _ passed: UInt64 = 0) throws
    -> RateLimitCounts
  {
    RateLimitCounts(
      dropped: dropped, truncated: truncated, passed: passed,
      network: try IPPrefix(parsing: "192.0.2.0/24"))
  }

  @Test("at once, and then what has come in a minute")
  func lines() throws {
    var log = RateLimitLog()
    #expect(log.line(RateLimitCounts(), now: 0) == nil)
    #expect(
      log.line(try counts(5, 0), now: 1) == "rate limit: 5 answers dropped, lately to 192.0.2.0/24")
    #expect(log.line(try counts(50, 7), now: 2) == nil)
    #expect(log.line(try counts(500, 70), now: 60) == nil)
    #expect(
      log.line(try counts(505, 70), now: 61)
        == "rate limit: 500 answers dropped, 70 truncated, lately to 192.0.2.0/24")
    #expect(log.line(try counts(505, 70), now: 200) == nil)
    #expect(
      log.line(try counts(505, 70, 3), now: 201)
        == "rate limit: 3 sent that would have been limited (log-only), lately to 192.0.2.0/24")
  }
}
