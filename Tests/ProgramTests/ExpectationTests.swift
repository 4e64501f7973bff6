import Foundation
import Testing

/// `$EXPECT` lines: what does not hold is not served in place of what did.
@Suite("Expectations", .ownThreads, .timeLimit(.minutes(5))) struct ExpectationTests {
  private static let name = "example.com.zone"

  /// A zone that sends Germany to one pool and the rest of the world to another.
  private static func zone(
    serial: Int, german: String = "de", expected: String = "$EXPECT here A from=127.0.0.1 -> de"
  ) -> String {
    NameServer.zone(
      """
      $POOL de ( 192.0.2.1 )
      $POOL rest ( 192.0.2.2 )
      $MAP where ( net:198.51.100.0/24 -> rest  country:DE -> \(german)  default -> rest )
      here 60 STEER geo map=where
      serial 60 A 192.0.2.\(100 + serial)
      unused 60 STEER failover de
      \(expected)
      """, serial: serial)
  }

  private static func database(_ country: String, in folder: TemporaryFolder) throws -> String {
    try folder.write("\(country).csv", "network,country\n127.0.0.0/8,\(country)\n")
    let built = try Program.run(
      "geoip", "build", folder.path("\(country).csv"), "-o", folder.path("\(country).mmdb"))
    guard built.status == 0 else { throw Failure("\(built)") }
    return folder.path("\(country).mmdb")
  }

  /// The file of the server's database takes the place of another.
  private static func use(_ country: String, in folder: TemporaryFolder) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("\(country).mmdb")))
    try folder.write("geo.mmdb", data)
  }

  /// A server with a database that puts this machine into Germany.
  private static func server(
    _ zone: String, in folder: TemporaryFolder = TemporaryFolder()
  ) throws -> NameServer {
    for country in ["DE", "FR"] { _ = try database(country, in: folder) }
    try use("DE", in: folder)
    return try NameServer([name: zone], geoip: [folder.path("geo.mmdb")], in: folder)
  }

  private func answers(_ server: NameServer) throws -> [String] {
    let client = try server.client()
    return try ["here", "serial"].map { try client.first("\($0).example.com.") }
  }

  // MARK: check

  @Test("check says what does not hold, and exits with 1")
  func check() throws {
    let folder = TemporaryFolder()
    let german = try Self.database("DE", in: folder)
    let french = try Self.database("FR", in: folder)
    let file = try folder.write("zones/\(Self.name)", Self.zone(serial: 1))
    let good = try Program.run("check", "--geoip", german, folder.path("zones"))
    #expect(good.status == 0 && good.errors.isEmpty, "\(good)")
    let bad = try Program.run("check", "--geoip", french, folder.path("zones"))
    #expect(bad.status == 1)
    #expect(
      bad.errors == """
        \(file):11:34: error: a client at 127.0.0.1 gets rest, not de
          $EXPECT here A from=127.0.0.1 -> de
                                           ^^
          hint: decided by 'default' of the map 'where', by the record of 127.0.0.0/8

        """)
    #expect(bad.output == "1 error, 0 warnings\n")
    let json = try Program.run("check", "--json", "--geoip", french, folder.path("zones"))
    #expect(json.status == 1 && json.errors.isEmpty)
    #expect(json.output.hasPrefix("{\"severity\":\"error\",\"file\":\"\(file)\",\"line\":11,"))
  }

  @Test("Without a database, what depends on place is passed over with a warning, and only that")
  func checkWithoutDatabase() throws {
    let folder = TemporaryFolder()
    try folder.write(
      "zones/\(Self.name)",
      Self.zone(
        serial: 1,
        expected: """
          $EXPECT here A from=127.0.0.1 -> de
          $EXPECT here A from=198.51.100.1 -> rest
          $EXPECT unused A from=127.0.0.1 -> de
          """))
    let warned = try Program.run("check", "zones", in: folder.path)
    #expect(warned.status == 0, "\(warned)")
    #expect(warned.output.hasSuffix("0 errors, 1 warning\n"))
    #expect(
      warned.errors.contains(
        "11:34: warning: not checked: it depends on where 127.0.0.1 is, and there is no database "
          + "of places\n"))
    try folder.write(
      "zones/\(Self.name)",
      Self.zone(serial: 1, expected: "$EXPECT here A from=198.51.100.1 -> de"))
    let failed = try Program.run("check", "zones", in: folder.path)
    #expect(failed.status == 1 && failed.output == "1 error, 0 warnings\n", "\(failed)")
    // The databases that a server takes without being told are taken here too.
    _ = try Self.database("FR", in: folder)
    try FileManager.default.createDirectory(
      atPath: folder.path("geoip"), withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      atPath: folder.path("FR.mmdb"), toPath: folder.path("geoip/demo.mmdb"))
    try folder.write("zones/\(Self.name)", Self.zone(serial: 1))
    let decided = try Program.run("check", "zones", in: folder.path)
    #expect(decided.status == 1 && decided.errors.contains("gets rest, not de"), "\(decided)")
  }

  // MARK: reload

  @Test("A zone that does not do what it expects is not taken at a reload")
  func reloadZone() throws {
    let server = try Self.server(Self.zone(serial: 1))
    #expect(try answers(server) == ["192.0.2.1", "192.0.2.101"])
    try server.folder.write("zones/\(Self.name)", Self.zone(serial: 2, german: "rest"))
    try server.reload()
    #expect(try answers(server) == ["192.0.2.1", "192.0.2.101"])
    let file = server.folder.path("zones/\(Self.name)")
    let place = "alarm \(file):11:34: error: a client at 127.0.0.1"
    #expect(server.program.lines(with: place).count == 1, "\(server.program.errors)")
    #expect(
      server.program.lines(with: "alarm zone example.com.: serial 1 stays in service").count == 1)
    #expect(server.program.lines(with: "alarm geo:").isEmpty)
    try server.folder.write("zones/\(Self.name)", Self.zone(serial: 3))
    try server.reload()
    #expect(try answers(server) == ["192.0.2.1", "192.0.2.103"])
  }

  @Test("A database with which a zone does not do what it expects is not taken, for any zone")
  func reloadDatabase() throws {
    let folder = TemporaryFolder()
    let other = "example.net.zone"
    try folder.write("zones/\(other)", Self.zone(serial: 1, expected: ""))
    let server = try Self.server(Self.zone(serial: 1), in: folder)
    try Self.use("FR", in: folder)
    // A zone that has nothing to do with it is taken.
    try folder.write("zones/\(other)", Self.zone(serial: 2, expected: ""))
    try server.reload()
    #expect(try answers(server) == ["192.0.2.1", "192.0.2.101"])
    let client = try server.client()
    #expect(try client.first("here.example.net.") == "192.0.2.1")
    #expect(try client.first("serial.example.net.") == "192.0.2.102")
    #expect(
      server.program.lines(
        with: "alarm geo: what zones expect does not hold with the new databases; the databases "
          + "in use stay"
      ).count == 1, "\(server.program.errors)")
    #expect(server.program.lines(with: "gets rest, not de").count == 1)
    // Nor is it kept as the last good one.
    let kept = try #require(
      FileManager.default.contentsOfDirectory(atPath: folder.path("state/geoip")).first)
    #expect(
      FileManager.default.contentsEqual(
        atPath: folder.path("state/geoip/\(kept)"), andPath: folder.path("DE.mmdb")))
    // With a zone that expects what the new database says, both are taken.
    try folder.write(
      "zones/\(Self.name)", Self.zone(serial: 3, expected: "$EXPECT here A from=127.0.0.1 -> rest"))
    try server.reload()
    #expect(try answers(server) == ["192.0.2.2", "192.0.2.103"])
    #expect(try client.first("here.example.net.") == "192.0.2.2")
  }

  @Test("A new zone with a mistake in what it expects keeps no database back")
  func blame() throws {
    let server = try Self.server(Self.zone(serial: 1, expected: ""))
    try Self.use("FR", in: server.folder)
    try server.folder.write(
      "zones/\(Self.name)",
      Self.zone(serial: 2, expected: "$EXPECT unused A from=127.0.0.1 -> rest"))
    try server.folder.write("zones/example.net.zone", Self.zone(serial: 1, expected: ""))
    try server.reload()
    #expect(try answers(server) == ["192.0.2.1", "192.0.2.101"])
    #expect(try server.client().first("here.example.net.") == "192.0.2.2")
    #expect(server.program.lines(with: "alarm geo:").isEmpty)
  }

  // MARK: cold start

  @Test("A cold start without a version of before serves the zone, with an alarm")
  func coldStart() throws {
    let server = try Self.server(Self.zone(serial: 1, german: "rest"))
    #expect(try answers(server) == ["192.0.2.2", "192.0.2.101"])
    #expect(server.program.lines(with: "gets rest, not de").count == 1)
    #expect(
      server.program.lines(
        with: "alarm zone example.com.: served all the same, as there is no good version of before"
      ).count == 1, "\(server.program.errors)")
  }

  @Test("A restart serves the last good zone, or the last good database, where that is as expected")
  func restart() throws {
    let folder = TemporaryFolder()
    #expect(try Self.server(Self.zone(serial: 1), in: folder).stop().status == 0)
    // The zone is to blame.
    try folder.write("zones/\(Self.name)", Self.zone(serial: 2, german: "rest"))
    var server = try NameServer(geoip: [folder.path("geo.mmdb")], in: folder)
    #expect(try answers(server) == ["192.0.2.1", "192.0.2.101"])
    #expect(
      server.program.lines(with: "the last good version, serial 1, is served").count == 1,
      "\(server.program.errors)")
    #expect(server.program.lines(with: "alarm geo:").isEmpty)
    #expect(try server.stop().status == 0)
    // The database is to blame.
    try folder.write("zones/\(Self.name)", Self.zone(serial: 3))
    try Self.use("FR", in: folder)
    server = try NameServer(geoip: [folder.path("geo.mmdb")], in: folder)
    #expect(try answers(server) == ["192.0.2.1", "192.0.2.103"])
    #expect(
      server.program.lines(with: "the last good copies are served").count == 1,
      "\(server.program.errors)")
    #expect(try server.stop().status == 0)
    // Both are: the zone is served as it is.
    try folder.write(
      "zones/\(Self.name)",
      Self.zone(serial: 4, expected: "$EXPECT unused A from=127.0.0.1 -> rest"))
    try FileManager.default.removeItem(atPath: folder.path("state/zones"))
    server = try NameServer(geoip: [folder.path("geo.mmdb")], in: folder)
    #expect(try answers(server) == ["192.0.2.2", "192.0.2.104"])
    #expect(server.program.lines(with: "served all the same").count == 1)
  }
}
