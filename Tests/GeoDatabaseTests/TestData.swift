import Foundation
import GeoDatabase
import Testing

/// Where the tests find files.
enum TestData {
  /// The top of the package.
  static let package = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// MaxMind's own test data, outside of the package; nil, and said so once, where it is missing.
  static let mmdb: String? = {
    let root =
      ProcessInfo.processInfo.environment["SEXTANT_TEST_DATA"] ?? package + "/../shared/data"
    if FileManager.default.fileExists(atPath: root + "/mmdb/test-data") { return root + "/mmdb" }
    print("no test data in \(root): tests that need MaxMind's databases are skipped")
    return nil
  }()

  static var isPresent: Bool { mmdb != nil }

  /// The path of one of MaxMind's files.
  static func path(_ name: String) throws -> String { try #require(mmdb) + "/" + name }

  /// All databases in folders of MaxMind's data, by path.
  static func databases(_ folders: String...) -> [String] {
    guard let mmdb else { return [] }
    return folders.flatMap { folder in
      FileManager.default.enumerator(atPath: mmdb + "/" + folder)?.compactMap { $0 as? String }
        .filter { $0.hasSuffix(".mmdb") }.map { "\(folder)/\($0)" } ?? []
    }.sorted()
  }

  /// Calls `body` with the path of a file with `octets`, which is gone afterwards.
  static func withFile<Result>(
    _ octets: some Collection<UInt8>, _ body: (String) throws -> Result
  ) throws -> Result {
    let path = FileManager.default.temporaryDirectory.path + "/sextant-\(UUID().uuidString)"
    try Data(octets).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  /// Calls `body` with the path of a file with `text`.
  static func withFile<Result>(text: String, _ body: (String) throws -> Result) throws -> Result {
    try withFile(Array(text.utf8), body)
  }
}
