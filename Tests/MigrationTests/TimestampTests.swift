import Migration
import Testing

@Suite("Times as text")
struct TimestampTests {
  @Test(
    "times are RFC 3339 with an offset",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-12-01T06:00:00Z", 1_796_104_800),
      ("2026-12-01T06:00:00+02:00", 1_796_097_600), ("2026-12-01T06:00:00-05:30", 1_796_124_600),
      ("2024-02-29t23:59:59z", 1_709_251_199), ("2000-02-29T00:00:00Z", 951_782_400),
      ("9999-12-31T23:59:59Z", 253_402_300_799),
    ] as [(String, Int64)])
  func times(text: String, seconds: Int64) {
    #expect(Timestamp.seconds(text) == seconds)
  }

  @Test("times are written as they are read", arguments: (0..<65).map { Int64($0) * 123_456_789 })
  func timeText(seconds: Int64) {
    #expect(Timestamp.seconds(Timestamp.text(seconds)) == seconds)
  }

  @Test("a time in UTC ends with Z")
  func timeInUTC() { #expect(Timestamp.text(1_796_104_800) == "2026-12-01T06:00:00Z") }

  @Test(
    "what is no time is refused",
    arguments: [
      "", "2026-12-01", "2026-12-01T06:00:00", "2026-12-01 06:00:00Z", "2026-13-01T06:00:00Z",
      "2025-02-29T06:00:00Z", "2100-02-29T06:00:00Z", "2026-00-01T06:00:00Z",
      "2026-12-32T06:00:00Z",
      "2026-12-01T24:00:00Z", "2026-12-01T06:60:00Z", "2026-12-01T06:00:60Z",
      "2026-12-01T06:00:00+0200", "2026-12-01T06:00:00+25:00", "2026-12-01T06:00:00.5Z",
      "1969-12-31T23:59:59Z", "2026-12-01T06:00:00ZZ", "2026-1½-01T06:00:00Z",
    ])
  func noTimes(text: String) {
    #expect(Timestamp.seconds(text) == nil)
  }

  @Test("any number is written without a trap", arguments: [Int64.min, -1, Int64.max])
  func extremes(seconds: Int64) {
    #expect(Timestamp.text(seconds).hasSuffix("Z"))
  }
}
