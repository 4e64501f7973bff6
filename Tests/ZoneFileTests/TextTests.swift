import DNSWire
import Migration
import SourceText
import Testing

@testable import ZoneFile

@Suite("Durations, times, names and suggestions")
struct TextTests {
  @Test(
    "durations are numbers with units, and sums of these",
    arguments: [
      ("0", 0), ("30", 30), ("30s", 30), ("10m", 600), ("2h", 7200), ("1d", 86_400),
      ("1w", 604_800), ("1h30m", 5400), ("1W2D3H4M5S", 788_645), ("2147483647", 2_147_483_647),
      ("1000ms", 1), ("007", 7),
    ] as [(String, Int64)])
  func durations(text: String, seconds: Int64) {
    #expect(DurationText.seconds(Array(text.utf8)) == seconds)
  }

  @Test(
    "what is no duration is refused",
    arguments: [
      "", "s", "h1", "1x", "1h30", "-5", "+5", "1.5h", " 1", "1 ", "500ms", "1h 30m",
      "99999999999999",
      "9999999999w9999999999w", "999999999999w", "15s44444444444w", "1hh",
    ])
  func noDurations(text: String) {
    #expect(DurationText.seconds(Array(text.utf8)) == nil)
  }

  @Test(
    "milliseconds are a unit of probes",
    arguments: [("500ms", 500), ("1s500ms", 1500), ("2", 2000)] as [(String, Int64)])
  func milliseconds(text: String, value: Int64) {
    #expect(DurationText.milliseconds(Array(text.utf8)) == value)
  }

  @Test(
    "durations are written as they are read",
    arguments: [
      (0, "0s"), (90, "90s"), (119, "119s"), (120, "2m"), (5400, "1h30m"), (86_400, "1d"),
      (788_645, "9d3h4m5s"),
    ] as [(Int64, String)])
  func durationText(seconds: Int64, text: String) {
    #expect(DurationText.text(seconds) == text)
    #expect(DurationText.seconds(Array(text.utf8)) == seconds)
  }

  @Test(
    "the closest word is suggested, and none that is far",
    arguments: [
      ("us-esat", "us-east"), ("US-EAST", "us-east"), ("eu-wes", "eu-west"), ("api", nil),
      ("x", nil),
      ("", nil), ("ap-suoth", "ap-south"), (String(repeating: "us-east", count: 20), nil),
    ] as [(String, String?)])
  func suggestions(word: String, expected: String?) {
    #expect(Suggestion.closest(to: word, among: ["us-east", "eu-west", "ap-south"]) == expected)
  }

  @Test(
    "names are completed, unescaped and kept in their case",
    arguments: [
      ("@", "example.com."), (".", "."), ("WWW", "WWW.example.com."), ("www.", "www."),
      ("a.b", "a.b.example.com."), (#"a\.b"#, #"a\.b.example.com."#),
      (#"\065\066"#, "AB.example.com."),
      (#"\000"#, #"\000.example.com."#), (#"\@"#, #"\@.example.com."#), ("*", "*.example.com."),
      (String(repeating: "a", count: 63), String(repeating: "a", count: 63) + ".example.com."),
    ])
  func names(text: String, expected: String) throws {
    let name = try NameText.name(Array(text.utf8), origin: example)
    #expect(name.description == expected)
  }

  @Test(
    "names that break a limit say which",
    arguments: [
      ("", .empty), ("..", .emptyLabel), (".a", .emptyLabel), ("a..b", .emptyLabel),
      (String(repeating: "a", count: 64), .labelTooLong), (#"\25"#, .badEscape),
      (#"\256"#, .badEscape), (#"\1x2"#, .badEscape), (#"a\"#, .badEscape),
      (String(repeating: "abcdefg.", count: 32), .nameTooLong),
    ] as [(String, NameText.Failure)])
  func badNames(text: String, failure: NameText.Failure) {
    #expect(throws: failure) { try NameText.name(Array(text.utf8), origin: example) }
  }

  @Test("the longest name fits")
  func longestName() throws {
    // 30 labels of 7 octets, one of 1, and example.com. with its 13 octets: 255.
    let text = String(repeating: "abcdefg.", count: 30) + "a"
    #expect(try NameText.name(Array(text.utf8), origin: example).wire.count == 255)
  }

  @Test(
    "$INCLUDE leads from the including file, and not out of the root",
    arguments: [
      ("a", "zones/x", "zones/a", true), ("../a", "zones/sub/x", "zones/a", true),
      ("./s//a", "zones/x", "zones/s/a", true), ("../a", "zones/x", "a", false),
      ("../zones2/a", "zones/x", "zones2/a", false),
      ("/etc/passwd", "zones/x", "/etc/passwd", false),
      ("../../../../a", "zones/x", "../../../a", false),
    ])
  func includePaths(name: String, includer: String, path: String, isInside: Bool) {
    #expect(IncludePath.resolve(name, from: includer) == path)
    #expect((IncludePath.part(of: path, below: "zones") != nil) == isInside)
  }

  @Test(
    "the root may be written in any way",
    arguments: [
      ("zones/a", "./zones/", "a"), ("zones//b/./a", "zones", "b/a"), ("a", ".", "a"),
      ("../a", ".", nil), ("..", ".", nil), ("/etc/a", ".", nil), ("../a", "..", "a"),
      ("../../a", "..", nil), ("/srv/zones/b/a", "/srv/zones//", "b/a"),
      ("/srv/zones", "/srv/zones", nil), ("/a", "/", "a"),
    ])
  func roots(path: String, root: String, part: String?) {
    #expect(IncludePath.part(of: path, below: root) == part)
  }
}
