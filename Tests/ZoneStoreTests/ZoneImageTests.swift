import DNSWire
import Testing
import ZoneStore

struct ZoneImageTests {
  private static let key = NameHashKey(seed: 5)

  /// Records, and the octets that they stand in.
  private struct Records {
    var octets: [UInt8] = []
    var list: [(owner: Range<Int>, type: RecordType, ttl: UInt32, rdata: Range<Int>)] = []

    func build(maximumOctets: Int = Int(UInt32.max)) throws -> ZoneStorage? {
      let apex = try #require(DomainName("example.com."))
      var builder = ZoneImageBuilder(
        apex: apex, key: ZoneImageTests.key, source: octets, maximumOctets: maximumOctets)
      for record in list {
        builder.add(
          owner: record.owner, type: record.type, ttl: record.ttl, rdata: record.rdata)
      }
      return try builder.build()
    }
  }

  private static let soa: [UInt8] =
    [2] + Array("ns".utf8) + [0, 1, 0x68, 0]
    + [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 60]

  private func find(_ text: String, in image: ZoneImage) throws -> Node? {
    let name = ScannedName()
    defer { name.deallocate() }
    let wire = try #require(DomainName(text)).wire
    unsafe wire.withUnsafeBytes { unsafe name.load($0, key: Self.key) }
    let index = image.find(name, suffix: 0)
    return index == noIndex ? nil : image.nodes[index]
  }

  private func add(
    _ records: inout Records, _ owner: String, _ type: RecordType, _ rdata: [UInt8],
    ttl: UInt32 = 300
  ) throws {
    let wire = try #require(DomainName(owner)).wire
    let start = records.octets.count
    records.octets += wire + rdata
    let end = start + wire.count
    records.list.append((start..<end, type, ttl, end..<records.octets.count))
  }

  /// Offsets have 32 bits; a name stands in full, and so does each of its ancestors.
  @Test(
    "A zone that grows beyond its offsets is refused, be it by names or by data",
    arguments: ["a.b.c.d.e.f.g.h.example.com.", "a.example.com."])
  func tooLarge(owner: String) throws {
    var records = Records()
    try add(&records, "example.com.", .soa, Self.soa)
    let rdata = [UInt8](repeating: 1, count: 200)
    for _ in 0..<4 { try add(&records, owner, RecordType(rawValue: 65_280), rdata) }
    let needed = try #require(try records.build()).image.octets.count
    #expect(try records.build(maximumOctets: needed) != nil)
    for maximum in 20..<needed {
      #expect(throws: ZoneImageBuilder.TooLarge.self) {
        try records.build(maximumOctets: maximum)
      }
    }
  }

  @Test func aZoneNeedsASOA() throws {
    var records = Records()
    try add(&records, "www.example.com.", .a, [192, 0, 2, 1])
    let storage = try records.build()
    #expect(storage == nil)
  }

  @Test func namesAreFoundAndNoOthers() throws {
    var records = Records()
    try add(&records, "example.com.", .soa, Self.soa)
    for index in 0..<5000 { try add(&records, "h\(index).example.com.", .a, [10, 0, 0, 1]) }
    try add(&records, "a.b.c.example.com.", .a, [192, 0, 2, 1])
    let built = try records.build()
    let storage = try #require(built)
    for index in 0..<5000 {
      let node = try #require(try find("h\(index).example.com.", in: storage.image))
      #expect(node.rrsetCount == 1)
    }
    #expect(try find("h5000.example.com.", in: storage.image) == nil)
    #expect(
      try find("com.", in: storage.image) == nil, "an ancestor of the apex is not in the zone")
    let terminal = try #require(try find("b.c.example.com.", in: storage.image))
    #expect(terminal.rrsetCount == 0)
    #expect(storage.image.negativeTTL == 60)
  }

  @Test func authorityEndsAtCutsAndBelowDNAMEs() throws {
    var records = Records()
    let target: [UInt8] = [2] + Array("ns".utf8) + [1, 0x64, 0]
    try add(&records, "example.com.", .soa, Self.soa)
    try add(&records, "sub.example.com.", .ns, target)
    try add(&records, "x.sub.example.com.", .ns, target)
    try add(&records, "y.x.sub.example.com.", .a, [192, 0, 2, 1])
    try add(&records, "dn.example.com.", .dname, target)
    try add(&records, "z.dn.example.com.", .a, [192, 0, 2, 1])
    try add(&records, "*.w.example.com.", .a, [192, 0, 2, 1])
    let built = try records.build()
    let storage = try #require(built)
    let image = storage.image
    let cut = try #require(try find("sub.example.com.", in: image))
    #expect(cut.flags.contains(.isCut))
    for name in ["sub.example.com.", "x.sub.example.com.", "y.x.sub.example.com."] {
      let node = try #require(try find(name, in: image))
      #expect(image.nodes[node.barrier].nameOffset == cut.nameOffset, "the uppermost cut counts")
    }
    let alias = try #require(try find("dn.example.com.", in: image))
    #expect(alias.barrier == noIndex)
    let below = try #require(try find("z.dn.example.com.", in: image))
    #expect(image.nodes[below.barrier].nameOffset == alias.nameOffset)
    let encloser = try #require(try find("w.example.com.", in: image))
    #expect(encloser.wildcard != noIndex)
  }

  @Test func theSmallestTTLOfAnRRsetCounts() throws {
    var records = Records()
    try add(&records, "example.com.", .soa, Self.soa)
    try add(&records, "www.example.com.", .a, [192, 0, 2, 1], ttl: 300)
    try add(&records, "www.example.com.", .a, [192, 0, 2, 2], ttl: 60)
    let built = try records.build()
    let storage = try #require(built)
    let node = try #require(try find("www.example.com.", in: storage.image))
    let rrset = storage.image.rrsets[storage.image.rrset(1, at: node)]
    #expect(rrset.ttl == 60)
    #expect(rrset.recordCount == 2)
  }

  /// RDATA of a known type may be written as octets (RFC 3597 §5); what is no name is not taken apart.
  @Test func malformedNamesInRDATAAreKeptAsOctets() throws {
    var records = Records()
    try add(&records, "example.com.", .soa, Self.soa)
    try add(&records, "odd.example.com.", .mx, [0, 10, 5, 0x61])
    try add(&records, "odd.example.com.", .ptr, [0xC0, 0x0C])
    let built = try records.build()
    let storage = try #require(built)
    let node = try #require(try find("odd.example.com.", in: storage.image))
    for type in [RecordType.mx, .ptr] {
      let rrset = storage.image.rrsets[storage.image.rrset(type.rawValue, at: node)]
      #expect(rrset.layout == .whole)
    }
  }
}
