import DNSWire
import Glibc
import LinuxSystem

/// The master files of a folder.
public enum ZoneFolder {
  /// One zone's file.
  public struct Entry: Sendable {
    /// The zone's name, from the file's.
    public let apex: DomainName
    /// The path.
    public let path: String
  }

  /// Endings of files that are no zones: documents, included parts, editors' copies.
  static let otherEndings = [".md", ".inc", ".txt", ".csv", ".mmdb", ".bak", ".swp", "~"]

  /// The zones of a folder in the order of their names: `example.com.zone` or `example.com` is the zone
  /// `example.com.`, `root.zone` or `.zone` is the root. Hidden files and folders are passed over.
  public static func list(_ folder: String) throws(ControlError) -> [Entry] {
    var seen: [DomainName: String] = [:]
    var entries: [Entry] = []
    for name in try names(in: folder) {
      let path = "\(folder)/\(name)"
      guard isZoneFileName(name), isFile(path) else { continue }
      let entry = try entry(path)
      if let other = seen[entry.apex] {
        throw ControlError(
          "\(path): the zone \(entry.apex) is in \(other) already; remove one of them")
      }
      seen[entry.apex] = path
      entries.append(entry)
    }
    return entries.sorted { $0.apex < $1.apex }
  }

  /// The zone that a file is named after.
  public static func entry(_ path: String) throws(ControlError) -> Entry {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let bare = name.hasSuffix(".zone") ? String(name.dropLast(5)) : name
    if bare.isEmpty || bare == "root" { return Entry(apex: .root, path: path) }
    guard let apex = DomainName(bare) else {
      throw ControlError("\(path): '\(name)' is not the name of a zone; rename the file")
    }
    return Entry(apex: apex, path: path)
  }

  private static func isZoneFileName(_ name: String) -> Bool {
    name == ".zone" || !name.hasPrefix(".") && !otherEndings.contains { name.hasSuffix($0) }
  }

  /// Whether `path` is a folder.
  public static func isFolder(_ path: String) -> Bool { mode(path) & S_IFMT == S_IFDIR }

  private static func isFile(_ path: String) -> Bool { mode(path) & S_IFMT == S_IFREG }

  private static func mode(_ path: String) -> mode_t {
    var status = stat()
    // SAFETY: stat fills the structure that it is handed.
    return unsafe stat(path, &status) == 0 ? status.st_mode : 0
  }

  /// The names in a folder, sorted.
  static func names(in folder: String) throws(ControlError) -> [String] {
    guard let handle = unsafe opendir(folder) else {
      throw ControlError(
        "cannot read the folder '\(folder)': \(SystemError.meaning(of: errno)); name the folder of your zones with --zones"
      )
    }
    defer { unsafe closedir(handle) }
    var names: [String] = []
    while let entry = unsafe readdir(handle) {
      // SAFETY: d_name ends with NUL inside the entry, which stays valid until the next readdir.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
