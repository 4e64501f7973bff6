import Addresses
import DNSWire
import Testing

struct PacketTests {
  @Test func nothingIsReadOutside() {
    let octets: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    unsafe octets.withUnsafeBytes {
      let reader = unsafe PacketReader($0)
      #expect(reader.octet(8) == 9)
      #expect(reader.octet(9) == nil)
      #expect(reader.octet(-1) == nil)
      #expect(reader.uint16(7) == 0x0809)
      #expect(reader.uint16(8) == nil)
      #expect(reader.uint32(5) == 0x0607_0809)
      #expect(reader.uint32(6) == nil)
      #expect(reader.uint64(1) == 0x0203_0405_0607_0809)
      #expect(reader.uint64(2) == nil)
      #expect(reader.uint64(-1) == nil)
      #expect(unsafe reader.slice(2, 7)?.count == 7)
      #expect(unsafe reader.slice(2, 8) == nil)
      #expect(unsafe reader.slice(Int.max, 1) == nil)
    }
  }

  /// RFC 1035 §4.1.4: names may end in a pointer; other label types do not exist.
  @Test(
    arguments: [
      ([1, 0x61, 0, 9], 3), ([0], 1), ([1, 0x61, 0xC0, 0x0C], 4), ([0xC0], nil), ([1, 0x61], nil),
      ([0x40, 0], nil), ([0x80, 0], nil), ([], nil),
    ] as [([UInt8], Int?)])
  func namesAreSkipped(_ octets: [UInt8], _ end: Int?) {
    unsafe octets.withUnsafeBytes { #expect(unsafe PacketReader($0).skipName(0) == end) }
  }

  @Test func whatDoesNotFitChangesNothing() {
    var buffer = [UInt8](repeating: 0xEE, count: 16)
    unsafe buffer.withUnsafeMutableBytes {
      var writer = unsafe PacketWriter($0)
      writer.lowerLimit(to: 7)
      writer.append(UInt32(0x0102_0304))
      let mark = writer.count
      writer.append(UInt16(0x0506))
      #expect(!writer.overflowed)
      writer.append(UInt16(0x0708))
      #expect(writer.overflowed)
      // Not even what would fit: an RRset is whole or not there.
      writer.append(UInt8(9))
      #expect(writer.count == 6)
      writer.rollBack(to: mark)
      #expect(!writer.overflowed)
      writer.append(UInt8(9))
      writer.set(UInt16(0xAABB), at: 0)
      writer.set(UInt16(0xCCDD), at: 4)
      writer.raiseLimit(by: 2)
      writer.append(UInt16(0x0A0B))
      #expect(unsafe Array(writer.written) == [0xAA, 0xBB, 3, 4, 9, 0x0A, 0x0B])
    }
    #expect(buffer[7...].allSatisfy { $0 == 0xEE })
  }

  /// SipHash-2-4 as RFC 9018 §4.4 uses it: the first example of its Appendix A.
  @Test func theHashOfACookie() throws {
    let secret = try #require(
      CookieSecret(octets: [
        0xE5, 0xE9, 0x73, 0xE5, 0xA6, 0xB2, 0xA4, 0x3F, 0x48, 0xE7, 0xDC, 0x84, 0x9E, 0x37, 0xBF,
        0xCF,
      ]))
    let address = try #require(IPAddress("198.51.100.100"))
    #expect(
      secret.hash(client: 0x2464_C4AB_CF10_C957, head: 0x0100_0000_5CF7_9F11, address: address)
        == 0x1F81_30C3_EEE2_9480)
    #expect(CookieSecret(octets: [1, 2, 3]) == nil)
  }

  @Test func randomNumbersStayBelowTheirBound() {
    var generator = RandomGenerator(seed: 3)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[Int(generator.next(below: 7))] += 1 }
    // χ² with 6 degrees of freedom: 22.5 at a probability of 0.001.
    let squares = counts.reduce(0.0) { $0 + Double(($1 - 10_000) * ($1 - 10_000)) / 10_000 }
    #expect(squares < 22.5)
    #expect(generator.next(below: 0) == 0)
  }
}
