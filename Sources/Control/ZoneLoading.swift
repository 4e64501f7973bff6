import DNSWire
import GeoDatabase
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
  /// cold start.
  func load(
    with compiler: ZoneCompiler, running: [CompiledZone], isColdStart: Bool
  ) throws(ControlError) -> [CompiledZone] {
    var served: [CompiledZone] = []
    for entry in try ZoneFolder.list(folder) {
      let old = running.first { $0.apex == entry.apex }
      let loader = ZoneLoader(
        root: folder, now: now, mode: isColdStart ? .coldStart : .strict,
        running: old?.migrations ?? [])
      let load = loader.load(path: entry.path, apex: entry.apex)
      do throws(ControlError) {
        served.append(try compile(load, entry, with: compiler))
        if load.warningCount > 0 { log.note(.warning, Self.text(load)) }
        keep(load, of: entry.apex)
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

  private func keep(_ load: ZoneLoad, of apex: DomainName) {
    do throws(ControlError) {
      try state.keep(load.sources, of: apex, root: folder)
    } catch {
      log.note(.warning, "zone \(apex): the last good version cannot be kept: \(error)")
    }
  }

  private func lastGood(_ entry: ZoneFolder.Entry, with compiler: ZoneCompiler) -> CompiledZone? {
    let fileName = String(entry.path.dropFirst(folder.count + 1))
    guard let copy = state.zone(entry.apex, fileName: fileName) else { return nil }
    let load = ZoneLoader(root: copy.folder, now: now, mode: .coldStart)
      .load(path: copy.path, apex: entry.apex)
    return try? compile(load, entry, with: compiler)
  }

  /// The diagnostics of a load without the last newline.
  private static func text(_ load: ZoneLoad) -> String {
    let text = load.rendered()
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}
