import Foundation

/// Zone files that are each wrong in a way of their own: `NAME.zone` is the zone `NAME.`, and `NAME.txt` beside it
/// is what `sextant check` says of it. `parts` has what they include.
public enum MalformedZones {
  /// The folder that theirs is in; paths in messages are relative to it.
  public static let parent = "\(TestData.package)/Tests"
  /// Their folder.
  public static let folder = "MalformedZones"

  /// The zones' names without the final dot, in order.
  public static let names: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(atPath: "\(parent)/\(folder)")
    return (files ?? []).filter { $0.hasSuffix(".zone") }.map { String($0.dropLast(5)) }.sorted()
  }()

  /// What is said of a zone.
  public static func messages(_ name: String) throws -> String {
    try String(contentsOfFile: "\(parent)/\(folder)/\(name).txt", encoding: .utf8)
  }
}
