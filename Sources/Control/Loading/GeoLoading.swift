import GeoDatabase
import GeoMap
import SourceText
import ZoneCompiler
import ZoneFile

/// Opens MMDB files, and keeps serving the old ones where new ones are bad.
struct GeoLoading {
  let paths: [String]
  let countryCentres: String
  let state: StateFolder
  let log: Log
  /// A compiler of zones that go by databases.
  let compiler: (GeoDatabases) -> ZoneCompiler

  /// Opens every file that is not in use already, and notes the good ones in `good`. A bad one is replaced by
  /// the one of `running`, at a cold start by its last good copy; where there is neither, it is an error.
  func load(
    running: LoadedDatabases?, good: inout GoodFiles
  ) throws(ControlError) -> LoadedDatabases {
    // A file stands for the one of before only in the same place of the same list.
    let running = running?.paths == paths ? running : nil
    if let running, running.isUnchanged(countryCentres: countryCentres) { return running }
    var files: [GeoDatabase] = []
    var read: [FilesRead?] = []
    for (index, path) in paths.enumerated() {
      if let running, let file = running.unchanged(index) {
        files.append(file)
        read.append(running.stamps(index))
        continue
      }
      var stamps = FilesRead()
      stamps.note(path)
      do throws(ControlError) {
        let octets = try self.read(path)
        files.append(try open(octets, of: path))
        good.databases.append((path, octets))
        read.append(stamps)
      } catch {
        read.append(nil)
        if let running {
          log.note(.alarm, "geo: \(error); the version in use stays")
          files.append(running.files[index])
        } else if let copy = try? GeoDatabase(path: state.database(path)) {
          log.note(.alarm, "geo: \(error); serving the last good copy, \(state.database(path))")
          files.append(copy)
        } else {
          throw error
        }
      }
    }
    var centres = FilesRead()
    centres.note(countryCentres)
    return LoadedDatabases(
      paths: paths, files: files, compiler: compiler(try together(files)), read: read,
      centres: centres)
  }

  /// The last good copies of all files; nil where one is missing.
  func lastGood() throws(ControlError) -> LoadedDatabases? {
    let copies = paths.compactMap { try? GeoDatabase(path: state.database($0)) }
    guard copies.count == paths.count else { return nil }
    return LoadedDatabases(paths: paths, files: copies, compiler: compiler(try together(copies)))
  }

  private func together(_ files: [GeoDatabase]) throws(ControlError) -> GeoDatabases {
    try GeoFiles.together(files, countryCentres: countryCentres)
  }

  private func read(_ path: String) throws(ControlError) -> [UInt8] {
    do throws(FileError) {
      return try FileError.readFile(path)
    } catch {
      throw ControlError("\(path): cannot be read: \(error.explanation)")
    }
  }

  private func open(_ octets: [UInt8], of path: String) throws(ControlError) -> GeoDatabase {
    do throws(GeoDatabaseError) {
      return try GeoDatabase(octets: octets, path: path)
    } catch {
      throw ControlError("\(error)")
    }
  }
}
