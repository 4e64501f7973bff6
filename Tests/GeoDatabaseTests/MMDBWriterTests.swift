import Addresses
import DNSWire
import Testing

@testable import GeoDatabase

@Suite struct MMDBWriterTests {
  private static func prefix(_ text: String) throws -> IPPrefix { try IPPrefix(parsing: text) }

  /// Reads a file back and looks up addresses: for each the network and its record.
  private static func lookups(
    _ octets: [UInt8], _ addresses: [String]
  ) throws -> [(network: String, record: MaxMindValue?)] {
    try TestData.withFile(octets) { path in
      let file = try MaxMindFile(path: path)
      return try addresses.map {
        let found = try file.lookup(#require(IPAddress($0)))
        return (found.network.description, found.record)
      }
    }
  }

  @Test(
    "All record sizes are read back by libmaxminddb", arguments: [24, 28, 32])
  func recordSizes(size: Int) throws {
    var writer = MMDBWriter(
      type: "Test-DB", description: "Größe \(size)", buildEpoch: 1_700_000_000,
      smallestRecordSize: size)
    var generator = RandomGenerator(seed: UInt64(size))
    var records: [IPPrefix: MaxMindValue] = [:]
    for number in 0..<200 as Range<UInt32> {
      let isIPv4 = Bool.random(using: &generator)
      let bits = UInt128.random(in: 1 << 125 ... .max, using: &generator)
      let address =
        isIPv4 ? IPAddress(ipv4: UInt32(truncatingIfNeeded: bits)) : IPAddress(ipv6: bits)
      let length = Int.random(in: 3...address.bitWidth, using: &generator)
      records[IPPrefix(address, length: length)] = .map([.init("number", .uint32(number))])
    }
    for (prefix, record) in records.sorted(by: { $0.key.length < $1.key.length }) {
      let isTaken = writer.insert(prefix, record)
      #expect(isTaken)
    }
    try TestData.withFile(writer.encode()) { path in
      let file = try MaxMindFile(path: path)
      #expect(file.metadata.type == "Test-DB")
      #expect(file.metadata.recordSize == size)
      #expect(file.metadata.ipVersion == 6)
      #expect(file.metadata.buildEpoch == 1_700_000_000)
      #expect(file.metadata.languages == ["en"])
      #expect(file.metadata.descriptions == ["en": "Größe \(size)"])
      for prefix in records.keys {
        let longest = records.filter { $0.key.contains(prefix.address) }
          .max { $0.key.length < $1.key.length }
        #expect(try file.lookup(prefix.address).record == longest?.value)
      }
    }
  }

  @Test func everyTypeOfValueIsReadBack() throws {
    let value = MaxMindValue.map([
      .init("array", .array([.uint32(1), .string("zwei"), .array([]), .map([])])),
      .init("boolean", .boolean(true)), .init("other boolean", .boolean(false)),
      .init("bytes", .bytes([0, 1, 255])), .init("double", .double(-12.25)),
      .init("float", .float(0.5)), .init("int32", .int32(-5)),
      .init("uint16", .uint16(.max)), .init("uint32", .uint32(.max)),
      .init("uint64", .uint64(.max)), .init("uint128", .uint128(.max)),
      .init("zero", .uint64(0)), .init("empty", .string("")),
      .init("ü", .string(String(repeating: "long text ", count: 7000))),
    ])
    var writer = MMDBWriter(type: "T", description: "", buildEpoch: 1)
    try writer.insert(Self.prefix("192.0.2.0/24"), value)
    #expect(try Self.lookups(writer.encode(), ["192.0.2.1"])[0].record == value)
  }

  @Test("Strings of all forms of size", arguments: [28, 29, 284, 285, 65820, 65821])
  func sizes(count: Int) throws {
    let value = MaxMindValue.map([.init("k", .string(String(repeating: "x", count: count)))])
    var writer = MMDBWriter(type: "T", description: "", buildEpoch: 1)
    try writer.insert(Self.prefix("::ffff:0:0/96"), value)
    #expect(try Self.lookups(writer.encode(), ["::ffff:1.2.3.4"])[0].record == value)
  }

  @Test("Pointers of all sizes lead back", arguments: [1000, 100_000, 600_000])
  func pointers(filler: Int) throws {
    func record(_ text: String) -> MaxMindValue {
      .map([.init("a", .string(text)), .init("shared", .string("a text that occurs twice"))])
    }
    var writer = MMDBWriter(type: "T", description: "", buildEpoch: 1)
    let filling = MaxMindValue.string(String(repeating: "x", count: filler))
    try writer.insert(Self.prefix("10.0.0.0/8"), .map([.init("filler", filling)]))
    try writer.insert(Self.prefix("11.0.0.0/8"), record("one"))
    try writer.insert(Self.prefix("12.0.0.0/8"), record("two"))
    let octets = try writer.encode()
    #expect(octets.count < filler + 1000)
    let found = try Self.lookups(octets, ["11.0.0.1", "12.0.0.1"])
    #expect(found[0].record == record("one"))
    #expect(found[1].record == record("two"))
  }

  @Test func halvesWithTheSameRecordAreOneNetwork() throws {
    let record = MaxMindValue.map([.init("a", .uint32(1))])
    var writer = MMDBWriter(type: "T", description: "", buildEpoch: 1)
    try writer.insert(Self.prefix("192.0.2.0/25"), record)
    try writer.insert(Self.prefix("192.0.2.128/25"), record)
    #expect(try Self.lookups(writer.encode(), ["192.0.2.200"])[0].network == "192.0.2.0/24")
  }

  @Test func whereIPv4LivesNoIPv6NetworkIsTaken() throws {
    var writer = MMDBWriter(type: "T", description: "", buildEpoch: 1)
    for text in ["::/0", "::/96", "::1/128", "::c000:200/120"] {
      let isTaken = writer.insert(try Self.prefix(text), .map([]))
      #expect(!isTaken)
    }
    #expect(throws: GeoDatabaseError.noNetworks) { try writer.encode() }
  }

  @Test func allOfIPv4CanBeOneNetwork() throws {
    let record = MaxMindValue.map([.init("a", .uint32(1))])
    var writer = MMDBWriter(type: "T", description: "", buildEpoch: 1)
    try writer.insert(Self.prefix("0.0.0.0/0"), record)
    let found = try Self.lookups(writer.encode(), ["8.8.8.8", "2001:db8::"])
    #expect(found.map(\.network) == ["0.0.0.0/0", "2000::/3"])
    #expect(found.map(\.record) == [record, nil])
  }
}
