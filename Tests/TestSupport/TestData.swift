import Foundation

/// The data outside the repository that some tests need.
public enum TestData {
  /// The package's folder.
  public static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// The folder of the data: `SEXTANT_TEST_DATA`, else `../shared/data` beside the package.
  public static let folder =
    ProcessInfo.processInfo.environment["SEXTANT_TEST_DATA"] ?? "\(package)/../shared/data"

  /// Whether it is there; says so once where it is not.
  public static let isThere: Bool = {
    let found = FileManager.default.fileExists(atPath: folder)
    if !found { print("skipping tests that need \(folder) (or set SEXTANT_TEST_DATA)") }
    return found
  }()
}
