import Configuration
import Testing

/// No octets trap the reader.
@Suite("Hostile files") struct HostileTests {
  static let texts: [(name: String, bytes: [UInt8])] = [
    ("invalid UTF-8", [0x61, 0x3A, 0x20, 0xFF, 0xFE]),
    ("a sequence that ends too early", Array("zones: ".utf8) + [0xE2, 0x82]),
    ("octet 0", Array("zones: a\0b".utf8)),
    ("UTF-16", [0xFF, 0xFE, 0x61, 0, 0x3A, 0]),
    ("flow lists without end", [UInt8](repeating: 0x5B, count: 100_000)),
    ("flow mappings without end", Array(String(repeating: "{a: ", count: 20_000).utf8)),
    ("block lists in each other", Array(String(repeating: "- ", count: 50_000).utf8)),
    ("too large", [UInt8](repeating: 0x23, count: 300_000)),
    (
      "entities in entities",
      Array(
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n".utf8)
    ),
    ("anchors alone", Array(String(repeating: "&a ", count: 1000).utf8)),
    ("a directive", Array("%YAML 9.9\n---\na: b\n".utf8)),
    ("a tag alone", Array("!<".utf8)),
    ("line ends of other worlds", Array("a: 1\u{85}b: 2\u{2028}c: 3\r".utf8)),
  ]

  @Test("is an error and no more", arguments: texts)
  func hostile(name: String, bytes: [UInt8]) {
    let read = ConfigurationFile(path: "sextant.yaml", bytes: bytes)
    #expect(read.settings == nil)
    #expect(!read.rendered().isEmpty)
  }

  @Test("more errors than anybody reads are counted")
  func many() {
    let text = (0..<500).map { "key\($0): 1\n" }.joined()
    let read = ConfigurationFile(path: "sextant.yaml", bytes: Array(text.utf8))
    #expect(read.diagnostics.count == 100)
    #expect(read.errorCount == 500)
    #expect(read.rendered().hasSuffix("sextant.yaml: and 400 more errors\n"))
  }

  @Test("every octet of a good file can be any other")
  func mutations() {
    let good = Array(
      "udp: {payload-size: 1232}\nedns:\n  client-subnet: on\nlisten: [\"[::1]:53\"]\n".utf8)
    for index in good.indices {
      for octet in [0, 0x09, 0x0A, 0x22, 0x26, 0x3A, 0x5B, 0x7B, 0x80, 0xC3, 0xFF] as [UInt8] {
        var bytes = good
        bytes[index] = octet
        let read = ConfigurationFile(path: "sextant.yaml", bytes: bytes)
        #expect((read.settings == nil) == (read.errorCount > 0))
        #expect(read.rendered().isEmpty == (read.errorCount == 0))
      }
    }
  }
}
