import Addresses
import DNSWire
import Foundation
import Testing

@testable import GeoDatabase

/// Whatever a file holds, reading it ends in a value or in an error, never in a crash or without end.
@Suite struct DamagedFileTests {
  /// What becomes of a file.
  enum Fate: Sendable {
    case sound, noDatabase, damagedTree, damagedRecord, noLocations, unreadable
  }

  /// Opens a file, looks addresses up in it, flattens it.
  static func fate(of path: String) -> Fate {
    do throws(GeoDatabaseError) {
      let file = try MaxMindFile(path: path)
      for text in ["0.0.0.0", "1.1.1.1", "81.2.69.160", "::", "2001:218::", "2002::", "ffff::"] {
        if let address = IPAddress(text) { _ = try? file.lookup(address) }
      }
      _ = try GeoDatabase(path: path)
      return .sound
    } catch {
      #expect(error.description.hasPrefix("\(path): "))
      #expect(!error.description.contains("\n"))
      switch error {
      case .notADatabase: return .noDatabase
      case .damagedTree: return .damagedTree
      case .damagedRecord: return .damagedRecord
      case .noLocations: return .noLocations
      default: return .unreadable
      }
    }
  }

  /// Those of the known files that are not simply of another kind.
  static let knownFates: [String: Fate] = [
    "bad-data/libmaxminddb/libmaxminddb-deep-array-nesting.mmdb": .damagedRecord,
    "bad-data/libmaxminddb/libmaxminddb-deep-nesting.mmdb": .damagedRecord,
    "bad-data/libmaxminddb/libmaxminddb-metadata-marker-only.mmdb": .noDatabase,
    "bad-data/libmaxminddb/libmaxminddb-offset-integer-overflow.mmdb": .noDatabase,
    "bad-data/libmaxminddb/libmaxminddb-oversized-array.mmdb": .damagedRecord,
    "bad-data/libmaxminddb/libmaxminddb-oversized-map.mmdb": .damagedRecord,
    "bad-data/libmaxminddb/libmaxminddb-separator-record-max-left.mmdb": .damagedTree,
    "bad-data/libmaxminddb/libmaxminddb-separator-record-min-left.mmdb": .damagedTree,
    "bad-data/libmaxminddb/libmaxminddb-separator-record-min-right.mmdb": .damagedTree,
    "bad-data/maxminddb-golang/cyclic-data-structure.mmdb": .noDatabase,
    "bad-data/maxminddb-golang/invalid-bytes-length.mmdb": .noDatabase,
    "bad-data/maxminddb-golang/invalid-data-record-offset.mmdb": .noDatabase,
    "bad-data/maxminddb-golang/invalid-map-key-length.mmdb": .noDatabase,
    "bad-data/maxminddb-golang/invalid-string-length.mmdb": .noDatabase,
    "bad-data/maxminddb-golang/metadata-is-an-uint128.mmdb": .noDatabase,
    "bad-data/maxminddb-golang/unexpected-bytes.mmdb": .noDatabase,
    "bad-data/maxminddb-python/bad-unicode-in-map-key.mmdb": .damagedTree,
    "test-data/GeoIP2-City-Test-Broken-Double-Format.mmdb": .damagedRecord,
    "test-data/GeoIP2-City-Test-Invalid-Node-Count.mmdb": .noDatabase,
    "test-data/GeoIP2-City-Test.mmdb": .sound,
    "test-data/GeoIP2-Country-Test.mmdb": .sound,
    "test-data/GeoIP2-Enterprise-Test.mmdb": .sound,
    "test-data/GeoIP2-ISP-Test.mmdb": .sound,
    "test-data/GeoLite2-ASN-Test.mmdb": .sound,
    "test-data/GeoLite2-City-Test.mmdb": .sound,
    "test-data/GeoLite2-Country-Test.mmdb": .sound,
    "test-data/MaxMind-DB-test-broken-pointers-24.mmdb": .damagedTree,
    "test-data/MaxMind-DB-test-broken-search-tree-24.mmdb": .damagedTree,
  ]

