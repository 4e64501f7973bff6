import DNSWire
import Foundation
import SourceText
import Testing

@testable import ZoneFile

@Suite("What a person reads")
struct RenderingTests {
  @Test("five different errors of a file are told in one go")
  func fiveErrors() {
    let text = """
      $CHECK web htp path=/health
      $POOL api ( 203.0.113.10 203.0.113.300 )
      api 20/300 STEER failover api
      www STEER failover ap
      \tMX ten mail ; a tab before
      """
    let load = load(head + text)
    #expect(load.zone == nil && load.errorCount == 5)
    #expect(
      load.rendered() == """
        zones/example.com.zone:6:12: error: no check kind 'htp'; did you mean 'http'?
          $CHECK web htp path=/health
                     ^^^
          hint: one of tcp, http, https
        zones/example.com.zone:7:26: error: '203.0.113.300' is not an address
          $POOL api ( 203.0.113.10 203.0.113.300 )
                                   ^^^^^^^^^^^^^
          hint: a target is an IPv4 or IPv6 address, or a host name; ports are written port=
        zones/example.com.zone:8:5: error: the smallest TTL, 300, is above the largest, 20
          api 20/300 STEER failover api
              ^^^^^^
          hint: write MAX/MIN: '300/20'
        zones/example.com.zone:9:20: error: no pool or policy 'ap'; did you mean 'api'?
          www STEER failover ap
                             ^^
        zones/example.com.zone:10:5: error: 'ten' is not a number from 0 to 65535
          \tMX ten mail ; a tab before
          \t   ^^^

        """)
  }

  @Test("a line of megabytes is no more to show than a long one")
  func veryLongLine() {
    let long = String(repeating: "ä", count: 1_000_000)
    let load = load(head + "x TXT \(long) ; \(long)\ny A 192.0.2.1 \(long)\nz A \(long)\n")
    let lines = load.rendered().split(separator: "\n")
    #expect(load.errorCount == 3)
    #expect(lines.allSatisfy { $0.count < 500 }, "\(lines.map(\.count))")
    #expect(lines.contains { $0.hasPrefix("  y A 192.0.2.1 ää") })
    #expect(lines.contains { $0.hasSuffix("ä' is not an IPv4 address") })
  }

  @Test("an error in an included file shows the chain of files")
  func chain() {
    let files = ["zones/s/one": "\n$INCLUDE two\n", "zones/s/two": "a A x\n"]
    let load = load(head + "$INCLUDE s/one\n", files: files)
    #expect(load.files == ["zones/example.com.zone", "zones/s/one", "zones/s/two"])
    #expect(
      load.rendered() == """
        zones/s/two:1:5: error: 'x' is not an IPv4 address
          a A x
              ^
          hint: write four numbers from 0 to 255, such as 192.0.2.1
          included at zones/s/one:2:1
          included at zones/example.com.zone:6:1

        """)
  }

  @Test("a place in another file is named with it")
  func otherFile() {
    let load = load(
      head + "$POOL p ( 192.0.2.1 )\n$INCLUDE one\n", files: ["zones/one": "$POOL p ( 192.0.2.2 )"])
    #expect(
      load.diagnostics.map(\.hint) == ["the first is in line 6 of zones/example.com.zone"])
  }

  @Test("a file that cannot be read is one clear line")
  func unreadable() {
    let loader = ZoneLoader(now: newYear)
    let load = loader.load(path: "/nonexistent/example.com.zone", apex: example)
    #expect(load.zone == nil)
    #expect(
      load.rendered()
        == "/nonexistent/example.com.zone: error: cannot read it: No such file or directory\n")
    let folder = loader.load(path: "/", apex: example)
    #expect(folder.rendered() == "/: error: cannot read it: not a regular file\n")
  }

  @Test("files are read whole")
  func readFile() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("sextant-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let octets = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
    try Data(octets).write(to: URL(fileURLWithPath: path))
    #expect(try FileError.readFile(path) == octets)
    let pipe = path + ".pipe"
    defer { try? FileManager.default.removeItem(atPath: pipe) }
    // SAFETY: the path is passed as a C string for the length of the call.
    let status = unsafe mkfifo(pipe, 0o600)
    #expect(status == 0)
    #expect(throws: FileError.notARegularFile) { try FileError.readFile(pipe) }
  }

  @Test("a hundred errors and a hundred warnings of a file are shown, the rest counted")
  func limits() {
    let errors = String(repeating: "a A x\n", count: 150)
    let warnings = (0..<130).map { "w\($0) A 192.0.2.1\nw\($0) A 192.0.2.1\n" }.joined()
    let load = load(head + errors + warnings)
    #expect(load.diagnostics.count == 200)
    #expect(load.errorCount == 150 && load.warningCount == 130)
    #expect(
      load.rendered().hasSuffix(
        "zones/example.com.zone: and 50 more errors\nzones/example.com.zone: and 30 more warnings\n"
      ))
  }

  @Test("a long line is cut to a window round the place")
  func longLine() {
    let text =
      "a TXT " + String(repeating: "y", count: 300) + " " + String(repeating: "z", count: 200)
    let load = load(head + text)
    let lines = load.rendered().split(separator: "\n")
    #expect(lines[1].count <= 125 && lines[1].hasSuffix("…"))
    #expect(lines[2].contains("^"))
    let late = ZoneFileTests.load(head + "a TXT " + String(repeating: "y ", count: 200) + ")\n")
    let shown = late.rendered().split(separator: "\n")
    #expect(shown[1].hasPrefix("  …") && shown[1].hasSuffix("y )"))
    #expect(shown[1].count == shown[2].count)
  }

  @Test("what would command a terminal is not sent to it")
  func controls() {
    let load = load(head + "a A \u{1B}[2J\u{202E}\n")
    let isClean = load.rendered().unicodeScalars.allSatisfy { $0 != "\u{1B}" && $0 != "\u{202E}" }
    #expect(isClean && load.errorCount == 1)
  }

  @Test("colours on a terminal, and none of them elsewhere")
  func colours() {
    let load = load(head + "a A x\n")
    #expect(load.rendered(color: true).contains("\u{1B}[1;31merror: \u{1B}[0m"))
    #expect(!load.rendered().contains("\u{1B}"))
  }

  @Test("octets that are no UTF-8 are shown in some way, and the caret stays under its word")
  func badText() {
    let load = load(Array(head.utf8) + Array("a\u{FC} A ".utf8) + [0xFF, 0x0A])
    #expect(load.errorCount == 1)
    let lines = load.rendered().split(separator: "\n")
    #expect(lines[1] == "  a\u{FC} A \u{FFFD}" && lines[2] == "       ^")
  }
}
