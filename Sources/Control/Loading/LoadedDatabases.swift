import GeoDatabase
import ZoneCompiler

/// The MMDB files of a version. The same object stands for the same octets.
final class LoadedDatabases: Sendable {
  /// The path of each file.
  let paths: [String]
  /// The files.
  let files: [GeoDatabase]
  /// Compiles the zones that go by them, so that all of these share maps, those that are loaded later too.
  let compiler: ZoneCompiler
  /// For each file what was read, nil where something else is in its place.
  private let read: [FilesRead?]
  private let centres: FilesRead?

  /// Databases from their parts; `centres` is what was read of the centres of countries.
  init(
    paths: [String], files: [GeoDatabase], compiler: ZoneCompiler, read: [FilesRead?] = [],
    centres: FilesRead? = nil
  ) {
    self.paths = paths
    self.files = files
    self.compiler = compiler
    self.read = read
    self.centres = centres
  }

  /// The files as clients are looked up in them.
  var located: GeoDatabases { compiler.databases }

  /// Whether reading all of it again, and the centres of countries from the file at that path, would give the
  /// same.
  func isUnchanged(countryCentres: String) -> Bool {
    guard let centres, centres.begin(with: countryCentres), centres.areUnchanged else {
      return false
    }
    return files.indices.allSatisfy { unchanged($0) != nil }
  }

  /// The file with that index, where reading it again would give the same.
  func unchanged(_ index: Int) -> GeoDatabase? {
    read.indices.contains(index) && read[index]?.areUnchanged == true ? files[index] : nil
  }

  /// What was read of the file with that index.
  func stamps(_ index: Int) -> FilesRead? { read[index] }
}
