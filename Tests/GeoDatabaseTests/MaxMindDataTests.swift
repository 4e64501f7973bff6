import Addresses
import Foundation
import Testing

@testable import GeoDatabase

/// MaxMind's test databases against the JSON that they were made from.
@Suite(.enabled(if: TestData.isPresent)) struct MaxMindDataTests {
  /// What the JSON says of each network.
  private static func truth(_ name: String) throws -> [IPPrefix: [String: Any]] {
    let data = try Data(contentsOf: URL(filePath: TestData.path("source-data/\(name).json")))
    let list = try #require(JSONSerialization.jsonObject(with: data) as? [[String: [String: Any]]])
    var result: [IPPrefix: [String: Any]] = [:]
    for (text, record) in list.joined() {
      let prefix = try network(text)
      // "::214.0.0.0/120" is how the JSON writes IPv4 networks.
      let isIPv4 = !prefix.address.isIPv4 && prefix.address.number >> 32 == 0 && prefix.length >= 96
      let address = IPAddress(ipv4: UInt32(truncatingIfNeeded: prefix.address.low))
      result[isIPv4 ? IPPrefix(address, length: prefix.length - 96) : prefix] = record
    }
    return result
  }

  /// One network of the JSON has host bits set.
  private static func network(_ text: String) throws -> IPPrefix {
    do throws(IPPrefix.ParseError) {
      return try IPPrefix(parsing: text)
    } catch {
      if case .hostBits(let meant) = error { return meant }
      throw error
    }
  }

  private static func last(of prefix: IPPrefix) -> IPAddress {
    let width = prefix.address.bitWidth
    let hosts =
      prefix.length == 0 ? UInt128.max : ((1 as UInt128) << UInt128(width - prefix.length)) - 1
    let number = prefix.address.number | hosts
    return prefix.address.isIPv4
      ? IPAddress(ipv4: UInt32(truncatingIfNeeded: number)) : IPAddress(ipv6: number)
  }

  private static func expected(_ record: [String: Any]) -> ClientLocation {
    func value(_ key: String, _ part: String) -> Any? { (record[key] as? [String: Any])?[part] }
    var location = ClientLocation()
    location.continent = value("continent", "code") as? String
    location.country = value("country", "iso_code") as? String
    location.city = (value("city", "geoname_id") as? NSNumber)?.uint32Value
    for part in record["subdivisions"] as? [[String: Any]] ?? [] {
      location.subdivisions.append("\(location.country ?? "?")-\(part["iso_code"] ?? "?")")
    }
    if let latitude = value("location", "latitude") as? Double,
      let longitude = value("location", "longitude") as? Double
    {
      location.coordinates = .init(latitude: latitude, longitude: longitude)
    }
    location.asn = (record["autonomous_system_number"] as? NSNumber)?.uint32Value
    return location
  }

  @Test(
    "Every network of the JSON is located as it says",
    arguments: ["GeoIP2-City-Test", "GeoIP2-Country-Test", "GeoLite2-ASN-Test"])
  func everyNetwork(name: String) throws {
    let truth = try Self.truth(name)
    let database = try GeoDatabase(path: TestData.path("test-data/\(name).mmdb"))
    #expect(truth.count > 100)
    for prefix in truth.keys {
      for address in [prefix.address, Self.last(of: prefix)] {
        // A network of the JSON may lie in another.
        let inner = try #require(
          truth.filter { $0.key.contains(address) }.max { $0.key.length < $1.key.length })
        let found = database.locate(address)
        #expect(found.location == Self.expected(inner.value), "\(address) of \(prefix)")
        #expect(found.network.contains(address))
        let byLibrary = try MaxMindFile(path: database.path).lookup(address)
        #expect(found.network == byLibrary.network, "\(address) of \(prefix)")
      }
    }
  }

  @Test func metadata() throws {
    let database = try GeoDatabase(path: TestData.path("test-data/GeoIP2-City-Test.mmdb"))
    #expect(database.metadata.type == "GeoIP2-City")
    #expect(database.metadata.ipVersion == 6)
    #expect(database.metadata.recordSize == 28)
    #expect(database.metadata.languages == ["en", "zh"])
    #expect(database.metadata.descriptions["en"]?.isEmpty == false)
    #expect(database.hasPlaces)
    #expect(!database.hasAutonomousSystems)
  }

  @Test func enterpriseHasBothPlacesAndSystems() throws {
    let database = try GeoDatabase(path: TestData.path("test-data/GeoIP2-Enterprise-Test.mmdb"))
    #expect(database.hasPlaces)
    #expect(database.hasAutonomousSystems)
    let location = try database.locate(#require(IPAddress("74.209.24.0"))).location
    #expect(location.subdivisions == ["US-NY"])
    #expect(location.asn == 14671)
  }

  @Test func aDatabaseOfOtherThingsIsRefused() throws {
    let path = try TestData.path("test-data/MaxMind-DB-test-decoder.mmdb")
    #expect(throws: GeoDatabaseError.noLocations(path: path, type: "MaxMind DB Decoder Test")) {
      try GeoDatabase(path: path)
    }
  }

  @Test func everyTypeOfValueIsRead() throws {
    let file = try MaxMindFile(path: TestData.path("test-data/MaxMind-DB-test-decoder.mmdb"))
    let (network, found) = try file.lookup(#require(IPAddress("1.1.1.1")))
    let record = try #require(found)
    #expect(network.description == "1.1.1.0/24")
    #expect(record["array"] == .array([.uint32(1), .uint32(2), .uint32(3)]))
    #expect(record["boolean"] == .boolean(true))
    #expect(record["bytes"] == .bytes([0, 0, 0, 42]))
    #expect(record["double"] == .double(42.123456))
    #expect(record["float"] == .float(1.1))
    #expect(record["int32"] == .int32(-268_435_456))
    #expect(record["uint16"] == .uint16(100))
    #expect(record["uint32"] == .uint32(268_435_456))
    #expect(record["uint64"] == .uint64(1_152_921_504_606_846_976))
    #expect(record["uint128"] == .uint128(1_329_227_995_784_915_872_903_807_060_280_344_576))
    #expect(record["utf8_string"] == .string("unicode! ☯ - ♫"))
    #expect(record["map"]?["mapX"]?["utf8_stringX"] == .string("hello"))
    #expect(record["nothing"] == nil)
  }

  @Test(
    "Trees of all record sizes and of one family are walked",
    arguments: ["ipv4-24", "ipv4-28", "ipv4-32", "ipv6-24", "ipv6-28", "ipv6-32", "mixed-24"])
  func trees(name: String) throws {
    let file = try MaxMindFile(path: TestData.path("test-data/MaxMind-DB-test-\(name).mmdb"))
    var next: UInt32? = 0
    var found = 0
    try file.forEachNetwork { (start: UInt32, length: Int, offset: UInt32?) in
      #expect(start == next)
      next =
        length == 0 ? nil : start.addingReportingOverflow(1 << (32 - UInt32(length))).partialValue
      guard offset != nil else { return }
      found += 1
      let network = IPPrefix(IPAddress(ipv4: start), length: length)
      let result = try? file.lookup(network.address)
      #expect(result?.network == network)
      #expect(
        result?.record?["ip"]
          == .string(name == "mixed-24" ? "::\(network.address)" : "\(network.address)"))
    }
    #expect(next == nil || next == 0)
    #expect((found > 0) == !name.hasPrefix("ipv6"))
  }
}
