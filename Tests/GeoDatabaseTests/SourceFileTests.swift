import Addresses
import GeoMap
import Testing

@testable import GeoDatabase

/// The text files that databases are built from.
@Suite struct SourceFileTests {
  /// What is thrown for a CSV file, its name taken off.
  private static func mistakes(csv: String) throws -> [String] {
    try TestData.withFile(text: csv) { path in
      var writer = MMDBWriter(type: "T", description: "", buildEpoch: 1)
      do throws(GeoDatabaseError) {
        try writer.insert(csv: path, ranges: [], countries: Countries())
        return []
      } catch {
        return error.description.split(separator: "\n").map {
          String($0.replacing("\(path):", with: ""))
        }
      }
    }
  }

  @Test(
    "Each mistake has its place and says what was expected",
    arguments: [
      (
        "network,continent\n192.0.2.1/24,EU\n",
        "2:1: '192.0.2.1/24' has bits set behind its prefix; the network is '192.0.2.0/24'"
      ),
      ("network\n192.0.2\n", "2:1: '192.0.2' is no network such as 192.0.2.0/24 or 2001:db8::/32"),
      ("network\n::1\n", "2:1: '::1/128' overlaps ::/96, where the format keeps IPv4"),
      ("network,asn\n,1\n", "2:1: the network is missing"),
      (
        "network,continent\n10.0.0.0/8,  XX\n",
        "2:14: 'XX' is no continent; the codes are AF, AN, AS, EU, NA, OC, SA"
      ),
      (
        "network,country\n10.0.0.0/8,de\n",
        "2:12: 'de' is no country code: two capital letters, as in DE"
      ),
      (
        "network,city_name,country,subdivision\n10.0.0.0/8,Zürich,CH,DE-BE\n",
        "2:22: 'DE-BE' is no subdivision of CH, as in CH-1 or US-CA"
      ),
      ("network,subdivision\n10.0.0.0/8,US-CA\n", "2:12: a subdivision needs a country"),
      ("network,city\n10.0.0.0/8,Bonn\n", "2:12: 'Bonn' is no GeoNames id of a city"),
      (
        "network,asn\n10.0.0.0/8,4294967296\n",
        "2:12: '4294967296' is no number of an autonomous system"
      ),
      (
        "network,latitude,longitude\n10.0.0.0/8,91,0\n",
        "2:12: '91' is no latitude between -90 and 90 degrees"
      ),
      (
        "network,latitude,longitude\n10.0.0.0/8,0,nan\n",
        "2:14: 'nan' is no longitude between -180 and 180 degrees"
      ),
      (
        "network,latitude,longitude\n10.0.0.0/8,1,\n",
        "2:12: a latitude needs a longitude"
      ),
      (
        "network,latitude\n10.0.0.0/8,1\n10.0.0.0/9,1,2\n",
        "2:12: a latitude needs a longitude\n3:1: this line has 3 fields where the first has 2"
      ),
      (
        "# comment\n\nnetwork\n10.0.0.0/8\n10.0.0.0/8\n",
        "5:1: '10.0.0.0/8' stands in line 4 already"
      ),
      (
        "continent\nEU\n",
        "1:1: the column 'network' is missing in the first line\n2:1: the network is missing"
      ),
      ("network,network\n", "1:9: the column 'network' stands here twice"),
      ("", "1:1: the file is empty; its first line names columns"),
    ])
  func mistake(csv: String, message: String) throws {
    #expect(try Self.mistakes(csv: csv).joined(separator: "\n") == message)
  }

