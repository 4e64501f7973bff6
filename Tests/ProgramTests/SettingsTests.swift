import DNSWire
import Glibc
import TestSupport
import Testing

/// `--config`, from the command line to answers.
@Suite("Settings") struct SettingsTests {
  @Test("a file of settings is served by; options come before it; a reload takes what it can")
  func serves() throws {
    let folder = TemporaryFolder()
    try folder.write("zones/example.com.zone", NameServer.zone("www A 192.0.2.1"))
    try folder.write(
      "other.yaml", "identity: ams1\nzones: nowhere\nworkers: 1\ncookies: {secret: auto}\n")
    let server = try NameServer(options: ["--config", folder.path("other.yaml")], in: folder)
    let query = Query("id.server.", .txt, recordClass: 3).octets
    func identity() throws -> [String] {
      try #require(Message(try server.client().exchange(query))).answers("TXT")
    }
    #expect(try identity() == ["\"ams1\""])
    #expect(try server.client().first("www.example.com.") == "192.0.2.1")

    try folder.write("other.yaml", "identity: fra2\nworkers: 2\ntcp: {connections: 7}\n")
    try server.reload()
    #expect(try identity() == ["\"fra2\""])
    #expect(
      server.program.lines(with: "warning settings: only a restart changes workers, tcp;").count
        == 1)

    try folder.write("other.yaml", "identity: fra2\nwokers: 2\n")
    server.program.send(SIGHUP)
    try server.program.wait(for: "the version in use stays")
    #expect(server.program.errors.contains("other.yaml:2:1: error: there is no setting 'wokers'"))
    #expect(try identity() == ["\"fra2\""])
    #expect(try server.stop().status == 0)
  }

  @Test("a file with errors serves nothing")
  func errors() throws {
    let folder = TemporaryFolder()
    let path = try folder.write("bad.yaml", "zones: [a]\nlisten: ::1\n")
    let ending = try Program.run("serve", "--config", path)
    #expect(ending.status == 1)
    #expect(
      ending.errors == """
        \(path):1:8: error: 'zones' takes the path of a folder, not a list
          zones: [a]
                 ^
        \(path):2:9: error: 'listen' takes ADDRESS:PORT, not '::1'
          listen: ::1
                  ^^^
          hint: no port behind the address; write [::1]:53
        sextant: \(path) has errors; nothing is served

        """)
  }

  @Test("check tells good from bad, by ending or by option")
  func check() throws {
    let folder = TemporaryFolder()
    let good = try folder.write("good.yaml", "workers: 2\n")
    let bad = try folder.write("bad.conf", "workers: two\n")
    let ending = try Program.run(["check", good])
    #expect(ending.status == 0)
    #expect(ending.output == "\(good): settings are good\n")
    let both = try Program.run(["check", good, "--config", bad])
    #expect(both.status == 1)
    #expect(both.errors.hasPrefix("\(bad):1:10: error: 'workers' takes a number from 1 to 64"))
    let json = try Program.run(["check", "--json", "--config", bad])
    #expect(json.status == 1)
    #expect(
      json.output.hasPrefix("{\"severity\":\"error\",\"file\":\"\(bad)\",\"line\":1,\"column\":10,")
    )
  }

  @Test("the example is what a server without settings has")
  func example() throws {
    let ending = try Program.run(["check", "\(TestData.package)/sextant.example.yaml"])
    #expect(ending.status == 0)
    #expect(ending.errors == "")
  }
}
