import Foundation
import Testing

/// README.md, CHANGELOG.md and the others agree with the program and with what is there.
@Suite("The documents") struct ReadmeTests {
  @Test("every zone in README.md loads without errors or warnings")
  func zones() throws {
    let zones = try Document("README.md").blocks("zone")
    #expect(!zones.isEmpty)
    for zone in zones { #expect(load(zone).rendered() == "") }
  }

  @Test("the error that README.md shows is what is printed for its zone with a mistake in it")
  func error() throws {
    let readme = try Document("README.md")
    let zone = try #require(readme.blocks("zone").first)
    let mistaken = zone.replacing("EU,AF -> eu us", with: "EU,AF -> eu xx")
    let message = load(mistaken, path: "zones/example.org.zone").rendered()
    #expect(message.contains("error"))
    #expect(readme.text.contains("\n" + message))
    #expect(readme.text.contains("alarm " + message))
  }

  @Test("README.md names the options of `sextant serve`, and no others")
  func options() throws {
    let help = try output(of: ["serve", "--help"])
    let options = help.split(separator: "\n").map { $0.drop { $0 == " " } }
      .filter { $0.hasPrefix("--") }.map { String($0.prefix { $0 != " " }) }
    #expect(options.contains("--zones"))
    #expect(try Document("README.md").optionRows == options)
  }

  @Test("the newest version in CHANGELOG.md is the program's")
  func version() throws {
    let newest = try #require(try Document("CHANGELOG.md").lines.first { $0.hasPrefix("## ") })
    let words = try output(of: ["version"]).split(whereSeparator: \.isWhitespace)
    let version = try #require(words.last)
    #expect(newest.hasPrefix("## \(version) "))
  }

  @Test(
    "links lead to files that are there",
    arguments: [
      "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md",
      "zones/README.md", "zones/cookbook/README.md", "geoip/README.md",
    ])
  func links(path: String) throws {
    let folder = Document.root.appending(path: path).deletingLastPathComponent()
    for link in try Document(path).localLinks {
      let target = folder.appending(path: link).standardizedFileURL
      #expect(FileManager.default.fileExists(atPath: target.path), "\(path) links to \(link)")
    }
  }

  @Test("ARCHITECTURE.md names every module, and only files that are there")
  func modules() throws {
    let document = try Document("ARCHITECTURE.md")
    let rows = document.section("Modules").filter { $0.hasPrefix("| `") }
    let named = rows.flatMap { row in
      row.split(separator: "|")[0].matches(of: /`(\w+)`/).map { String($0.1) }
    }
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Document.root.appending(path: "Sources").path)
    #expect(named.sorted() == folders.sorted())
    for path in document.files {
      #expect(
        FileManager.default.fileExists(atPath: Document.root.appending(path: path).path), "\(path)")
    }
  }

  /// What the program, which is built beside these tests, prints.
  private func output(of arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "sextant")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
  }
}
