import Configuration
import SourceText
import TestSupport
import Testing

@testable import struct Configuration.Setting

/// `sextant.example.yaml` shows every setting, each at its default.
@Suite("The example") struct ExampleTests {
  private let path = "\(TestData.package)/sextant.example.yaml"

  @Test("it sets everything to its default")
  func defaults() {
    let file = ConfigurationFile(path: path)
    #expect(file.rendered() == "")
    #expect(file.settings == ServeSettings())
  }

  @Test("every key of the program is in it, in the same order, and no other")
  func keys() throws {
    let text = String(decoding: try FileError.readFile(path), as: UTF8.self)
    var section = ""
    var found: [String] = []
    for line in text.split(separator: "\n") where !line.contains("#") && line.contains(":") {
      guard let key = line.split(separator: ":").first, !key.contains("-  "), !key.hasPrefix("  -")
      else { continue }
      if line.hasPrefix("  ") {
        found.append("\(section).\(key.dropFirst(2))")
      } else {
        section = String(key)
        found.append(section)
      }
    }
    let keys = Setting.keys(of: Setting.all)
    let sections = Set(
      keys.compactMap { $0.split(separator: ".").dropLast().first.map(String.init) })
    #expect(found.filter { !sections.contains($0) } == keys)
  }
}
