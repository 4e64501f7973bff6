import Addresses
import Foundation
import Testing

/// `sextant whatif`: its figures against a count of single addresses, its limits and its words.
@Suite("What if", .ownThreads, .timeLimit(.minutes(5))) struct WhatIfTests {
  /// A folder with both versions of a zone, a database and a file of clients.
  private struct Bench {
    let folder = TemporaryFolder()
    let truth: WhatIfTruth

    init(seed: UInt64) throws {
      truth = WhatIfTruth(seed: seed)
      try folder.write("places.csv", truth.csv)
      let built = try Program.run(
        "geoip", "build", folder.path("places.csv"), "-o", folder.path("places.mmdb"))
      guard built.status == 0 else { throw Failure("\(built)") }
      for (name, version) in [("zones", WhatIfTruth.before), ("new", WhatIfTruth.after)] {
        try folder.write("\(name)/example.com.zone", NameServer.zone(version.text))
      }
      try folder.write(
        "clients.csv",
        "network,count\n# all of 10.0.0.0/20\n"
          + truth.clients.map { "\($0.network),\($0.count)\n" }.joined())
    }

    func run(_ words: String) throws -> Program.Ending {
      try Program.run(
        ["whatif", "--geoip", "places.mmdb"] + words.split(separator: " ").map(String.init),
        in: folder.path)
    }

    /// The parts of a report's one population, by name.
    func parts(_ words: String) throws -> [String: [String: Any]] {
      let ending = try run(words + " --json")
      #expect(ending.status == 0 && ending.errors.isEmpty, "\(ending)")
      let object = try JSONSerialization.jsonObject(with: Data(ending.output.utf8))
      let report = try #require(object as? [String: Any])
      let populations = try #require(report["populations"] as? [[String: Any]])
      #expect(populations.count == 1)
      let parts = try #require(populations[0]["names"] as? [[String: Any]])
      return Dictionary(grouping: parts) { $0["name"] as? String ?? "" }.compactMapValues(\.first)
    }
  }

  private func compare(_ part: [String: Any]?, _ change: WhatIfTruth.Change) {
    guard let part else {
      Issue.record("nothing is said of the name")
      return
    }
    func isNear(_ value: Any?, _ expected: Double) -> Bool {
      (value as? NSNumber).map { abs($0.doubleValue - expected) < 1e-9 * max(1, expected) } == true
    }
    #expect(isNear(part["clients"], change.clients), "\(part["clients"] ?? "") \(change.clients)")
    #expect(
      isNear(part["moved"], change.moved / change.clients),
      "\(part["moved"] ?? "") \(change.moved / change.clients)")
    let moves = (part["moves"] as? [[String: Any]] ?? []).compactMap { $0["share"] as? NSNumber }
    #expect(isNear(moves.reduce(0) { $0 + $1.doubleValue }, change.moved / change.clients))
    for (list, prefix) in [("pools", "api@"), ("sites", "")] {
      let loads = part[list] as? [[String: Any]] ?? []
      for site in ["us", "eu", "ap"] {
        let load = loads.first { $0["name"] as? String == prefix + site } ?? [:]
        let before = change.before["api@\(site)", default: 0] / change.clients
        let after = change.after["api@\(site)", default: 0] / change.clients
        if load.isEmpty, before + after == 0 { continue }
        #expect(isNear(load["before"], before), "\(site) \(load) \(before)")
        #expect(isNear(load["after"], after), "\(site) \(load) \(after)")
      }
    }
  }

  @Test("Clients of a file, counted by address", arguments: [1, 2] as [UInt64])
  func file(seed: UInt64) throws {
    let bench = try Bench(seed: seed)
    let counts = bench.truth.clientsByAddress
    for (words, after, down) in [
      ("--down @eu", WhatIfTruth.before, ["eu"]), ("--down api@eu", WhatIfTruth.before, ["eu"]),
      ("--down eu1", WhatIfTruth.before, []), ("--against new", WhatIfTruth.after, []),
      ("--against new --down 192.0.2.1", WhatIfTruth.after, ["us"]),
    ] as [(String, WhatIfTruth.Version, Set<String>)] {
      let parts = try bench.parts("--clients clients.csv \(words)")
      for name in ["api", "split"] {
        compare(
          parts["\(name).example.com."],
          bench.truth.change(name, counts, to: after, down: down))
      }
    }
  }

  @Test("Counts beyond 64 bits have an end")
  func manyClients() throws {
    let bench = try Bench(seed: 1)
    let line = "10.0.0.0/24,999999999999999\n"
    try bench.folder.write("many.csv", String(repeating: line, count: 10_000))
    let ending = try bench.run("--clients many.csv --down @eu")
    #expect(ending.status == 0 && ending.errors.isEmpty, "\(ending)")
    #expect(ending.output.contains("9,223,372,036,854,775,807"), "\(ending)")
  }

  @Test("The networks of the database, counted by address", arguments: [3, 4] as [UInt64])
  func database(seed: UInt64) throws {
    let bench = try Bench(seed: seed)
    let change = bench.truth.change(
      "api", bench.truth.placedByAddress, to: WhatIfTruth.after, down: ["eu"])
    #expect(change.clients == Double(bench.truth.placedCount))
    for name in ["api.example.com", ""] {
      compare(try bench.parts("\(name) --against new --down @eu")["api.example.com."], change)
    }
  }

  @Test("A log of queries counts what each name is asked for")
  func log() throws {
    let bench = try Bench(seed: 8)
    var lines = ["# a log"]
    for (index, client) in bench.truth.clients.enumerated() {
      let name = ["api", "split", "alias", "x\(index).wild", "nobody", "ns1"][index % 6]
      let type = ["A", "", "a", "A", "A", "A"][index % 6]
      lines.append("\(client.network.address) \(name).example.com. \(type)")
    }
    lines.append("10.0.0.1 api.example.com MX")
    lines.append("10.0.0.1 7 api.example.org A")
    try bench.folder.write("queries.log", lines.joined(separator: "\n"))
    func counts(_ wanted: Int) -> [Double] {
      var counts = [Double](repeating: 0, count: WhatIfTruth.size)
      for (index, client) in bench.truth.clients.enumerated() where index % 6 == wanted {
        counts[WhatIfTruth.addresses(client.network).lowerBound] += 1
      }
      return counts
    }
    let all = try bench.parts("--clients queries.log --against new")
    for (number, asked, name) in [
      (0, "api", "api"), (1, "split", "split"), (2, "alias", "api"), (3, "*.wild", "api"),
    ] {
      let change = bench.truth.change(name, counts(number), to: WhatIfTruth.after, down: [])
      compare(all["\(asked).example.com."], change)
    }
    compare(
      try bench.parts("alias.example.com --clients queries.log --against new")[
        "alias.example.com."],
      bench.truth.change("api", counts(2), to: WhatIfTruth.after, down: []))
    let text = try bench.run("--clients queries.log --against new").output
    let ignored = bench.truth.clients.indices.count { $0 % 6 > 3 } + 1 + 7
    #expect(text.hasSuffix("\n\(ignored) queries ask for other names or types\n"), "\(text)")
  }

  @Test("Tables of a name")
  func tables() throws {
    let bench = try Bench(seed: 1)
    try bench.folder.write("few", "10.0.0.1 5\n10.0.8.1 3\n10.0.9.255/32,12\n")
    try bench.folder.write(
      "zones/example.com.zone",
      NameServer.zone(
        WhatIfTruth.Version(
          countries: [:], network: ["us", "eu"], weights: ["us": 1, "eu": 1]
        ).text))
    let ending = try bench.run("api.example.com --clients few --down 192.0.2.1 --down eu1")
    #expect(
      ending.output == """
        20 clients in 3 lines of few

        api.example.com. A: 75 % move

          from    to      share  number
          api@us  api@eu   75 %      15

          pool    before  after
          api@us    75 %    0 %
          api@ap    25 %   25 %
          api@eu     0 %   75 %

          site  before  after
          us      75 %    0 %
          ap      25 %   25 %
          eu       0 %   75 %

        pools that answer otherwise
          api@us: without 192.0.2.1
          api@eu: without 192.0.2.2

        """, "\(ending)")
    #expect(ending.status == 0 && ending.errors.isEmpty)
    let all = try bench.run("--clients few --down @us")
    #expect(
      all.output.hasPrefix(
        """
        20 clients in 3 lines of few

        66.7 % move

          asked for              move
          api.example.com. A     75 %
          split.example.com. A   50 %
          *.wild.example.com. A  75 %

          from    to       share
          api@us  api@eu  66.7 %

        """), "\(all)")
    let still = try bench.run("api.example.com AAAA --clients few")
    #expect(
      still.output.contains(
        """
        api.example.com. AAAA: 0 % move

          pool         before  after
          (no record)   100 %  100 %

        """), "\(still)")
  }

  @Test("What becomes of a name that is there in one version alone")
  func oneVersion() throws {
    let bench = try Bench(seed: 1)
    try bench.folder.write("one", "10.0.0.1\n")
    try bench.folder.write("gone/example.net.zone", NameServer.zone("www 60 A 192.0.2.1"))
    let gone = try bench.run("api.example.com --clients one --against gone")
    #expect(gone.output.contains("(no such name)"), "\(gone)")
    let new = try bench.run("api.example.com --clients one --zones gone --against zones")
    #expect(new.output.contains("api.example.com. A: 100 % move"), "\(new)")
    try bench.folder.write("plain/example.com.zone", NameServer.zone("api 60 A 192.0.2.1"))
    let plain = try bench.run("api.example.com --clients one --against plain")
    #expect(plain.output.contains("(plain records)"), "\(plain)")
  }

  @Test(
    "A limit that is passed makes it exit with 1",
    arguments: [
      ("--max-moved 49%", ["50 % of clients move, more than 49 %"]), ("--max-moved 50%", []),
      ("--max-load ap=59.9", ["ap has 60 % of clients, more than 59.9 %"]),
      ("--max-load @ap=60% --max-load api@us=40", []),
      (
        "--max-moved 1% --max-load api@us=10% --max-load us=10%",
        [
          "50 % of clients move, more than 1 %", "api@us has 40 % of clients, more than 10 %",
          "us has 40 % of clients, more than 10 %",
        ]
      ),
    ])
  func limits(words: String, exceeded: [String]) throws {
    let bench = try Bench(seed: 1)
    try bench.folder.write("even", "10.0.0.0/16 1000\n")
    try bench.folder.write(
      "zones/example.com.zone",
      NameServer.zone(
        WhatIfTruth.Version(
          countries: [:], network: [], weights: ["us": 20, "eu": 50, "ap": 30]
        ).text))
    let all = "split.example.com --clients even --down @eu \(words)"
    let ending = try bench.run(all)
    #expect(ending.status == (exceeded.isEmpty ? 0 : 1), "\(ending)")
    #expect(ending.errors == exceeded.map { "sextant: \($0)\n" }.joined())
    #expect(ending.output.contains("api@us    20 %   40 %\n"), "\(ending)")
    let json = try bench.run(all + " --json")
    #expect(json.status == ending.status)
    let object =
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(object?["exceeded"] as? [String] == exceeded)
  }

  @Test("A file that cannot be read is said line by line")
  func mistakes() throws {
    let bench = try Bench(seed: 1)
    try bench.folder.write(
      "bad",
      """
      client,count
      10.0.0.1 5
      10.0.0.300
      10.0.0.1/24 5
      10.0.0.1 5 www A IN
      10.0.0.1 -5..
      """)
    let ending = try bench.run("--clients bad")
    #expect(ending.status == 1 && ending.output.isEmpty)
    #expect(
      ending.errors == """
        sextant: bad:3:1: error: '10.0.0.300' is not a network or an address
        sextant:   10.0.0.300
        sextant:   ^^^^^^^^^^
        sextant:   hint: a line is CLIENT [COUNT] [NAME [TYPE]]
        sextant: bad:4:1: error: '10.0.0.1/24' is not a network or an address
        sextant:   10.0.0.1/24 5
        sextant:   ^^^^^^^^^^^
        sextant:   hint: bits are set behind the prefix; write 10.0.0.0/24
        sextant: bad:5:18: error: nothing more may stand here
        sextant:   10.0.0.1 5 www A IN
        sextant:                    ^^
        sextant:   hint: a line is CLIENT [COUNT] [NAME [TYPE]]
        sextant: bad:6:10: error: this is neither a count nor a name
        sextant:   10.0.0.1 -5..
        sextant:            ^^^^
        sextant:   hint: a line is CLIENT [COUNT] [NAME [TYPE]]

        """, "\(ending)")
    try bench.folder.write("zones/example.com.zone", "nonsense\n")
    let zone = try bench.run("--clients clients.csv")
    #expect(zone.status == 1)
    #expect(zone.errorLines.last?.hasSuffix("example.com.zone has errors") == true, "\(zone)")
  }

  @Test("Progress is shown on a terminal alone, and not where NO_COLOR is set")
  func progress() throws {
    let bench = try Bench(seed: 1)
    let words = "'\(Program.sextant)' whatif --geoip places.mmdb --clients clients.csv"
    for (variable, isShown) in [("env -u NO_COLOR ", true), ("env NO_COLOR=1 ", false)] {
      let ending = try Program.run(
        "-qec", variable + words, "/dev/null", command: "script", in: bench.folder.path)
      #expect(ending.status == 0, "\(ending)")
      #expect(ending.output.contains("reading clients.csv: ") == isShown, "\(ending)")
      #expect(ending.output.contains("\u{1B}") == isShown)
    }
    #expect(try bench.run("--clients clients.csv").errors.isEmpty)
  }
}
