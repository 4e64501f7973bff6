import DNSWire
import Testing

/// Reading in words against reading in octets.
struct WordTests {
  @Test("a word has the octets that are there, and 0 for those that are not")
  func words() {
    for count in 0..<20 {
      let octets = (0..<count).map { UInt8($0 + 1) }
      unsafe octets.withUnsafeBytes { buffer in
        let reader = unsafe PacketReader(buffer)
        for offset in 0..<24 {
          let expected = (0..<8).reduce(UInt64(0)) {
            $0 | UInt64(offset + $1 < count ? octets[offset + $1] : 0) << UInt64(8 * $1)
          }
          #expect(reader.word(offset) == expected)
        }
      }
    }
  }

  @Test("a name is made lower case in every octet and changed in no other", arguments: 0..<8)
  func lowerCase(_ tail: Int) throws {
    let scanned = ScannedName()
    defer { scanned.deallocate() }
    for first in UInt8.min ... .max {
      let label = [first, 0x40, 0x41, 0x5A, 0x5B, 0x61, 0x7A, 0x80, 0xC1, 0xDA, 0xFF, first]
      let name = [UInt8(label.count)] + label + [1, first, 0]
      let message = name + [UInt8](repeating: 0x41, count: tail)
      let end = unsafe message.withUnsafeBytes {
        unsafe scanned.scan(PacketReader($0), at: 0, key: NameHashKey(seed: 1))
      }
      #expect(end == name.count)
      let lower = name.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
      for index in name.indices {
        #expect(unsafe scanned.octets.load(fromByteOffset: index, as: UInt8.self) == lower[index])
      }
      #expect(scanned.labelCount == 2)
    }
  }
}
