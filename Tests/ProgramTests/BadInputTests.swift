import Foundation
import Glibc
import TestSupport
import Testing

/// What is wrong is said in one clear line, with the exit status that the command line promises.
@Suite("Bad input", .ownThreads, .timeLimit(.minutes(5))) struct BadInputTests {
  static let good = NameServer.zone("www 60 A 192.0.2.1")

  @Test(
    "A line of megabytes takes little more memory than it is long to be complained about",
    .enabled(
      if: ProcessInfo.processInfo.environment["TSAN_OPTIONS"] == nil,
      "a sanitizer takes up all addresses"))
  func longLine() throws {
    let folder = TemporaryFolder()
    let path = try folder.write(
      "example.com.zone", "$TTL 300\n@ FOO \(String(repeating: "x", count: 40_000_000))\n")
    // KiB of address space.
    let ending = try Program.run(
      "-c", "ulimit -v 700000; exec \(Program.sextant) check \(path)", command: "sh")
    #expect(ending.status == 1 && ending.errors.contains("no record type 'FOO'"), "\(ending)")
  }

  @Test("A zone with five errors reports all five, each with its place, a caret and a way to mend")
  func fiveErrors() throws {
    let folder = TemporaryFolder()
    let path = try folder.write(
      "example.com.zone",
      """
      $TTL 1h
      @ SOA ns1 hostmaster 1 2h 30m 2w 5m
        NS ns1
      ns1 A 192.0.2.300
      $CHECK web htp path=/
      $CHECK api http path=/
      $POOL east check=apo ( 192.0.2.2 )
      x 60 STEER failover esat
      y 60/120 STEER failover east
      """)
    let expected = [
      ("4:7", "'192.0.2.300' is not an IPv4 address", "ns1 A ", "192.0.2.300"),
      ("5:12", "no check kind 'htp'; did you mean 'http'?", "$CHECK web ", "htp"),
      ("7:18", "no check 'apo'; did you mean 'api'?", "$POOL east check=", "apo"),
      ("8:21", "no pool or policy 'esat'; did you mean 'east'?", "x 60 STEER failover ", "esat"),
      ("9:3", "the smallest TTL, 120, is above the largest, 60", "y ", "60/120"),
    ]
    for target in [path, folder.path] {
      let ending = try Program.run("check", target)
      #expect(ending.status == 1)
      #expect(ending.output == "5 errors, 0 warnings\n")
      #expect(ending.errors.components(separatedBy: ": error: ").count == 6)
      for (place, message, before, marked) in expected {
        let caret =
          "  " + String(repeating: " ", count: before.count)
          + String(repeating: "^", count: marked.count)
        let block = "\(path):\(place): error: \(message)\n  \(before)\(marked)"
        #expect(ending.errors.contains(block), "\(ending.errors)")
        #expect(ending.errors.contains("\n\(caret)\n"))
        let rest =
          ending.errors.components(separatedBy: block).last?
          .components(separatedBy: ": error: ").first ?? ""
        let mend = rest.split(separator: "\n").first { $0.hasPrefix("  hint: ") }
        #expect(message.contains("did you mean") || mend != nil, "\(message)")
      }
    }
    let json = try Program.run("check", "--json", path)
    #expect(json.status == 1 && json.errors.isEmpty)
    let objects = try json.output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects.map { $0["message"] as? String } == expected.map(\.1))
    #expect(
      objects.map { "\($0["line"] ?? ""):\($0["column"] ?? "")" } == expected.map(\.0))
    #expect(
      objects.allSatisfy { $0["file"] as? String == path && $0["severity"] as? String == "error" })
  }

  /// A command line, `FOLDER` in it being a folder with `good`, `bad` and `empty` folders of zones and a
  /// cut-off MMDB file, and what is said.
  struct Case: CustomTestStringConvertible, Sendable {
    var words: String
    var status: Int32
    var message: String
    var testDescription: String { words }
  }

  private static let serve = "serve --zones FOLDER/good --state FOLDER/state --listen 127.0.0.1:0"

  static let cases = [
    Case(words: "", status: 2, message: "a command is missing"),
    Case(words: "sevre", status: 2, message: "there is no command 'sevre'"),
    Case(words: "version now", status: 2, message: "version takes no 'now'"),
    Case(words: "serve --prot 53", status: 2, message: "unknown option '--prot'"),
    Case(
      words: "serve zones", status: 2,
      message: "serve takes no 'zones'; zones are named with --zones"),
    Case(words: "serve --zones", status: 2, message: "--zones needs a value"),
    Case(words: "serve --zones a --zones b", status: 2, message: "--zones is given 2 times"),
    Case(
      words: "serve --workers 0", status: 2,
      message: "--workers takes a number from 1 to 64, not '0'"),
    Case(
      words: "serve --workers many", status: 2, message: "--workers takes a number from 1 to 64"),
    Case(words: "serve --listen nonsense", status: 2, message: "'nonsense' is not an address"),
    Case(
      words: "serve --listen 127.0.0.1", status: 2,
      message: "no port behind the address; write 127.0.0.1:53"),
    Case(words: "serve --listen 127.0.0.1:65536", status: 2, message: "'65536' is not a port"),
    Case(words: "serve --listen 127.0.0.1:-1", status: 2, message: "'-1' is not a port"),
    Case(words: "serve --listen ::1:53", status: 2, message: "'::1:53' needs brackets"),
    Case(words: "serve --listen=", status: 2, message: "'' is not an address"),
    Case(
      words: "check", status: 2,
      message: "check needs a zone's file, a folder or a file of settings"),
    Case(words: "check --nojson x", status: 2, message: "unknown option '--nojson'"),
    Case(words: "export", status: 2, message: "export needs the name of one zone"),
    Case(words: "export a..b", status: 2, message: "export needs the name of one zone"),
    Case(words: "geoip", status: 2, message: "geoip needs build, lookup or info"),
    Case(words: "geoip find", status: 2, message: "geoip has no command 'find'"),
    Case(words: "geoip info", status: 2, message: "geoip info needs one FILE"),
    Case(
      words: "geoip lookup FOLDER/cut.mmdb", status: 2,
      message: "geoip lookup needs FILE and ADDRESS"),
    Case(
      words: "geoip lookup FOLDER/cut.mmdb here", status: 2,
      message: "'here' is no IPv4 or IPv6 address"),
    Case(words: "geoip build FOLDER/a.csv", status: 2, message: "geoip build needs '-o FILE'"),
    Case(words: "geoip build -o FOLDER/b.mmdb", status: 2, message: "geoip build needs a CSV file"),
    Case(
      words: "geoip build FOLDER/none.csv -o FOLDER/b.mmdb", status: 1,
      message: "none.csv: cannot be read"),
    Case(
      words: "geoip build FOLDER/good.csv -o FOLDER/none/b.mmdb", status: 1, message: "none/b.mmdb"),
    Case(
      words: "geoip info FOLDER/none.mmdb", status: 1,
      message: "none.mmdb: cannot be read: No such file"),
    Case(
      words: "geoip info FOLDER/cut.mmdb", status: 1,
      message: "cut.mmdb: not a usable MaxMind DB file"),
    Case(words: "geoip info FOLDER/good", status: 1, message: "good: cannot be read"),
    Case(
      words: "geoip lookup FOLDER/cut.mmdb ::1", status: 1,
      message: "cut.mmdb: not a usable MaxMind DB file"),
    Case(
      words: "check FOLDER/none.zone", status: 1,
      message: "none.zone: error: cannot read it: No such file"),
    Case(
      words: "check --geoip FOLDER/cut.mmdb FOLDER/good", status: 1,
      message: "cut.mmdb: not a usable"),
    Case(
      words: "export example.org --zones FOLDER/good", status: 1, message: "no zone example.org. in"
    ),
    Case(
      words: "export example.com --zones FOLDER/none", status: 1, message: "cannot read the folder"),
    Case(words: "whatif a b c", status: 2, message: "whatif takes a name and a type, not 'c'"),
    Case(words: "whatif a..b", status: 2, message: "'a..b' is not a name"),
    Case(words: "whatif a MX", status: 2, message: "'MX' is not A, AAAA or CNAME"),
    Case(
      words: "whatif --max-moved many", status: 2,
      message: "--max-moved takes a share from 0% to 100%, not 'many'"),
    Case(
      words: "whatif --max-load us", status: 2,
      message: "--max-load takes NAME=PERCENT, not 'us'"),
    Case(
      words: "whatif --max-load us=101%", status: 2,
      message: "--max-load takes a share from 0% to 100%, not '101%'"),
    Case(
      words: "whatif --zones FOLDER/good", status: 1,
      message: "there is no database whose networks could stand for clients"),
    Case(
      words: "whatif --zones FOLDER/good --geoip FOLDER/cut.mmdb", status: 1,
      message: "cut.mmdb: not a usable MaxMind DB file"),
    Case(
      words: "whatif --zones FOLDER/none --clients FOLDER/a.csv", status: 1,
      message: "cannot read the folder"),
    Case(
      words: "whatif --zones FOLDER/good --clients FOLDER/none.csv", status: 1,
      message: "none.csv: cannot be read: No such file"),
    Case(
      words: "whatif www.example.org --zones FOLDER/good --clients FOLDER/a.csv", status: 1,
      message: "no zone of 'FOLDER/good' has the name 'www.example.org.'"),
    Case(
      words: "whatif --zones FOLDER/good --clients FOLDER/a.csv --down @us", status: 1,
      message: "no target, pool or site '@us'"),
    Case(
      words: "serve --zones FOLDER/none --listen 127.0.0.1:0", status: 1,
      message: "cannot read the folder 'FOLDER/none'"),
    Case(
      words: "serve --zones FOLDER/empty --listen 127.0.0.1:0", status: 1,
      message: "put a master file there"),
    Case(
      words: "serve --zones FOLDER/bad --listen 127.0.0.1:0", status: 1,
      message: "no zone of 'FOLDER/bad' can be served"),
    Case(
      words: serve + " --geoip FOLDER/none.mmdb", status: 1,
      message: "none.mmdb: cannot be read: No such file"),
    Case(
      words: serve + " --geoip FOLDER/cut.mmdb", status: 1,
      message: "cut.mmdb: not a usable MaxMind DB file"),
    Case(words: serve + " --user nobody-at-all", status: 1, message: "there is no such user"),
    Case(
      words: serve + " --listen 192.0.2.1:53", status: 1,
      message: "no interface of this machine has this address"),
    Case(
      words: serve + " --listen 127.0.0.1:5399 --listen 127.0.0.1:5399", status: 1,
      message: "127.0.0.1:5399 is listed twice"),
  ]

  @Test("One clear line each", arguments: cases)
  func oneLine(_ test: Case) throws {
    let folder = TemporaryFolder()
    try folder.write("good/example.com.zone", Self.good)
    try folder.write("bad/example.com.zone", "www A 192.0.2.1\n")
    try folder.write("empty/README.md", "")
    try folder.write("good.csv", "network,country\n192.0.2.0/24,DE\n")
    try folder.write("a.csv", "network,country\n192.0.2.0/24,DE\n")
    try folder.write("cut.mmdb", Data((0..<9_000).map { UInt8(truncatingIfNeeded: $0 * 7) }))
    func filled(_ text: String) -> String {
      text.replacingOccurrences(of: "FOLDER", with: folder.path)
    }
    let ending = try Program.run(
      filled(test.words).split(separator: " ").map(String.init), in: folder.path)
    #expect(ending.status == test.status, "\(ending)")
    let lines = ending.errorLines.filter { $0.contains(filled(test.message)) }
    #expect(lines.count == 1, "\(ending)")
    // What a server has done before it fails is in the log; what ends it stands alone and last.
    #expect(ending.errorLines.count { $0.hasPrefix("sextant: ") } <= 1, "\(ending)")
    #expect(ending.errorLines.last == lines.last, "\(ending)")
    #expect(test.words.hasPrefix("serve --zones") || ending.errorLines.count == 1, "\(ending)")
  }

  @Test("A port in use is named with its protocol", arguments: ["UDP", "TCP"])
  func portInUse(name: String) throws {
    let endpoint = try #require(Endpoint("127.0.6.1:0"))
    let socket = try Socket(name == "UDP" ? SOCK_DGRAM : SOCK_STREAM, like: endpoint)
    try socket.bind(endpoint)
    if name == "TCP" { listen(socket.number, 1) }
    let folder = TemporaryFolder()
    try folder.write("zones/example.com.zone", Self.good)
    let ending = try Program.run(
      "serve", "--zones", folder.path("zones"), "--state", folder.path("state"), "--listen",
      "127.0.6.1:\(socket.port)")
    #expect(ending.status == 1)
    #expect(
      ending.errorLines.last
        == "sextant: cannot listen on 127.0.6.1:\(socket.port) (\(name)): address already in use; another program has this port",
      "\(ending)")
  }

  @Test("A second server on the same port says so and leaves the first in peace")
  func twoServers() throws {
    let first = try NameServer(zone: "www 60 A 192.0.2.1")
    let folder = TemporaryFolder()
    try folder.write("zones/example.com.zone", Self.good)
    for address in ["\(first.endpoint)", "0.0.0.0:\(first.endpoint.port)"] {
      let second = try Program.run(
        "serve", "--zones", folder.path("zones"), "--state", folder.path("state"), "--listen",
        address)
      #expect(second.status == 1)
      #expect(second.errorLines.last?.contains("another program has this port") == true)
    }
    #expect(try first.client().first("www.example.com.") == "192.0.2.1")
  }

  @Test("Two files of one zone are named both")
  func twoFiles() throws {
    let folder = TemporaryFolder()
    for name in ["example.com", "example.com.zone"] { try folder.write("zones/\(name)", Self.good) }
    let line =
      "sextant: \(folder.path("zones/example.com.zone")): the zone example.com. is in "
      + "\(folder.path("zones/example.com")) already; remove one of them"
    for command in ["check \(folder.path("zones"))", "serve --zones \(folder.path("zones"))"] {
      let ending = try Program.run(
        command.split(separator: " ").map(String.init), in: folder.path)
      #expect(ending.status == 1 && ending.errors == line + "\n", "\(ending)")
    }
  }

  @Test("A state folder that cannot be written is a warning")
  func unwritableState() throws {
    let folder = TemporaryFolder()
    try folder.write("places.csv", "network,country\n127.0.0.0/8,DE\n")
    #expect(
      try Program.run("geoip", "build", folder.path("places.csv"), "-o", folder.path("geo.mmdb"))
        .status == 0)
    // A folder cannot be made where a file stands, whoever asks.
    try folder.write("state", "a file")
    let server = try NameServer(
      ["example.com.zone": Self.good], geoip: [folder.path("geo.mmdb")], in: folder)
    #expect(try server.client().first("www.example.com.") == "192.0.2.1")
    let warnings = server.program.lines(with: "warning ")
    #expect(
      warnings.count { $0.contains("zone example.com.: the last good version cannot be kept") } == 1
    )
    #expect(warnings.count { $0.contains("geo.mmdb: the last good version cannot be kept") } == 1)
    try server.reload()
    #expect(try server.client().first("www.example.com.") == "192.0.2.1")
    #expect(try server.stop().status == 0)
  }
}
