import DNSWire
import Testing

struct NameTests {
  /// Presentation form (RFC 1035 §5.1) and wire form (§3.1).
  @Test(arguments: [
    ("www.example.com.", "www.example.com."), ("www", "www.example.org."), ("@", "example.org."),
    (".", "."), ("a\\.b.c.", "a\\.b.c."), ("\\000\\255.x.", "\\000\\255.x."), ("\\065.", "A."),
    ("*.x.", "*.x."), ("a\\;b.", "a\\;b."), ("WwW.X.", "WwW.X."),
  ])
  func presentationForm(_ text: String, _ expected: String) throws {
    let origin = try #require(DomainName("example.org."))
    let name = try #require(DomainName(text, origin: origin))
    #expect(name.description == expected)
    #expect(DomainName(name.description) == name)
    #expect(DomainName(wire: name.wire) == name)
  }

  @Test(arguments: [
    "", "..", "a..b.", ".a", "a\\", "a\\25", "a\\256.", String(repeating: "x", count: 64) + ".",
    String(repeating: "abcdefg.", count: 32),
  ])
  func whatIsNoName(_ text: String) {
    #expect(DomainName(text) == nil)
  }

  @Test func namesMayHave255Octets() throws {
    // 63 + 63 + 63 + 61 octets of labels, four length octets, the root's.
    let labels = [63, 63, 63, 61].map { String(repeating: "x", count: $0) }
    let name = try #require(DomainName(labels.joined(separator: ".") + "."))
    #expect(name.wire.count == 255)
    #expect(DomainName("a", origin: name) == nil)
    #expect(DomainName(String(repeating: "a.", count: 127))?.labels.count == 127)
  }

  @Test func wireFormIsChecked() {
    #expect(DomainName(wire: []) == nil)
    #expect(DomainName(wire: [1]) == nil)
    #expect(DomainName(wire: [1, 0x61]) == nil)
    #expect(DomainName(wire: [0xC0, 0]) == nil)
    #expect(DomainName(wire: [1, 0x61, 0, 0]) == nil)
    #expect(DomainName(wire: [1, 0x61, 0])?.description == "a.")
  }

  /// RFC 4034 §6.1, the example there.
  @Test func canonicalOrder() {
    let sorted = [
      "example.", "a.example.", "yljkjljk.a.example.", "Z.a.example.", "zABC.a.EXAMPLE.",
      "z.example.", "\\001.z.example.", "*.z.example.", "\\200.z.example.",
    ].compactMap { DomainName($0) }
    #expect(sorted.count == 9)
    #expect(sorted.reversed().sorted() == sorted)
  }

  @Test func caseDoesNotMatter() throws {
    let upper = try #require(DomainName("WWW.EXAMPLE.COM."))
    let lower = try #require(DomainName("www.example.com."))
    #expect(upper == lower)
    #expect(upper.hashValue == lower.hashValue)
    #expect(DomainName("[.") != DomainName("{."), "only letters have two cases")
  }

  private func scanned(_ text: String, seed: UInt64) throws -> ScannedName {
    let name = ScannedName()
    let wire = try #require(DomainName(text)).wire
    let end = unsafe wire.withUnsafeBytes {
      unsafe name.scan(PacketReader($0), at: 0, key: NameHashKey(seed: seed))
    }
    #expect(end == wire.count)
    return name
  }

  /// A suffix has the hash that it has as a name of its own, whatever its case.
  @Test func hashesOfSuffixes() throws {
    let long = try scanned("a.b.WWW.Example.COM.", seed: 1)
    let short = try scanned("www.example.com.", seed: 1)
    #expect(long.labelCount == 5)
    #expect(long.hash(ofSuffix: 2) == short.hash(ofSuffix: 0))
    #expect(long.hash(ofSuffix: 5) == short.hash(ofSuffix: 3))
    #expect(long.offset(ofLabel: 2) == 4)
    #expect(long.isEqual(to: "\u{1}a\u{1}b\u{3}www\u{7}example\u{3}com\0"))
    #expect(try scanned("www.example.com.", seed: 2).hash(ofSuffix: 0) != short.hash(ofSuffix: 0))
  }

  /// Names that differ in one octet, in the place of a dot, or in length hardly ever collide.
  @Test func hashesDiffer() throws {
    var seen: Set<UInt64> = []
    var count = 0
    for index in 0..<2000 {
      for text in ["n\(index).example.com.", "n.\(index).example.com.", "\(index)n.example.com."] {
        seen.insert(try scanned(text, seed: 9).hash(ofSuffix: 0))
        count += 1
      }
    }
    #expect(seen.count == count)
  }
}
