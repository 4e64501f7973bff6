import Configuration
import GeoDatabase
import SourceText

/// The MMDB files that a server goes by.
public enum GeoFiles {
  /// Opens files as a server does: those that it takes where none are named, and with the centres of countries
  /// that it finds. The first that is bad is an error.
  public static func open(_ paths: [String]?) throws(ControlError) -> GeoDatabases {
    var files: [GeoDatabase] = []
    do throws(GeoDatabaseError) {
      for path in paths ?? byDefault(in: "geoip") { files.append(try GeoDatabase(path: path)) }
    } catch {
      throw ControlError("\(error)")
    }
    return try together(files, countryCentres: ServeSettings().countryCentres)
  }

  /// The files of a folder: its `country.mmdb`, else its `demo.mmdb`.
  static func byDefault(in folder: String) -> [String] {
    let names = (try? ZoneFolder.names(in: folder)) ?? []
    return ["country.mmdb", "demo.mmdb"].filter(names.contains).prefix(1).map { "\(folder)/\($0)" }
  }

  /// The databases together with the centres of countries, where there is such a file.
  static func together(
    _ files: [GeoDatabase], countryCentres: String
  ) throws(ControlError) -> GeoDatabases {
    guard !files.isEmpty, (try? FileError.readFile(countryCentres)) != nil else {
      return GeoDatabases(files)
    }
    do throws(GeoDatabaseError) {
      let countries = try Countries(path: countryCentres)
      return GeoDatabases(files, countryCentres: countries.centres)
    } catch {
      throw ControlError("\(error)")
    }
  }
}
