import Foundation
import FuzzTargets
import TestSupport
import Testing

/// What the fuzz runs have found, fed to the same parsers by the ordinary build.
@Suite("The corpus of the fuzz targets") struct CorpusTests {
  @Test("ends without a trap", arguments: FuzzTarget.allCases)
  func replay(target: FuzzTarget) throws {
    let folder = "\(TestData.package)/Fuzz/Corpus/\(target.rawValue)"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(!names.isEmpty)
    let run = unsafe target.runner()
    for name in names {
      let input = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
      unsafe input.withUnsafeBytes { unsafe run($0) }
    }
  }
}
