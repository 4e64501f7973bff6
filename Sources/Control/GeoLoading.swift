import GeoDatabase
import GeoMap
import SourceText
import ZoneFile

/// Opens MMDB files, and keeps serving the old ones where new ones are bad.
struct GeoLoading {
  let paths: [String]
  let countryCentres: String
  let state: StateFolder
  let log: Log

  /// Opens every file, and notes the good ones in `good`. A bad one is replaced by the one of `running`, at a
  /// cold start by its last good copy; where there is neither, it is an error.
  func load(
    running: [GeoDatabase], good: inout GoodFiles
  ) throws(ControlError) -> [GeoDatabase] {
    var result: [GeoDatabase] = []
    for (index, path) in paths.enumerated() {
      do throws(ControlError) {
        let octets = try read(path)
        result.append(try open(octets, of: path))
        good.databases.append((path, octets))
      } catch {
        if index < running.count {
          log.note(.alarm, "geo: \(error); the version in use stays")
          result.append(running[index])
        } else if let copy = try? GeoDatabase(path: state.database(path)) {
          log.note(.alarm, "geo: \(error); serving the last good copy, \(state.database(path))")
          result.append(copy)
        } else {
          throw error
        }
      }
    }
    return result
  }

  /// The last good copies of all files; nil where one is missing.
  func lastGood() -> (databases: [GeoDatabase], paths: [String])? {
    let copies = paths.compactMap { try? GeoDatabase(path: state.database($0)) }
    return copies.count == paths.count ? (copies, paths) : nil
  }

  /// The databases together with the country centres.
  func together(_ files: [GeoDatabase]) throws(ControlError) -> GeoDatabases {
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
