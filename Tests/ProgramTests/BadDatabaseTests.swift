import Foundation
import Glibc
import TestSupport
import Testing

/// Damaged MaxMind DB files of other projects' tests: an error or a safe result, never a crash.
@Suite("Bad databases", .enabled(if: TestData.isThere), .ownThreads, .timeLimit(.minutes(5)))
struct BadDatabaseTests {
  /// All files of `bad-data`, and the damaged ones of `test-data`.
  static let files: [String] = {
    let root = "\(TestData.folder)/mmdb"
    let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return names.filter {
      $0.hasSuffix(".mmdb") && ($0.hasPrefix("bad-data") || $0.contains(/roken|Invalid|no-ipv4/))
    }.sorted()
  }()

  @Test("are all there") func count() { #expect(Self.files.count >= 25) }

  @Test("geoip info and geoip lookup", arguments: files)
  func commands(name: String) throws {
    let path = "\(TestData.folder)/mmdb/\(name)"
    for words in [
      ["info", path], ["info", "--json", path], ["lookup", path, "1.1.1.1"],
      ["lookup", path, "2001:218::1"], ["lookup", path, "81.2.69.160", "--json"],
    ] {
      let ending = try Program.run(["geoip"] + words)
      #expect(ending.status == 0 || ending.status == 1, "\(words): \(ending)")
      #expect(ending.errorLines.count <= 1, "\(ending)")
      if words.contains("--json"), !ending.output.isEmpty {
        let object = try? JSONSerialization.jsonObject(with: Data(ending.output.utf8))
        #expect(object != nil, "\(ending)")
      }
      if words[0] == "info", ending.status == 1 {
        #expect(ending.errors.hasPrefix("sextant: \(path): "), "\(ending)")
      }
    }
  }

  @Test("serve", arguments: files)
  func serving(name: String) throws {
    let path = "\(TestData.folder)/mmdb/\(name)"
    let folder = TemporaryFolder()
    try folder.write(
      "zones/example.com.zone",
      NameServer.zone(
        """
        $POOL a ( 192.0.2.1 )
        $POOL b ( 192.0.2.2 )
        $MAP m ( country:JP,GB -> a  default -> b )
        here 60 STEER geo map=m
        """))
    let program = try Program(
      [
        "serve", "--zones", folder.path("zones"), "--state", folder.path("state"), "--geoip", path,
        "--listen", "127.0.0.1:0",
      ])
    do {
      let line = try program.wait(for: "listening on")
      let endpoint = try #require(line.split(separator: " ").lazy.compactMap { Endpoint($0) }.last)
      let client = try Client(endpoint)
      for subnet in ["81.2.69.160/32", "2001:218::1/128", "0.0.0.0/0"] {
        let answer = try client.first("here.example.com.", subnet: subnet)
        #expect(["192.0.2.1", "192.0.2.2"].contains(answer))
      }
      program.send(SIGTERM)
      #expect(try program.finish().status == 0)
    } catch let failure as Failure {
      let ending = try program.finish(within: .seconds(1))
      #expect(ending.status == 1, "\(failure)")
      #expect(ending.errors.hasPrefix("sextant: \(path): ") && ending.errorLines.count == 1)
    }
  }
}
