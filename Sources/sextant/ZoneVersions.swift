import Control
import DNSWire
import GeoDatabase
import Glibc
import SourceText
import ZoneCompiler
import ZoneFile

/// The zones of a folder, loaded and compiled for a command that answers from files.
struct ZoneVersions {
  /// A zone as its file says it, and as it is served.
  struct Version {
    let zone: Zone
    let compiled: CompiledZone
  }

  /// All of them, in the order of the folder.
  private(set) var all: [Version] = []

  /// Loads a folder; one zone with errors is an error, and its diagnostics go to standard error.
  init(_ folder: String, _ compiler: ZoneCompiler) throws(ControlError) {
    for entry in try ZoneFolder.list(folder) {
      let loader = ZoneLoader(root: folder, now: Int64(time(nil)), mode: .coldStart)
      let load = loader.load(path: entry.path, apex: entry.apex)
      guard let zone = load.zone else {
        writeToStandardError(load.rendered(color: usesColor(2)))
        throw ControlError("\(entry.path) has errors")
      }
      do throws(ZoneCompilerError) {
        all.append(Version(zone: zone, compiled: try compiler.compile(zone)))
      } catch {
        throw ControlError("\(entry.path): \(error)")
      }
    }
  }

  /// The targets that words name, by zone; a word that no zone knows is an error.
  func targets(supposedDown words: [String]) throws(ControlError) -> [DomainName: Set<TargetIndex>]
  {
    var down: [DomainName: Set<TargetIndex>] = [:]
    for word in words {
      var isKnown = false
      for version in all {
        guard let targets = version.zone.targets(supposedDown: word) else { continue }
        down[version.zone.apex, default: []].formUnion(targets)
        isKnown = true
      }
      guard isKnown else {
        let known = Set(all.flatMap(\.zone.supposableNames)).sorted()
        throw ControlError(
          "no target, pool or site '\(word)'" + Suggestion.text(for: word, among: known))
      }
    }
    return down
  }
}
