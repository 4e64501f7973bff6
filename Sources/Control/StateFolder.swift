import DNSWire
import Glibc
import LinuxSystem
import SourceText
import ZoneFile

/// The last good version of every file that was served, so that a restart that meets bad files still has
/// something right to serve.
///
/// `zones/NAME/…` holds a zone's file and what it includes, `geoip/` the MMDB files. A version is written
/// aside and renamed, so that a crash leaves the old one or the new one.
struct StateFolder {
  let path: String

  /// The folder, made where it is missing; writing may fail later, and then only a warning is due.
  init(path: String) { self.path = path }

  /// Where the last good file of a zone is; nil where there is none. The name of its file in `folder` is
  /// that in the zones' folder, and so are those that it includes.
  func zone(_ apex: DomainName, fileName: String) -> (folder: String, path: String)? {
    let folder = zoneFolder(apex)
    let file = "\(folder)/\(fileName)"
    return unsafe access(file, R_OK) == 0 ? (folder, file) : nil
  }

  /// Keeps the files of a zone; `root` is the zones' folder, which their paths begin with.
  func keep(_ sources: [SourceFile], of apex: DomainName, root: String) throws(ControlError) {
    let folder = zoneFolder(apex)
    let aside = folder + ".new"
    try removeTree(aside)
    for source in sources {
      let name =
        source.path.hasPrefix(root + "/")
        ? String(source.path.dropFirst(root.count + 1)) : source.path
      try makeFolders(above: "\(aside)/\(name)")
      try write(source.bytes, to: "\(aside)/\(name)")
    }
    try removeTree(folder)
    guard unsafe rename(aside, folder) == 0 else {
      throw ControlError("cannot rename '\(aside)': \(SystemError.meaning(of: errno))")
    }
  }

  /// Where the last good copy of an MMDB file is or would be.
  func database(_ source: String) -> String {
    "\(path)/geoip/\(source.split(separator: "/").last.map(String.init) ?? "database.mmdb")"
  }

  /// Writes `bytes` to a new file beside the copy of an MMDB file and returns its path.
  func stage(_ bytes: [UInt8], of source: String) throws(ControlError) -> String {
    let aside = database(source) + ".new"
    try makeFolders(above: aside)
    try write(bytes, to: aside)
    return aside
  }

  /// Makes a staged file the last good copy.
  func accept(_ staged: String, of source: String) throws(ControlError) {
    guard unsafe rename(staged, database(source)) == 0 else {
      throw ControlError("cannot rename '\(staged)': \(SystemError.meaning(of: errno))")
    }
  }

  private func zoneFolder(_ apex: DomainName) -> String {
    // A label may hold a slash; the folder's name may not.
    let name = apex.description.lowercased().map { $0 == "/" ? "\\047" : String($0) }.joined()
    return "\(path)/zones/\(name == "." ? "root" : String(name.dropLast()))"
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
    guard let stream = unsafe fopen(file, "w") else {
      throw ControlError("cannot write '\(file)': \(SystemError.meaning(of: errno))")
    }
    // SAFETY: fwrite reads the octets that the array has.
    let written = unsafe bytes.withUnsafeBytes {
      unsafe fwrite($0.baseAddress, 1, $0.count, stream)
    }
    let synced = unsafe fflush(stream) == 0 && fsync(fileno(stream)) == 0
    guard unsafe fclose(stream) == 0, synced, written == bytes.count else {
      throw ControlError("cannot write '\(file)': \(SystemError.meaning(of: errno))")
    }
  }

  private func removeTree(_ folder: String) throws(ControlError) {
    guard ZoneFolder.isFolder(folder) else { return }
    for name in try ZoneFolder.names(in: folder) {
      let path = "\(folder)/\(name)"
      if ZoneFolder.isFolder(path) {
        try removeTree(path)
      } else if unsafe unlink(path) != 0 {
        throw ControlError("cannot remove '\(path)': \(SystemError.meaning(of: errno))")
      }
    }
    guard unsafe rmdir(folder) == 0 else {
      throw ControlError("cannot remove '\(folder)': \(SystemError.meaning(of: errno))")
    }
  }
}