  @Test func unknownColumnsAreNamed() throws {
    let found = try Self.mistakes(csv: "network,state\n10.0.0.0/8,X\n")
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("1:9: no column 'state' is known; there are network, continent,"))
  }

  @Test func allMistakesAreReportedUpToACap() throws {
    let rows = (0..<30).map { "10.0.\($0).1/24\n" }.joined()
    let found = try Self.mistakes(csv: "network\n" + rows)
    #expect(found.count == 21)
    #expect(found[19].hasPrefix("21:1: "))
    #expect(found.last == "… and 10 more")
  }

  @Test func binaryFilesAreMistakesOnly() throws {
    let noise = (0...255).map { UInt8($0) } + [0xFF, 0xC0, 0x0A, 0x2C, 0x2C]
    try TestData.withFile(noise) { path in
      var writer = MMDBWriter(type: "T", description: "", buildEpoch: 1)
      #expect(throws: GeoDatabaseError.self) {
        try writer.insert(csv: path, ranges: [path], countries: Countries())
      }
    }
  }

  /// What a database built from files says of addresses.
  private static func locations(
    csv: String?, ranges: [String], countries: Countries = Countries(), of addresses: [String]
  ) throws -> [ClientLocation] {
    var writer = MMDBWriter(type: "T", description: "", buildEpoch: 1)
    try writer.insert(csv: csv, ranges: ranges, countries: countries)
    return try TestData.withFile(writer.encode()) { path in
      let database = try GeoDatabase(path: path)
      return try addresses.map { database.locate(try #require(IPAddress($0))).location }
    }
  }

  @Test func everyColumnIsReadBack() throws {
    let csv = """
      # all columns
      asn, network ,city,subdivision,country,continent,latitude,longitude,city_name,organization
      64500,192.0.2.0/24,2925533,DE-HE,DE,EU,50.12,8.68,Frankfurt,Example
      ,192.0.2.128/25,,CA,US,,,,,

      ,2001:db8::/32,,,,AN,-90,180,,
      """
    let found = try TestData.withFile(text: csv) {
      try Self.locations(csv: $0, ranges: [], of: ["192.0.2.1", "192.0.2.129", "2001:db8::1"])
    }
    var first = ClientLocation()
    first.continent = "EU"
    first.country = "DE"
    first.subdivisions = ["DE-HE"]
    first.city = 2_925_533
    first.coordinates = Coordinates(latitude: 50.12, longitude: 8.68)
    first.asn = 64500
    var second = ClientLocation()
    second.country = "US"
    second.subdivisions = ["US-CA"]
    var third = ClientLocation()
    third.continent = "AN"
    third.coordinates = Coordinates(latitude: -90, longitude: 180)
    #expect(found == [first, second, third])
  }

  @Test("Ranges as in tor-geoipdb; a CSV row wins over them, however wide it is")
  func ranges() throws {
    let ranges = """
      # comment
      16777216,16777471,AU
      16777472,16778239,CN
      10.0.0.1,10.255.255.254,DE
      20.0.0.0,20.0.0.255,??
      2001:200::,2001:200:134:ffff:ffff:ffff:ffff:ffff,JP
      """
    let addresses = [
      "1.0.0.0", "1.0.0.255", "1.0.1.0", "1.0.3.255", "1.0.4.0", "10.0.0.0", "10.0.0.1",
      "10.255.255.254", "10.255.255.255", "10.9.9.9", "20.0.0.1", "2001:200:134::1",
      "2001:200:135::",
    ]
    let found = try TestData.withFile(text: ranges) { ranges in
      try TestData.withFile(text: "network,country\n10.8.0.0/13,FR\n") { csv in
        try TestData.withFile(
          text: "country,continent,latitude,longitude\nFR,EU,47,2\nAU,OC,-33,147\n"
        ) {
          try Self.locations(
            csv: csv, ranges: [ranges], countries: Countries(path: $0), of: addresses)
        }
      }
    }
    #expect(
      found.map(\.country) == [
        "AU", "AU", "CN", "CN", nil, nil, "DE", "DE", nil, "FR", nil, "JP", nil,
      ])
    #expect(found[0].continent == "OC")
    #expect(found[2].continent == nil)
    #expect(found[9].continent == "EU")
  }

  @Test(
    "Mistakes in ranges",
    arguments: [
      ("1,2\n", "1:1: a line of ranges is 'first,last,country', with 3 fields"),
      ("2,1,DE\n", "1:3: the range ends before it begins"),
      ("1,2001:db8::,DE\n", "1:3: the range ends before it begins"),
      ("x,1,DE\n", "1:1: 'x' is no address, nor the number of an IPv4 address"),
      ("1,4294967296,DE\n", "1:3: '4294967296' is no address, nor the number of an IPv4 address"),
      ("1,2,Germany\n", "1:5: 'Germany' is no country code: two capital letters, or ??"),
      ("::,::5,DE\n", "1:1: '::' is where the format keeps IPv4"),
      ("5,9,DE\n1,5,FR\n", "1:1: the range overlaps that of 2, 0.0.0.1-0.0.0.5"),
    ])
  func mistakesInRanges(text: String, message: String) throws {
    try TestData.withFile(text: text) { path in
      var mistakes = MistakeList()
      _ = try RangeReader.read([path], mistakes: &mistakes)
      do throws(GeoDatabaseError) {
        try mistakes.throwIfAny()
        Issue.record("no mistake was found")
      } catch {
        #expect(error.description.replacing("\(path):", with: "") == message)
      }
    }
  }

  @Test(
    "A range is cut into the fewest networks",
    arguments: [
      ("0.0.0.0", "255.255.255.255", ["0.0.0.0/0"]),
      ("10.0.0.1", "10.0.0.6", ["10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/31", "10.0.0.6/32"]),
      ("255.255.255.255", "255.255.255.255", ["255.255.255.255/32"]),
      ("8000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ["8000::/1"]),
      ("2001:db8::", "2001:db8:2:ffff:ffff:ffff:ffff:ffff", ["2001:db8::/47", "2001:db8:2::/48"]),
    ])
  func networksOfRanges(first: String, last: String, networks: [String]) throws {
    try TestData.withFile(text: "\(first),\(last),DE\n") { path in
      var mistakes = MistakeList()
      let ranges = try RangeReader.read([path], mistakes: &mistakes)
      #expect(ranges.flatMap(\.networks).map(\.description) == networks)
    }
  }

  @Test func theProjectsOwnFilesAreGood() throws {
    let countries = try Countries(path: TestData.package + "/geoip/country-centres.csv")
    #expect(countries.centres.count == 250)
    #expect(countries.continents.count == 250)
    #expect(countries.continents["BR"] == "SA")
    let found = try Self.locations(
      csv: TestData.package + "/geoip/demo.csv", ranges: [], countries: countries,
      of: ["198.51.100.7", "203.0.113.7", "192.0.2.7", "127.0.0.1", "2001:db8:300::1"])
    #expect(found.map(\.country) == ["DE", "IN", "US", "US", "DE"])
    #expect(found.flatMap(\.subdivisions) == ["DE-HE", "IN-MH", "US-VA", "US-VA", "DE-HE"])
    #expect(found.map(\.continent) == ["EU", "AS", "NA", "NA", "EU"])
  }

  @Test func writingReplacesAFileAsAWhole() throws {
    try TestData.withFile(text: "old") { path in
      var writer = MMDBWriter(type: "New", description: "", buildEpoch: 1)
      writer.insert(IPPrefix(IPAddress(ipv4: 0), length: 8), .map([]))
      try writer.write(to: path)
      #expect(try MaxMindFile(path: path).metadata.type == "New")
    }
    var writer = MMDBWriter(type: "New", description: "", buildEpoch: 1)
    writer.insert(IPPrefix(IPAddress(ipv4: 0), length: 8), .map([]))
    let kept = writer
    #expect(
      throws: GeoDatabaseError.unwritable(path: "/nowhere/x", reason: "No such file or directory")
    ) { try kept.write(to: "/nowhere/x") }
  }
}
