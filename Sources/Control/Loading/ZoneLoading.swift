import DNSWire
import GeoDatabase
import LinuxSystem
import SourceText
import Synchronization
import ZoneCompiler
import ZoneFile

/// A zone that is or will be served, and what it was made from.
struct LoadedZone {
  let zone: CompiledZone
  /// Its files; nil where they are to be read again whether they have changed or not.
  let files: FilesRead?
  /// The databases that its maps were made from.
  let databases: LoadedDatabases

  /// Whether loading it again, with `databases` and from the file at `path`, would give the same.
  func isUnchanged(_ databases: LoadedDatabases, path: String) -> Bool {
    guard let files, files.begin(with: path) else { return false }
    return (databases === self.databases || !zone.usesDatabases) && files.areUnchanged
  }
}

/// The zones of a folder as they were loaded, and what there is to say of them.
struct LoadedZones {
  /// The zones to serve, in the order of their names.
  var zones: [LoadedZone] = []
  /// How many of them are as they were.
  var unchanged = 0
  /// The files of those that were read from the folder and are good.
  var good: [(apex: DomainName, sources: [SourceFile])] = []
  /// For each file whose expectations do not hold, its diagnostics.
  var unmet: [String] = []
  /// What is to be logged.
  var notes: [(severity: Log.Severity, text: String)] = []

  /// Adds zones that come behind these.
  mutating func append(_ later: LoadedZones) {
    zones += later.zones
    unchanged += later.unchanged
    good += later.good
    unmet += later.unmet
    notes += later.notes
  }
}

/// Loads and compiles the zones of a folder, and keeps serving the old ones where new ones are bad. A zone whose
/// files have not changed is not loaded again.
struct ZoneLoading {
  let folder: String
  let state: StateFolder
  /// Seconds since 1970 (UTC).
  let now: Int64
  /// The zones that are served now; nil at a cold start.
  let running: [DomainName: LoadedZone]?

  /// What came of a file.
  private enum Candidate {
    /// It can be served.
    case good(CompiledZone, ZoneLoad)
    /// It can be, and does not do what its `$EXPECT` lines say.
    case unmet(CompiledZone, ZoneLoad)
    /// It cannot be.
    case bad(String)
  }

  /// Loads every zone of the folder.
  func load(_ databases: LoadedDatabases) throws(ControlError) -> LoadedZones {
    let entries = try ZoneFolder.list(folder)
    guard !entries.isEmpty else {
      throw ControlError(
        "no zone in '\(folder)'; put a master file there, such as example.com.zone")
    }
    // While others are answered, half of the processors stay theirs.
    let threads = running == nil ? processorCount : processorCount / 2
    var loaded = LoadedZones()
    for zone in inParallel(
      entries.count, threads: threads, { load(entries[$0], databases) })
    {
      loaded.append(zone)
    }
    return loaded
  }

  /// Loads one zone; called by several threads.
  private func load(_ entry: ZoneFolder.Entry, _ databases: LoadedDatabases) -> LoadedZones {
    var loaded = LoadedZones()
    let old = running?[entry.apex]
    if let old, old.isUnchanged(databases, path: entry.path) {
      loaded.zones = [old]
      loaded.unchanged = 1
      return loaded
    }
    let files = Mutex(FilesRead())
    let loader = ZoneLoader(
      root: folder, now: now, mode: running == nil ? .coldStart : .strict,
      running: old?.zone.migrations ?? []
    ) { path throws(FileError) in
      files.withLock { $0.note(path) }
      return try FileError.readFile(path)
    }
    func serve(_ zone: CompiledZone, files: FilesRead? = nil) {
      loaded.zones.append(LoadedZone(zone: zone, files: files, databases: databases))
    }
    let file = candidate(loader, entry, with: databases.compiler)
    switch file {
    case .good(let zone, let load):
      if load.warningCount > 0 { loaded.notes.append((.warning, Self.text(load))) }
      loaded.good.append((entry.apex, load.sources))
      serve(zone, files: files.withLock(\.self))
      return loaded
    case .unmet(_, let load):
      loaded.unmet.append(Self.text(load))
      loaded.notes.append((.alarm, Self.text(load)))
    case .bad(let text):
      loaded.notes.append((.alarm, text))
    }
    if let old {
      loaded.notes.append(
        (.alarm, "zone \(entry.apex): serial \(old.zone.serial) stays in service"))
      loaded.zones.append(old)
    } else if let copy = lastGood(entry, insteadOf: file, with: databases.compiler) {
      loaded.notes.append(
        (.alarm, "zone \(entry.apex): the last good version, serial \(copy.serial), is served"))
      serve(copy)
    } else if case .unmet(let zone, let load) = file {
      loaded.notes.append(
        (.alarm, "zone \(entry.apex): served all the same, as there is no good version of before"))
      loaded.good.append((entry.apex, load.sources))
      serve(zone)
    } else {
      loaded.notes.append((.alarm, "zone \(entry.apex): not served"))
    }
    return loaded
  }

  private func candidate(
    _ loader: ZoneLoader, _ entry: ZoneFolder.Entry, with compiler: ZoneCompiler
  ) -> Candidate {
    var load = loader.load(path: entry.path, apex: entry.apex)
    guard let zone = load.zone else { return .bad(Self.text(load)) }
    do throws(ZoneCompilerError) {
      let compiled = try compiler.compile(zone)
      load = load.adding(compiler.check(expectationsOf: zone, in: compiled))
      return load.errorCount == 0 ? .good(compiled, load) : .unmet(compiled, load)
    } catch {
      return .bad("\(entry.path): \(error)")
    }
  }

  /// At a cold start the last good version, read from the copies of its files as if they were where they came
  /// from. In place of a file that can be served it has to do what it expects of itself.
  private func lastGood(
    _ entry: ZoneFolder.Entry, insteadOf file: Candidate, with compiler: ZoneCompiler
  ) -> CompiledZone? {
    guard running == nil else { return nil }
    let loader = ZoneLoader(root: folder, now: now, mode: .coldStart) {
      [state, folder] path throws(FileError) in
      try state.read(path, of: entry.apex, root: folder)
    }
    switch (candidate(loader, entry, with: compiler), file) {
    case (.good(let zone, _), _), (.unmet(let zone, _), .bad): return zone
    case (.unmet, _), (.bad, _): return nil
    }
  }

  /// The diagnostics of a load without the last newline.
  private static func text(_ load: ZoneLoad) -> String {
    let text = load.rendered()
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}
