import ZoneCompiler

/// Where an answer sends a client.
public enum Destination: Hashable, Sendable {
  /// To a pool, by its full name.
  case pool(String)
  /// To plain records.
  case plain
  /// Nowhere: there is no record of the type.
  case nodata
  /// Nowhere: there is no such name.
  case nameError
  /// Nowhere: SERVFAIL.
  case serverFailure
  /// Out of the zone, by a CNAME of plain data or a delegation.
  case elsewhere

  init(_ answer: PossibleAnswer, poolNames: [String]) {
    switch answer.ending {
    case .nodata: self = .nodata
    case .nameError: self = .nameError
    case .serverFailure: self = .serverFailure
    case .records, .elsewhere:
      // What the last steered name of a chain leads to is what the client talks to.
      if let pool = answer.pools.last, !answer.isStatic {
        self = .pool(poolNames[pool])
      } else if case .records = answer.ending {
        self = .plain
      } else {
        self = .elsewhere
      }
    }
  }

  /// The site of a pool that stands at one.
  public var site: String? {
    guard case .pool(let name) = self, let mark = name.firstIndex(of: "@") else { return nil }
    return String(name[name.index(after: mark)...])
  }
}

extension Destination: CustomStringConvertible {
  /// A pool's name, or what is answered in its place, in parentheses.
  public var description: String {
    switch self {
    case .pool(let name): name
    case .plain: "(plain records)"
    case .nodata: "(no record)"
    case .nameError: "(no such name)"
    case .serverFailure: "(SERVFAIL)"
    case .elsewhere: "(elsewhere)"
    }
  }
}
