import DNSWire
import Foundation
import Testing
import SourceText
import ZoneFile

@testable import Control

@Suite("The state folder") struct StateFolderTests {
  private let root: URL
  private let state: StateFolder
  private let log = Log { _, text in Issue.record("\(text)") }

  init() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("sextant-\(UUID())")
    state = StateFolder(path: root.path)
  }

  /// Keeps a zone of one file and one that it includes.
  private func keep(_ name: String, text: String) throws {
    let apex = try #require(DomainName(name))
    let files = [
      "zones/x.zone": "$INCLUDE more/y.inc\n; \(text)\n", "zones/more/y.inc": "; \(text)\n",
    ]
    let load = ZoneLoader(root: "zones", now: 0) { path throws(FileError) in
      Array((files[path] ?? "").utf8)
    }.load(path: "zones/x.zone", apex: apex)
    #expect(load.sources.count == 2)
    state.keep(GoodFiles(zones: [(apex, load.sources)]), root: "./zones/", log: log)
  }

  private func read(_ name: String, _ path: String = "zones/more/y.inc") throws -> String {
    let apex = try #require(DomainName(name))
    return String(decoding: try state.read(path, of: apex, root: "zones"), as: UTF8.self)
  }

  @Test("every zone has its own files, whatever its name is")
  func names() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    let names = [
      ".", "root.", "example.com.", "example.com.new.", "example.com.old.", "a/b.example.com.",
      "a.b.example.com.",
    ]
    for round in 1...2 {
      for name in names { try keep(name, text: "\(name) \(round)") }
      for name in names { #expect(try read(name) == "; \(name) \(round)\n") }
    }
    #expect(throws: FileError.system(ENOENT)) { try read("example.net.") }
    #expect(throws: FileError.system(ENOENT)) { try read("example.com.", "zones/../other") }
  }

  @Test("where a crash came between, the version before is there")
  func crash() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    try keep("example.com.", text: "1")
    let folder = root.appendingPathComponent("zones/example.com")
    let old = root.appendingPathComponent("zones/example.com..old")
    try FileManager.default.moveItem(at: folder, to: old)
    #expect(try read("example.com.") == "; 1\n")
    try keep("example.com.", text: "2")
    #expect(try read("example.com.") == "; 2\n")
    #expect(!FileManager.default.fileExists(atPath: old.path))
  }

  @Test("what a link leads to is not removed")
  func links() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    try keep("example.com.", text: "1")
    let outside = root.appendingPathComponent("outside")
    try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
    try Data().write(to: outside.appendingPathComponent("file"))
    try FileManager.default.createSymbolicLink(
      at: root.appendingPathComponent("zones/example.com/link"), withDestinationURL: outside)
    try keep("example.com.", text: "2")
    #expect(try read("example.com.") == "; 2\n")
    #expect(FileManager.default.fileExists(atPath: outside.appendingPathComponent("file").path))
  }

  @Test("MMDB files of one name in two folders are kept apart")
  func databases() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    let paths = ["geoip/a.mmdb", "/srv/geoip/a.mmdb", "geoip%2Fa.mmdb", "a.mmdb"]
    state.keep(
      GoodFiles(databases: paths.map { ($0, Array($0.utf8)) }), root: "zones", log: log)
    for path in paths {
      #expect(try FileError.readFile(state.database(path)) == Array(path.utf8))
    }
  }
}
