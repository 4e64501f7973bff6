import Glibc

/// The keys that lead to a value inside a record, as libmaxminddb wants them.
///
/// Made once a path for the life of the process.
@safe
struct LookupPath: @unchecked Sendable, CustomStringConvertible {
  // SAFETY: allocated once, written only here, never freed; the strings in it are duplicates of the
  // program's own and are never freed either. The last element is nil.
  @unsafe let keys: UnsafeMutablePointer<UnsafePointer<CChar>?>
  /// The keys with dots between them.
  let description: String

  init(_ path: String...) {
    unsafe keys = .allocate(capacity: path.count + 1)
    for (index, key) in path.enumerated() {
      unsafe (keys + index).initialize(to: UnsafePointer(strdup(key)))
    }
    unsafe (keys + path.count).initialize(to: nil)
    description = path.joined(separator: ".")
  }

  static let continent = LookupPath("continent", "code")
  static let country = LookupPath("country", "iso_code")
  /// One for each level, the widest first; GeoIP2 has two.
  static let subdivisions = (0..<4).map { LookupPath("subdivisions", "\($0)", "iso_code") }
  static let city = LookupPath("city", "geoname_id")
  static let latitude = LookupPath("location", "latitude")
  static let longitude = LookupPath("location", "longitude")
  static let autonomousSystem = LookupPath("autonomous_system_number")
  static let traitsAutonomousSystem = LookupPath("traits", "autonomous_system_number")
}
