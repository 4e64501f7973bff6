import DNSWire
import Testing
import ZoneStore

struct ZoneImageTests {
  private static let key = NameHashKey(seed: 5)

  private func builder() throws -> ZoneImageBuilder {
    let apex = try #require(DomainName("example.com."))
    return ZoneImageBuilder(apex: apex, key: Self.key)
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
    _ builder: inout ZoneImageBuilder, _ owner: String, _ type: RecordType, _ rdata: [UInt8],
    ttl: UInt32 = 300
  ) throws {
    builder.add(
      owner: try #require(DomainName(owner)).wire[...], type: type, ttl: ttl, rdata: rdata[...])
  }

  @Test func aZoneNeedsASOA() throws {
    var builder = try builder()
    try add(&builder, "www.example.com.", .a, [192, 0, 2, 1])
    let storage = builder.build()
    #expect(storage == nil)
  }

  @Test func namesAreFoundAndNoOthers() throws {
    var builder = try builder()
    try add(&builder, "example.com.", .soa, Self.soa)
    for index in 0..<5000 { try add(&builder, "h\(index).example.com.", .a, [10, 0, 0, 1]) }
    try add(&builder, "a.b.c.example.com.", .a, [192, 0, 2, 1])
    let built = builder.build()
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
    var builder = try builder()
    let target: [UInt8] = [2] + Array("ns".utf8) + [1, 0x64, 0]
    try add(&builder, "example.com.", .soa, Self.soa)
    try add(&builder, "sub.example.com.", .ns, target)
    try add(&builder, "x.sub.example.com.", .ns, target)
    try add(&builder, "y.x.sub.example.com.", .a, [192, 0, 2, 1])
    try add(&builder, "dn.example.com.", .dname, target)
    try add(&builder, "z.dn.example.com.", .a, [192, 0, 2, 1])
    try add(&builder, "*.w.example.com.", .a, [192, 0, 2, 1])
    let built = builder.build()
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
    var builder = try builder()
    try add(&builder, "example.com.", .soa, Self.soa)
    try add(&builder, "www.example.com.", .a, [192, 0, 2, 1], ttl: 300)
    try add(&builder, "www.example.com.", .a, [192, 0, 2, 2], ttl: 60)
    let built = builder.build()
    let storage = try #require(built)
    let node = try #require(try find("www.example.com.", in: storage.image))
    let rrset = storage.image.rrsets[storage.image.rrset(1, at: node)]
    #expect(rrset.ttl == 60)
    #expect(rrset.recordCount == 2)
  }

  /// RDATA of a known type may be written as octets (RFC 3597 §5); what is no name is not taken apart.
  @Test func malformedNamesInRDATAAreKeptAsOctets() throws {
    var builder = try builder()
    try add(&builder, "example.com.", .soa, Self.soa)
    try add(&builder, "odd.example.com.", .mx, [0, 10, 5, 0x61])
    try add(&builder, "odd.example.com.", .ptr, [0xC0, 0x0C])
    let built = builder.build()
    let storage = try #require(built)
    let node = try #require(try find("odd.example.com.", in: storage.image))
    for type in [RecordType.mx, .ptr] {
      let rrset = storage.image.rrsets[storage.image.rrset(type.rawValue, at: node)]
      #expect(rrset.layout == .whole)
    }
  }
}