  @Test(
    "Files that have crashed readers", .enabled(if: TestData.isPresent),
    arguments: TestData.databases("bad-data", "test-data"))
  func knownFiles(name: String) throws {
    #expect(Self.fate(of: try TestData.path(name)) == Self.knownFates[name] ?? .noLocations)
  }

  /// A database with nested, shared and repeated data.
  static func sample() throws -> [UInt8] {
    var writer = MMDBWriter(type: "Test", description: "A test", buildEpoch: 1)
    for index in 0..<40 as Range<UInt32> {
      let name = MaxMindValue.map([.init("en", .string("City number \(index / 2)"))])
      writer.insert(
        IPPrefix(IPAddress(ipv4: index << 27), length: 8),
        .map([
          .init("city", .map([.init("geoname_id", .uint32(index + 1)), .init("names", name)])),
          .init("country", .map([.init("iso_code", .string("C\(index % 10)"))])),
          .init(
            "location",
            .map([.init("latitude", .double(Double(index))), .init("longitude", .double(1))])),
          .init("subdivisions", .array([.map([.init("iso_code", .string("S1"))])])),
        ]))
      writer.insert(
        IPPrefix(IPAddress(ipv6: UInt128(index + 0x2000) << 112), length: 16),
        .map([.init("autonomous_system_number", .uint32(index))]))
    }
    return try writer.encode()
  }

  @Test func aFileCutAnywhereIsNoDatabase() throws {
    let octets = try Self.sample()
    try TestData.withFile(octets) { #expect(Self.fate(of: $0) == .sound) }
    for length in stride(from: 0, to: octets.count, by: 19) {
      try TestData.withFile(octets.prefix(length)) { #expect(Self.fate(of: $0) == .noDatabase) }
    }
  }

  @Test("A file that lost a piece in the middle is an error or still sound")
  func lostPieces() throws {
    let octets = try Self.sample()
    for start in stride(from: 0, to: octets.count - 64, by: 61) {
      for length in [1, 64, 1000] where start + length < octets.count {
        try TestData.withFile(octets[..<start] + octets[(start + length)...]) {
          _ = Self.fate(of: $0)
        }
      }
    }
  }

  @Test("A file with changed octets is an error or still sound", arguments: 0..<4)
  func changedOctets(seed: UInt64) throws {
    let octets = try Self.sample()
    var generator = RandomGenerator(seed: seed)
    for _ in 0..<150 {
      var changed = octets
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        // Half of the changes hit the metadata, which says how all else is read.
        let range =
          Bool.random(using: &generator) ? octets.indices : (octets.count - 180)..<octets.count
        changed[Int.random(in: range, using: &generator)] = .random(in: 0...255, using: &generator)
      }
      try TestData.withFile(changed) { _ = Self.fate(of: $0) }
    }
  }

  @Test func whatIsNoFileIsOneLine() {
    #expect(
      throws: GeoDatabaseError.unreadable(
        path: "/nowhere/x.mmdb", reason: "No such file or directory")
    ) { try MaxMindFile(path: "/nowhere/x.mmdb") }
    #expect(throws: GeoDatabaseError.unreadable(path: "/tmp", reason: "not a regular file")) {
      try MaxMindFile(path: "/tmp")
    }
    #expect(throws: GeoDatabaseError.unreadable(path: "/dev/zero", reason: "not a regular file")) {
      try MaxMindFile(path: "/dev/zero")
    }
  }

  @Test func aFileTruncatedWhileOpenIsStillRead() throws {
    try TestData.withFile(Self.sample()) { path in
      let file = try MaxMindFile(path: path)
      // Writing to the same file, not replacing it.
      try #require(FileHandle(forWritingAtPath: path)).truncate(atOffset: 0)
      #expect(try file.lookup(IPAddress(ipv4: 0)).record != nil)
    }
  }
}
