import Foundation
import Glibc
import TestSupport
import Testing

/// New files while queries come, and bad ones.
@Suite("Reload and restart", .ownThreads, .timeLimit(.minutes(5))) struct ReloadTests {
  private static let name = "example.com.zone"

  @Test("Zones are swapped under a stream of queries: none is lost, none goes back")
  func swap() throws {
    let server = try NameServer([Self.name: NameServer.zone("www 60 A 192.0.2.1", serial: 1)])
    let stream = try QueryStream(server.endpoint, "www.example.com.")
    _ = try eventually("the first answers") { stream.soFar.asked > 200 ? true : nil }
    for version in 2...6 {
      try server.folder.write(
        "zones/\(Self.name)", NameServer.zone("www 60 A 192.0.2.\(version)", serial: version))
      try server.reload()
      let asked = stream.soFar.asked
      _ = try eventually("queries") { stream.soFar.asked > asked + 200 ? true : nil }
    }
    let report = stream.stop()
    #expect(report.lost == 0)
    #expect(report.answers == (1...6).map { "192.0.2.\($0)" })
    #expect(report.asked > 1000)
  }

  @Test("A storm of SIGHUP leaves it well, over UDP and over a TCP connection that lasts")
  func storm() throws {
    let server = try NameServer([Self.name: NameServer.zone("www 60 A 192.0.2.1")])
    let streams = try (0..<3).map { _ in try QueryStream(server.endpoint, "www.example.com.") }
    let connection = try Client(tcp: server.endpoint)
    for version in 2...30 {
      try server.folder.write(
        "zones/\(Self.name)", NameServer.zone("www 60 A 192.0.2.\(version)", serial: version))
      server.program.send(SIGHUP)
      #expect(try connection.first("www.example.com.").hasPrefix("192.0.2."))
    }
    _ = try eventually("the last version") {
      try connection.first("www.example.com.") == "192.0.2.30" ? true : nil
    }
    for report in streams.map({ $0.stop() }) {
      #expect(report.lost == 0)
      let versions = report.answers.compactMap { Int($0.split(separator: ".").last ?? "") }
      #expect(versions == versions.sorted() && versions.count == report.answers.count)
    }
    #expect(try server.stop().status == 0)
  }

  /// The system keeps times of files that count nanoseconds beyond 64 bits.
  @Test("Files may be of any time", arguments: [9_300_000_000, -9_300_000_000, Int.max, Int.min])
  func times(seconds: Int) throws {
    let folder = TemporaryFolder.withAllTimes()
    func write(_ version: Int) throws {
      try folder.write(
        "zones/\(Self.name)", NameServer.zone("www 60 A 192.0.2.\(version)", serial: version))
      folder.setModificationTime(of: "zones/\(Self.name)", seconds)
    }
    try write(1)
    let server = try NameServer([:], in: folder)
    let client = try server.client()
    #expect(try client.first("www.example.com.") == "192.0.2.1")
    try write(2)
    try server.reload()
    #expect(try client.first("www.example.com.") == "192.0.2.2")
    #expect(try server.stop().status == 0)
  }

  @Test("A bad file keeps the version in use, and the log says where the error is")
  func badFile() throws {
    let server = try NameServer([
      Self.name: NameServer.zone("www 60 A 192.0.2.1", serial: 7),
      "example.net.zone": NameServer.zone("www 60 A 192.0.2.2"),
    ])
    let stream = try QueryStream(server.endpoint, "www.example.com.")
    try server.folder.write(
      "zones/\(Self.name)", NameServer.zone("www 60 STEER failover nowhere", serial: 8))
    try server.folder.write("zones/example.net.zone", NameServer.zone("www 60 A 192.0.2.3"))
    try server.reload()
    // What is good of the new files is served.
    #expect(try Client(server.endpoint).first("www.example.net.") == "192.0.2.3")
    let report = stream.stop()
    #expect(report.lost == 0 && report.answers == ["192.0.2.1"])
    let place = "alarm \(server.folder.path("zones/\(Self.name)")):5:23: error: no pool"
    #expect(server.program.lines(with: place).count == 1, "\(server.program.errors)")
    #expect(
      server.program.lines(with: "zone example.com.: serial 7 stays in service").count == 1)
    // The mended file is taken.
    try server.folder.write(
      "zones/\(Self.name)", NameServer.zone("www 60 A 192.0.2.4", serial: 9))
    try server.reload()
    #expect(try server.client().first("www.example.com.") == "192.0.2.4")
    // A zone whose file is gone is served no longer.
    try FileManager.default.removeItem(atPath: server.folder.path("zones/example.net.zone"))
    try server.reload()
    #expect(try server.client().first("www.example.net.") == "REFUSED")
  }

  /// Files of one server that are links to files which have not changed for a while.
  private struct Links {
    let folder = TemporaryFolder()

    /// Lets `name` be a link to `target`, a file of `Tests/ReloadZones` where it has no folder.
    func link(_ name: String, to target: String) throws {
      if !target.hasPrefix("/") {
        return try link(name, to: "\(TestData.package)/Tests/ReloadZones/\(target)")
      }
      let manager = FileManager.default
      try manager.createDirectory(
        atPath: folder.path("zones"), withIntermediateDirectories: true)
      try? folder.remove(name)
      try manager.createSymbolicLink(atPath: folder.path(name), withDestinationPath: target)
    }

    /// What a reload says that it did.
    func reload(_ server: NameServer) throws -> String {
      try server.reload()
      let line = try #require(server.program.lines(with: " reloaded").last)
      return line.split(separator: ":").last.map(String.init) ?? ""
    }
  }

  @Test("A zone is read again where its file changed, and not else")
  func unchanged() throws {
    let links = Links()
    try links.link("zones/old.example.zone", to: "plain-1.zone")
    try links.link("zones/other.example.zone", to: "plain-1.zone")
    let server = try NameServer(
      ["new.example.zone": NameServer.zone("www A 192.0.2.3")], in: links.folder)
    // A change to the file that was written just now might not show.
    #expect(try links.reload(server) == " 1 of 3 zones read")
    try links.link("zones/old.example.zone", to: "plain-2.zone")
    #expect(try links.reload(server) == " 2 of 3 zones read")
    let client = try server.client()
    #expect(try client.first("www.old.example.") == "192.0.2.2")
    #expect(try client.first("www.other.example.") == "192.0.2.1")
    #expect(try client.first("www.new.example.") == "192.0.2.3")
    #expect(server.program.lines(with: "zone old.example. serial 2").count == 1)
    #expect(server.program.lines(with: "zone other.example.").count == 1)
  }

  @Test(
    "A zone that goes by places is read again where the database changed",
    .enabled(if: TestData.isThere))
  func changedDatabase() throws {
    func database(_ name: String) -> String { "\(TestData.folder)/mmdb/test-data/\(name).mmdb" }
    let links = Links()
    try links.link("zones/geo.example.zone", to: "geo.zone")
    try links.link("zones/plain.example.zone", to: "plain-1.zone")
    try links.link("places.mmdb", to: database("GeoIP2-City-Test"))
    let server = try NameServer(geoip: [links.folder.path("places.mmdb")], in: links.folder)
    let client = try server.client()
    #expect(try client.first("www.geo.example.", subnet: "2.125.160.216/32") == "192.0.2.1")
    #expect(try links.reload(server) == " 0 of 2 zones read")
    #expect(try client.first("www.geo.example.", subnet: "2.125.160.216/32") == "192.0.2.1")
    // A database without places.
    try links.link("places.mmdb", to: database("GeoLite2-ASN-Test"))
    #expect(try links.reload(server) == " 1 of 2 zones read")
    #expect(try client.first("www.geo.example.", subnet: "2.125.160.216/32") == "192.0.2.2")
  }

  @Test(
    "Other places of countries are taken, though no zone and no database changed",
    .enabled(if: TestData.isThere))
  func changedCentres() throws {
    let links = Links()
    try links.link("zones/near.example.zone", to: "nearest.zone")
    func settings(centres: String) -> String {
      """
      geoip: [\(TestData.folder)/mmdb/test-data/GeoIP2-Country-Test.mmdb]
      country-centres: \(TestData.package)/Tests/ReloadZones/\(centres)

      """
    }
    let path = try links.folder.write("settings.yaml", settings(centres: "centres-1.csv"))
    let server = try NameServer(options: ["--config", path], in: links.folder)
    let client = try server.client()
    #expect(try client.first("www.near.example.", subnet: "2.125.160.216/32") == "192.0.2.1")
    #expect(try links.reload(server) == " 0 of 1 zones read")
    try links.folder.write("settings.yaml", settings(centres: "centres-2.csv"))
    #expect(try links.reload(server) == " 1 of 1 zones read")
    #expect(try client.first("www.near.example.", subnet: "2.125.160.216/32") == "192.0.2.2")
  }

  @Test("What is known of health outlives a reload")
  func health() throws {
    let dead = try DeadPort("127.0.5.1")
    func zone(_ version: Int, interval: String) -> [String: String] {
      [
        Self.name: NameServer.zone(
          """
          $CHECK probe tcp port=\(dead.port) interval=\(interval) timeout=1s fall=1
          $POOL dead check=probe ( 127.0.5.1 )
          $POOL live ( 192.0.2.1 )
          pay 60 STEER failover dead live
          www 60 A 192.0.2.\(version)
          """, serial: version)
      ]
    }
    let server = try NameServer(zone(1, interval: "1h"))
    #expect(try server.client().first("pay.example.com.") == "192.0.2.1")
    let stream = try QueryStream(server.endpoint, "pay.example.com.")
    for version in 2...5 {
      for (name, text) in zone(version, interval: version > 3 ? "2h" : "1h") {
        try server.folder.write("zones/\(name)", text)
      }
      try server.reload()
      #expect(try server.client().first("www.example.com.") == "192.0.2.\(version)")
    }
    let report = stream.stop()
    #expect(report.lost == 0 && report.answers == ["192.0.2.1"])
    #expect(server.program.lines(with: "health: ").count == 1)
  }

  /// A database that puts this machine into one country.
  private func database(_ folder: TemporaryFolder, country: String) throws -> Data {
    try folder.write("places.csv", "network,country\n127.0.0.0/8,\(country)\n")
    let built = try Program.run(
      "geoip", "build", folder.path("places.csv"), "-o", folder.path("built.mmdb"))
    guard built.status == 0 else { throw Failure("\(built)") }
    return try Data(contentsOf: URL(fileURLWithPath: folder.path("built.mmdb")))
  }

  private static let places = """
    $POOL de ( 192.0.2.1 )
    $POOL fr ( 192.0.2.2 )
    $POOL rest ( 192.0.2.3 )
    $MAP where ( country:DE -> de country:FR -> fr default -> rest )
    here 60 STEER geo map=where
    """

  @Test(
    "A new MMDB file takes effect, a truncated one does not, and a restart serves the last good one"
  )
  func databases() throws {
    let folder = TemporaryFolder()
    let german = try database(folder, country: "DE")
    let french = try database(folder, country: "FR")
    let file = try folder.write("geo.mmdb", german)
    var server = try NameServer(
      [Self.name: NameServer.zone(Self.places)], geoip: [file], in: folder)
    let stream = try QueryStream(server.endpoint, "here.example.com.")
    #expect(try server.client().first("here.example.com.") == "192.0.2.1")
    try folder.write("geo.mmdb", french)
    try server.reload()
    #expect(try server.client().first("here.example.com.") == "192.0.2.2")
    for cut in [0, 1, french.count / 2, french.count - 1] {
      try folder.write("geo.mmdb", french.prefix(cut))
      try server.reload()
    }
    try FileManager.default.removeItem(atPath: file)
    try server.reload()
    let alarms = server.program.lines(with: "alarm geo: \(file)")
    #expect(alarms.count == 5, "\(server.program.errors)")
    #expect(alarms.allSatisfy { $0.hasSuffix("the version in use stays") })
    let report = stream.stop()
    #expect(report.lost == 0 && report.answers == ["192.0.2.1", "192.0.2.2"])
    #expect(try server.stop().status == 0)

    try folder.write("geo.mmdb", french.prefix(french.count / 2))
    server = try NameServer(geoip: [file], in: folder)
    #expect(server.program.lines(with: "alarm geo: \(file)").count == 1)
    #expect(server.program.lines(with: "serving the last good copy").count == 1)
    #expect(try server.client().first("here.example.com.") == "192.0.2.2")
  }

  @Test("Files of one name are kept apart in the state folder")
  func sameNames() throws {
    let folder = TemporaryFolder()
    let files = try ["DE", "FR"].map {
      try folder.write("\($0)/geo.mmdb", try database(folder, country: $0))
    }
    var server = try NameServer(
      [Self.name: NameServer.zone(Self.places)], geoip: files, in: folder)
    #expect(try server.client().first("here.example.com.") == "192.0.2.1")
    #expect(try server.stop().status == 0)
    try folder.write("DE/geo.mmdb", "damaged")
    server = try NameServer(geoip: files, in: folder)
    #expect(try server.client().first("here.example.com.") == "192.0.2.1")
  }

  @Test(
    "A restart that meets a bad zone serves the last good one, its included files too",
    arguments: [nil, "zones", "zones/", "./zones", "state/../zones", "zones//."])
  func restart(path: String?) throws {
    let folder = TemporaryFolder()
    try folder.write("state/here", "")
    let good = "www 60 A 192.0.2.1\n$INCLUDE parts/more.inc\n"
    try folder.write("zones/parts/more.inc", "more 60 A 192.0.2.2\n$INCLUDE ../last.inc\n")
    try folder.write("zones/last.inc", "last 60 A 192.0.2.3\n")
    var server = try NameServer(
      [Self.name: NameServer.zone(good, serial: 5)],
      path: path, in: folder)
    #expect(try server.stop().status == 0)
    try folder.write("zones/\(Self.name)", NameServer.zone("www 60 A 192.0.2.1.2", serial: 6))
    try folder.write("zones/last.inc", "nonsense\n")
    server = try NameServer(path: path, in: folder)
    #expect(server.program.lines(with: "\(Self.name):5:10: error:").count == 1)
    #expect(
      server.program.lines(
        with: "alarm zone example.com.: the last good version, serial 5, is served"
      ).count == 1)
    for last in 1...3 {
      let name = ["www", "more", "last"][last - 1]
      #expect(try server.client().first("\(name).example.com.") == "192.0.2.\(last)")
    }
    // It goes on being the last good one while the file stays bad.
    try server.reload()
    #expect(try server.client().first("last.example.com.") == "192.0.2.3")
  }
}
