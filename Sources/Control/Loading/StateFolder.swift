import DNSWire
import Glibc
import LinuxSystem
import SourceText
import Transport
import ZoneFile

/// The last good version of every file that was served, so that a restart that meets bad files still has
/// something right to serve.
///
/// `zones/NAME/…` holds a zone's file and what it includes, `geoip/` the MMDB files. A version is written
/// aside and renamed, so that a crash leaves the old one or the new one.
struct StateFolder {
  let path: String

  /// The octets that `file` had when the zone `apex` was good; `root` is the zones' folder.
  func read(
    _ file: String, of apex: DomainName, root: String
  ) throws(FileError) -> [UInt8] {
    guard let part = IncludePath.part(of: file, below: root) else { throw .system(ENOENT) }
    let folder = zoneFolder(apex)
    // A crash in `keep` may have left the version before.
    return try FileError.readFile(
      "\(ZoneFolder.isFolder(folder) ? folder : Self.old(folder))/\(part)")
  }

  /// Where the last good copy of an MMDB file is or would be.
  func database(_ source: String) -> String {
    // Two files of one name may lie in different folders.
    let name = source.map { $0 == "%" ? "%25" : $0 == "/" ? "%2F" : String($0) }.joined()
    return "\(path)/geoip/\(name)"
  }

  /// Keeps good files that are not kept yet; what cannot be kept is a warning. `root` is the zones' folder.
  func keep(_ good: GoodFiles, root: String, log: Log) {
    // All are written before the disk is waited for, once.
    let zones = good.zones.filter { apex, sources in
      !isKept(sources, of: apex, root: root)
        && keep("zone \(apex)", log) { () throws(ControlError) in
          try write(sources, asideOf: zoneFolder(apex), root: root)
        }
    }
    let databases = good.databases.filter { source, octets in
      keep("geo: \(source)", log) { () throws(ControlError) in
        try write(octets, to: database(source) + ".new")
      }
    }
    guard !zones.isEmpty || !databases.isEmpty,
      keep("state", log, { () throws(ControlError) in try sync() })
    else { return }
    for (apex, _) in zones {
      keep("zone \(apex)", log) { () throws(ControlError) in try replace(zoneFolder(apex)) }
    }
    for (source, _) in databases {
      keep("geo: \(source)", log) { () throws(ControlError) in
        try rename(database(source) + ".new", to: database(source))
      }
    }
  }

