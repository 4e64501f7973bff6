import GeoDatabase

/// Why a checked zone cannot be served.
public enum ZoneCompilerError: Error {
  /// A database that its policies go by is of no use.
  case database(GeoDatabaseError)
  /// Its names and data have 4 GiB or more in the form in which they are served: each name stands there in full,
  /// and so does each of its ancestors.
  case tooLarge
}

extension ZoneCompilerError: CustomStringConvertible {
  /// One line or more.
  public var description: String {
    switch self {
    case .database(let error): "\(error)"
    case .tooLarge:
      "the zone is too large: its names and their ancestors have 4 GiB or more; "
        + "delegate a part of it to a zone of its own"
    }
  }
}
