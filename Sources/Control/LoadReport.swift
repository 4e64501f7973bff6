import Configuration
import DNSWire
import Glibc
import SourceText
import Steering

/// The loads of pools and targets, as a file reports them: lines `ZONE POOL [TARGET] LOAD`.
struct LoadReport {
  /// By zone and pool.
  private(set) var loads: [DomainName: [String: PoolLoad]] = [:]
  /// What cannot be read, with its place.
  private(set) var problems: [String] = []

  /// Reads the lines of the file at `path`; those that are wrong are left out. Blank lines and those that begin
  /// with `#` are passed over.
  init(_ octets: [UInt8], path: String) {
    let text = String(decoding: octets, as: UTF8.self)
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let fields = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }
      guard let first = fields.first, !first.hasPrefix("#") else { continue }
      if let problem = take(fields) { problems.append("\(path):\(number + 1): \(problem)") }
    }
  }

  /// Takes one line; what is wrong with it.
  private mutating func take(_ fields: [Substring]) -> String? {
    guard fields.count == 3 || fields.count == 4 else {
      return "a line is 'ZONE POOL LOAD' or 'ZONE POOL TARGET LOAD'"
    }
    guard let zone = DomainName(String(fields[0])) else {
      return "'\(fields[0])' is not the name of a zone"
    }
    guard let last = fields.last, let load = Double(last), load >= 0, load.isFinite else {
      return "'\(fields.last ?? "")' is not a load: a number from 0 on"
    }
    let pool = String(fields[1])
    if fields.count == 3 {
      loads[zone, default: [:]][pool, default: PoolLoad()].pool = load
    } else {
      loads[zone, default: [:]][pool, default: PoolLoad()]
        .targets[HashSlots.key(String(fields[2]))] = load
    }
    return nil
  }
}

/// A file of loads that is read again whenever it changes, and that counts for nothing when it is old.
struct LoadFile {
  let path: String
  /// How old the file may be, in seconds.
  let lifetime: Int64
  private var known: timespec?
  private var isStale = false

  /// The file that the settings name, not read yet; nil where they name none.
  init?(_ settings: ServeSettings) {
    guard let file = settings.loadFile else { return nil }
    path = file
    lifetime = Int64(settings.loadLifetime)
  }

  /// What is new.
  enum News {
    /// The file says something else.
    case report(LoadReport)
    /// The file is gone, or too old; the reason.
    case lost(String)
  }

  /// Looks at the file at `now` (seconds since 1970); nil where nothing is new.
  mutating func news(now: Int64) -> News? {
    var status = stat()
    // SAFETY: stat fills the structure that it is handed.
    guard unsafe stat(path, &status) == 0 else {
      return lose("cannot read '\(path)': \(FileError.system(errno).explanation)")
    }
    let changed = status.st_mtim
    guard Int64(changed.tv_sec) >= now - lifetime else {
      return lose("'\(path)' has not been written for \(DurationText.text(lifetime))")
    }
    if let known, known.tv_sec == changed.tv_sec, known.tv_nsec == changed.tv_nsec { return nil }
    do throws(FileError) {
      let octets = try FileError.readFile(path)
      known = changed
      isStale = false
      return .report(LoadReport(octets, path: path))
    } catch {
      return lose("cannot read '\(path)': \(error.explanation)")
    }
  }

  private mutating func lose(_ reason: String) -> News? {
    if isStale { return nil }
    isStale = true
    known = nil
    return .lost(reason)
  }
}
