import DNSWire
import GeoDatabase
import SourceText
import ZoneCompiler
import ZoneFile

/// Loads and compiles the zones of a folder, and keeps serving the old ones where new ones are bad.
struct ZoneLoading {
  let folder: String
  let state: StateFolder
  let log: Log
  /// Seconds since 1970 (UTC).
  let now: Int64

  /// The zones to serve, in the order of their names. `running` are those that are served now; empty at a
  /// cold start. The files of those that are good are noted in `good`.
  func load(
    with compiler: ZoneCompiler, running: [CompiledZone], isColdStart: Bool, good: inout GoodFiles
  ) throws(ControlError) -> [CompiledZone] {
    var served: [CompiledZone] = []
    let entries = try ZoneFolder.list(folder)
    guard !entries.isEmpty else {
      throw ControlError(
        "no zone in '\(folder)'; put a master file there, such as example.com.zone")
    }
    for entry in entries {
      let old = running.first { $0.apex == entry.apex }
      let loader = ZoneLoader(
        root: folder, now: now, mode: isColdStart ? .coldStart : .strict,
        running: old?.migrations ?? [])
      let load = loader.load(path: entry.path, apex: entry.apex)
      do throws(ControlError) {
        served.append(try compile(load, entry, with: compiler))
        if load.warningCount > 0 { log.note(.warning, Self.text(load)) }
        good.zones.append((entry.apex, load.sources))
      } catch {
        log.note(.alarm, error.description)
        if let old {
          log.note(.alarm, "zone \(entry.apex): serial \(old.serial) stays in service")
          served.append(old)
        } else if isColdStart, let copy = lastGood(entry, with: compiler) {
          log.note(
            .alarm, "zone \(entry.apex): the last good version, serial \(copy.serial), is served")
          served.append(copy)
        } else {
          log.note(.alarm, "zone \(entry.apex): not served")
        }
      }
    }
    guard !served.isEmpty else {
      throw ControlError("no zone of '\(folder)' can be served; its errors are above")
    }
    return served
  }

  private func compile(
    _ load: ZoneLoad, _ entry: ZoneFolder.Entry, with compiler: ZoneCompiler
  ) throws(ControlError) -> CompiledZone {
    guard let zone = load.zone else { throw ControlError(Self.text(load)) }
    do throws(GeoDatabaseError) {
      return try compiler.compile(zone)
    } catch {
      throw ControlError("\(entry.path): \(error)")
    }
  }

  /// The last good version, read from the copies of its files as if they were where they came from.
  private func lastGood(_ entry: ZoneFolder.Entry, with compiler: ZoneCompiler) -> CompiledZone? {
    let loader = ZoneLoader(root: folder, now: now, mode: .coldStart) {
      [state, folder] path throws(FileError) in
      try state.read(path, of: entry.apex, root: folder)
    }
    return try? compile(loader.load(path: entry.path, apex: entry.apex), entry, with: compiler)
  }

  /// The diagnostics of a load without the last newline.
  private static func text(_ load: ZoneLoad) -> String {
    let text = load.rendered()
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}