  /// The pools that failovers with `failback=manual` held back when the server last ran.
  var heldPools: [HeldPools.Key] {
    let octets = (try? FileError.readFile("\(path)/held")) ?? []
    return String(decoding: octets, as: UTF8.self).split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "\t")
      return parts.count == 2
        ? HeldPools.Key(subject: String(parts[0]), pool: String(parts[1])) : nil
    }
  }

  /// Keeps these pools for the next start; what cannot be kept is a warning.
  func keep(held keys: [HeldPools.Key], log: Log) {
    keep("failback", log) { () throws(ControlError) in
      let file = "\(path)/held"
      let lines = keys.map { "\($0.subject)\t\($0.pool)\n" }.joined()
      try write(Array(lines.utf8), to: file + ".new")
      try sync()
      try rename(file + ".new", to: file)
    }
  }

  /// Whether `body` went well; the log says what did not.
  @discardableResult
  private func keep(
    _ what: String, _ log: Log, _ body: () throws(ControlError) -> Void
  ) -> Bool {
    do throws(ControlError) {
      try body()
      return true
    } catch {
      log.note(.warning, "\(what): the last good version cannot be kept: \(error)")
      return false
    }
  }

  /// Whether the last good version of a zone is this one.
  private func isKept(_ sources: [SourceFile], of apex: DomainName, root: String) -> Bool {
    sources.allSatisfy { source in
      guard let part = IncludePath.part(of: source.path, below: root) else { return true }
      return (try? FileError.readFile("\(zoneFolder(apex))/\(part)")) == source.bytes
    }
  }

  private func write(
    _ sources: [SourceFile], asideOf folder: String, root: String
  ) throws(ControlError) {
    let aside = Self.new(folder)
    try removeTree(aside)
    for source in sources {
      guard let part = IncludePath.part(of: source.path, below: root) else { continue }
      try write(source.bytes, to: "\(aside)/\(part)")
    }
  }

  /// Lets what stands aside be the last good version.
  private func replace(_ folder: String) throws(ControlError) {
    if ZoneFolder.isFolder(folder) {
      try removeTree(Self.old(folder))
      try rename(folder, to: Self.old(folder))
    }
    try rename(Self.new(folder), to: folder)
    try removeTree(Self.old(folder))
  }

  /// The folder of a zone. No zone's name begins with a dot or has two dots side by side, so what does is
  /// free for other use.
  private func zoneFolder(_ apex: DomainName) -> String {
    if apex == .root { return "\(path)/zones/.root" }
    // A label may hold a slash; the folder's name may not.
    let name = apex.description.lowercased().map { $0 == "/" ? "\\047" : String($0) }.joined()
    return "\(path)/zones/\(name.dropLast())"
  }

  private static func old(_ folder: String) -> String { folder + "..old" }
  private static func new(_ folder: String) -> String { folder + "..new" }

  private func rename(_ old: String, to new: String) throws(ControlError) {
    guard unsafe Glibc.rename(old, new) == 0 else {
      throw ControlError("cannot rename '\(old)': \(SystemError.meaning(of: errno))")
    }
  }

  private func makeFolders(above file: String) throws(ControlError) {
    var made = ""
    for part in file.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
      made += made.isEmpty && !file.hasPrefix("/") ? part : "/\(part)"
      if made.isEmpty || made == "/" { continue }
      guard unsafe mkdir(made, 0o755) == 0 || errno == EEXIST else {
        throw ControlError("cannot make the folder '\(made)': \(SystemError.meaning(of: errno))")
      }
    }
  }

  private func write(_ bytes: [UInt8], to file: String) throws(ControlError) {
    try makeFolders(above: file)
    guard let stream = unsafe fopen(file, "w") else {
      throw ControlError("cannot write '\(file)': \(SystemError.meaning(of: errno))")
    }
    // SAFETY: fwrite reads the octets that the array has.
    let written = unsafe bytes.withUnsafeBytes {
      unsafe fwrite($0.baseAddress, 1, $0.count, stream)
    }
    guard unsafe fclose(stream) == 0, written == bytes.count else {
      throw ControlError("cannot write '\(file)': \(SystemError.meaning(of: errno))")
    }
  }

  /// Waits until what was written is on the disk.
  private func sync() throws(ControlError) {
    do throws(SystemError) {
      try syncFileSystem(of: path)
    } catch {
      throw ControlError("'\(path)': \(error)")
    }
  }

  private func removeTree(_ folder: String) throws(ControlError) {
    guard ZoneFolder.isFolder(folder) else { return }
    for name in try ZoneFolder.names(in: folder) {
      let path = "\(folder)/\(name)"
      // A link to a folder is removed, and not what it leads to.
      if unsafe unlink(path) == 0 { continue }
      guard errno == EISDIR else {
        throw ControlError("cannot remove '\(path)': \(SystemError.meaning(of: errno))")
      }
      try removeTree(path)
    }
    guard unsafe rmdir(folder) == 0 else {
      throw ControlError("cannot remove '\(folder)': \(SystemError.meaning(of: errno))")
    }
  }
}

extension StateFolder {
  /// Makes the folders and hands them to the user that the process is about to become, so that it can go on
  /// keeping files. As root nothing is written there: a folder that somebody else owns is not to be trusted.
  func give(to user: String) {
    guard geteuid() == 0, let identity = Privileges.identity(of: user) else { return }
    for folder in ["\(path)/zones", "\(path)/geoip"] {
      // Where this fails, so does keeping files, which is said then.
      try? makeFolders(above: folder + "/")
      give(folder, to: identity.user, identity.group)
    }
  }

  /// Hands over a folder and those in it, as far as they are root's.
  private func give(_ folder: String, to user: uid_t, _ group: gid_t) {
    var status = stat()
    // SAFETY: lstat fills the structure that it is handed.
    guard unsafe lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
      status.st_uid == 0
    else { return }
    for name in (try? ZoneFolder.names(in: folder)) ?? [] {
      give("\(folder)/\(name)", to: user, group)
    }
    _ = unsafe lchown(folder, user, group)
  }
}
