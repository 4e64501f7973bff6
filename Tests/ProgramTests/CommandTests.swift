import Foundation
import TestSupport
import Testing

/// The commands that do not serve.
@Suite("Commands", .ownThreads, .timeLimit(.minutes(5))) struct CommandTests {
  @Test("version") func version() throws {
    let ending = try Program.run("version")
    #expect(ending.status == 0 && ending.errors.isEmpty)
    #expect(ending.output.wholeMatch(of: /sextant \d+\.\d+\.\d+\n/) != nil)
    #expect(try Program.run("--version").output == ending.output)
  }

  static let helps: [(words: [String], mentions: [String])] = [
    (["--help"], ["serve", "check", "export", "geoip", "version"]),
    (["-h"], ["serve", "check", "export", "geoip", "version"]),
    (
      ["serve", "--help"],
      [
        "--zones", "--geoip", "--listen", "--admin", "--workers", "--user", "--state", "SIGHUP",
        "SIGTERM",
      ]
    ),
    (["check", "--help"], ["--geoip", "--json", "PATH"]),
    (["export", "--help"], ["--zones", "ZONE"]),
    (
      ["whatif", "--help"],
      [
        "NAME", "TYPE", "--zones", "--against", "--down", "--clients", "--geoip", "--max-moved",
        "--max-load", "--json",
      ]
    ),
    (
      ["explain", "--help"],
      [
        "NAME", "TYPE", "--client", "--zones", "--geoip", "--down", "--at", "--admin", "--packet",
        "--json",
      ]
    ),
    (["ctl", "--help"], ["failback", "OWNER", "--admin"]),
    (["version", "--help"], ["version"]),
  ]
  static let geoipHelps = [
    ["geoip", "--help"], ["geoip", "build", "--help"], ["geoip", "lookup", "--help"],
    ["geoip", "info", "--help"],
  ].map {
    (
      words: $0,
      mentions: [
        "build", "lookup", "info", "-o", "--ranges", "--centres", "--type", "--description",
        "--json",
      ]
    )
  }

  @Test("--help says all options on standard output", arguments: helps + geoipHelps)
  func help(words: [String], mentions: [String]) throws {
    let ending = try Program.run(words)
    #expect(ending.status == 0 && ending.errors.isEmpty, "\(ending)")
    for mention in mentions { #expect(ending.output.contains(mention), "\(mention)") }
    #expect(ending.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test("What export writes is a plain zone that loads, and answers as the steered one does")
  func export() throws {
    let zones = "\(TestData.package)/zones"
    let exported = try Program.run("export", "example.com", "--zones", zones)
    #expect(exported.status == 0, "\(exported)")
    #expect(!exported.output.contains("$") && !exported.output.contains("STEER"))
    let folder = TemporaryFolder()
    try folder.write("zones/example.com.zone", exported.output)
    let check = try Program.run("check", folder.path("zones"))
    #expect(check.status == 0 && check.errors.isEmpty, "\(check)")
    #expect(check.output.contains("0 steered names"))
    let json = try Program.run("check", "--json", folder.path("zones"))
    #expect(json.status == 0 && json.output.isEmpty && json.errors.isEmpty)
    let again = try Program.run("export", "example.com.", "--zones", folder.path("zones"))
    #expect(again.output == exported.output)
    let server = try NameServer(in: folder)
    let client = try server.client()
    #expect(try client.ask("pay.example.com.").answers("A") == ["127.0.1.6"])
    #expect(
      Set(try client.ask("api.example.com.").answers("A")) == ["127.0.1.1", "127.0.1.2"])
    #expect(
      try client.ask("help.example.com.").answers("CNAME") == ["static.sorry-pages.example.net."])
  }

  @Test("The demo's zone has nothing to warn of, and gets what it expects") func demo() throws {
    let folder = TemporaryFolder()
    let built = try Program.run(
      "geoip", "build", "\(TestData.package)/geoip/demo.csv", "--centres",
      "\(TestData.package)/geoip/country-centres.csv", "-o", folder.path("demo.mmdb"))
    #expect(built.status == 0, "\(built)")
    let ending = try Program.run(
      "check", "--geoip", folder.path("demo.mmdb"), "\(TestData.package)/zones")
    #expect(ending.status == 0 && ending.errors.isEmpty, "\(ending)")
  }

  @Test("geoip build, info and lookup know of the same networks") func geoip() throws {
    let folder = TemporaryFolder()
    let built = try Program.run(
      "geoip", "build", "\(TestData.package)/geoip/demo.csv", "-o", folder.path("demo.mmdb"))
    #expect(built.status == 0 && built.errors.isEmpty, "\(built)")
    let info = try Program.run("geoip", "info", "--json", folder.path("demo.mmdb"))
    let facts = try #require(
      JSONSerialization.jsonObject(with: Data(info.output.utf8)) as? [String: Any])
    #expect(facts["type"] as? String == "Sextant-City")
    #expect(facts["ipv4_networks"] as? Int == 15)
    #expect(facts["ipv6_networks"] as? Int == 6)
    let found = try Program.run(
      "geoip", "lookup", folder.path("demo.mmdb"), "198.51.100.7", "--json")
    #expect(found.status == 0)
    #expect(found.output.contains("\"network\":\"198.51.100.0/26\""))
    #expect(found.output.contains("\"iso_code\":\"DE\""))
    let unknown = try Program.run("geoip", "lookup", folder.path("demo.mmdb"), "203.0.114.1")
    #expect(unknown.status == 1 && unknown.errors.isEmpty)
  }
}
