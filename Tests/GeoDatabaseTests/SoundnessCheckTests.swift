import Testing

@testable import GeoDatabase

/// The MaxMind DB specification, "Output Data Section".
@Suite struct SoundnessCheckTests {
  private static func isSound(_ octets: [UInt8], at offset: Int = 0) -> Bool {
    var check = SoundnessCheck()
    return check.isSound(octets.span, at: offset)
  }

  @Test(
    "Sound values",
    arguments: [
      [0x42, 0x61, 0x62],  // "ab"
      [0x40],  // ""
      [0xE0],  // {}
      [0xE1, 0x41, 0x61, 0xC1, 0x07],  // {"a": 7}
      [0x02, 0x04, 0xA0, 0xA0],  // [0, 0]
      [0x01, 0x07],  // true
      [0xE1, 0x20, 0x05, 0xA0, 0x00, 0x41, 0x61],  // the key is a pointer to "a"
      [0x68] + [UInt8](repeating: 0, count: 8),  // a double
      [0x5D, 0x00] + [UInt8](repeating: 0x61, count: 29),  // a string of 29
      [0x5E, 0x00, 0x00] + [UInt8](repeating: 0x61, count: 285),
    ] as [[UInt8]])
  func sound(octets: [UInt8]) { #expect(Self.isSound(octets)) }

  @Test(
    "Unsound values",
    arguments: [
      [],
      [0x42, 0x61],  // a string behind the end
      [0x5D], [0x5E, 0x00], [0x5F, 0xFF, 0xFF],  // a size behind the end
      [0x5F, 0xFF, 0xFF, 0xFF],  // a string of 16 MB
      [0xE1, 0x41, 0x61],  // a map that ends in the middle
      [0xE1, 0xA1, 0x01, 0xA1, 0x01],  // a key that is a number
      [0xFF, 0xFF, 0xFF, 0xFF],  // a map of 16 million entries
      [0x1F, 0x04, 0xFF, 0xFF, 0xFF],  // an array of as many
      [0x20, 0x00],  // a pointer to itself
      [0x20, 0x09],  // a pointer behind the end
      [0x20, 0x02, 0x20, 0x00],  // a pointer to a pointer
      [0x01, 0x04, 0x20, 0x00],  // an array that has itself in it
      [0x38, 0xFF, 0xFF, 0xFF, 0xFF],  // the largest pointer
      [0x30], [0x38, 0x00, 0x00],  // a pointer that ends in the middle
      [0x00], [0x00, 0x05], [0x00, 0x06], [0x00, 0x09],  // types that are none
    ] as [[UInt8]])
  func unsound(octets: [UInt8]) { #expect(!Self.isSound(octets)) }

  @Test func nestingIsBounded() {
    func nested(_ depth: Int) -> [UInt8] {
      (0..<depth).flatMap { _ in [0x01, 0x04] as [UInt8] } + [0xA0]
    }
    #expect(Self.isSound(nested(31)))
    #expect(!Self.isSound(nested(32)))
    #expect(!Self.isSound(nested(1_000_000)))
  }

  @Test func sharedPartsAreBounded() {
    // Each array has the one before it twice, so the last unfolds to 2^n values.
    var octets: [UInt8] = [0xA0]
    var last = 0
    for _ in 0..<20 {
      let start = octets.count
      octets += [0x02, 0x04, 0x20, UInt8(last), 0x20, UInt8(last)]
      last = start
    }
    #expect(Self.isSound(octets, at: 1 + 6 * 9))
    #expect(!Self.isSound(octets, at: last))
    // Also where the parts have been seen before.
    var check = SoundnessCheck()
    for step in 0..<20 {
      #expect(check.isSound(octets.span, at: 1 + 6 * step) == (step < 11))
    }
  }
}
