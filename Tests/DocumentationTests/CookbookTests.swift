import Foundation
import GeoDatabase
import Testing
import ZoneFile

/// The recipes of zones/cookbook do what they say.
@Suite("The cookbook") struct CookbookTests {
  private static let folder = "zones/cookbook"

  static let recipes: [String] = {
    let path = Document.root.appending(path: folder).path
    let files = try? FileManager.default.contentsOfDirectory(atPath: path)
    return (files ?? []).filter { $0.hasSuffix(".zone") }.sorted()
  }()

  @Test(
    "each loads without errors or warnings and holds what it expects, with all up and with something down",
    arguments: recipes)
  func recipe(file: String) throws {
    let table = "\(Self.folder)/measured.csv"
    let workplace = try Workplace()
    let loaded = try load(
      Document("\(Self.folder)/\(file)").text, path: "\(Self.folder)/\(file)",
      files: [table: Document(table).text], databases: GeoDatabases([workplace.database()]))
    #expect(loaded.rendered() == "")
    let zone = try #require(loaded.zone)
    #expect(!zone.steers.isEmpty)
    #expect(zone.expectations.count >= 3)
    #expect(zone.expectations.contains { $0.down.isEmpty })
    #expect(zone.expectations.contains { !$0.down.isEmpty })
  }

  @Test("README.md has a section for each, and a line in its list")
  func sections() throws {
    let readme = try Document("\(Self.folder)/README.md")
    #expect(Self.recipes.count >= 7)
    for recipe in Self.recipes {
      #expect(readme.lines.count { $0.hasPrefix("[\(recipe)](\(recipe)): ") } == 1, "\(recipe)")
    }
    let rows = readme.lines.filter { $0.hasPrefix("| [") }
    #expect(rows.count == Self.recipes.count)
    for row in rows {
      let title = row.dropFirst(3).prefix { $0 != "]" }
      #expect(readme.lines.contains("## \(title)"), "\(row)")
    }
  }

  @Test("what README.md shows is what is printed")
  func transcript() throws {
    let workplace = try Workplace()
    let shown = try Document("\(Self.folder)/README.md").blocks.filter { $0.text.hasPrefix("$ ") }
    #expect(shown.count >= 6)
    for block in shown {
      var printed = ""
      for line in block.text.split(separator: "\n") where line.hasPrefix("$ ") {
        printed += try "\(line)\n" + workplace.run(String(line.dropFirst(2))).text
      }
      #expect(printed == block.text)
    }
  }

  @Test("the folder above, which the demo serves, does not have them among its zones")
  func folderIsPassedOver() throws {
    let result = try Workplace().run("sextant check zones")
    #expect(result.status == 0)
    #expect(result.text.split(separator: "\n").count == 1 && result.text.contains("example.com."))
  }
}

/// A folder as the project's is after `make run`: its zones, and a database with the demo's places.
private final class Workplace {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "sextant-\(UUID())")

  init() throws {
    let files = FileManager.default
    let geoip = folder.appending(path: "geoip")
    try files.createDirectory(at: geoip, withIntermediateDirectories: true)
    for name in ["zones", "geoip/demo.csv", "geoip/country-centres.csv"] {
      try files.createSymbolicLink(
        at: folder.appending(path: name), withDestinationURL: Document.root.appending(path: name))
    }
    let built = try run(
      "sextant geoip build geoip/demo.csv --centres geoip/country-centres.csv -o geoip/demo.mmdb")
    #expect(built.status == 0, "\(built.text)")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The database.
  func database() throws -> GeoDatabase {
    let path = folder.appending(path: "geoip/demo.mmdb")
    return try GeoDatabase(octets: Array(Data(contentsOf: path)), path: path.path)
  }

  /// Runs a line of the shell; `sextant` is the program that is built beside the tests.
  func run(_ line: String) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "exec 2>&1; \(line)"]
    process.currentDirectoryURL = folder
    let programs = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path
    process.environment = ["PATH": "\(programs):/usr/bin:/bin"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
