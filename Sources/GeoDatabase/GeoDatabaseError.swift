import Addresses

/// Why a database cannot be read, compiled or written. `description` is the message for a person.
public enum GeoDatabaseError: Error, Hashable {
  /// The file cannot be opened or read, with the system's words.
  case unreadable(path: String, reason: String)
  /// The file cannot be written, with the system's words.
  case unwritable(path: String, reason: String)
  /// The file is no MaxMind DB, or one that cannot be used.
  case notADatabase(path: String, reason: String)
  /// The search tree is damaged.
  case damagedTree(path: String, reason: String)
  /// The record of a network is damaged or has a field of the wrong kind.
  case damagedRecord(path: String, network: IPPrefix, reason: String)
  /// A sound database without places and without AS numbers.
  case noLocations(path: String, type: String)
  /// Mistakes in text files, and how many more there are than these.
  case mistakes([Mistake], omitted: Int)
  /// There is nothing to write.
  case noNetworks
  /// The tree or the data do not fit the format.
  case tooLarge
  /// No rule of a map has the matcher `default`.
  case noDefaultRule

  /// A mistake in a text file.
  public struct Mistake: Error, Hashable, CustomStringConvertible, Sendable {
    /// The file.
    public var path: String
    /// The line, from 1.
    public var line: Int
    /// The column, from 1, in characters.
    public var column: Int
    /// What is wrong and what was expected.
    public var message: String

    /// `path:line:column: message`.
    public var description: String { "\(path):\(line):\(column): \(message)" }
  }
}

extension GeoDatabaseError: CustomStringConvertible {
  /// One line; for `mistakes` one for each.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .notADatabase(let path, let reason): "\(path): not a usable MaxMind DB file: \(reason)"
    case .damagedTree(let path, let reason): "\(path): the search tree is damaged: \(reason)"
    case .damagedRecord(let path, let network, let reason):
      "\(path): the record of \(network) is damaged: \(reason)"
    case .noLocations(let path, let type):
      "\(path): a database of type '\(type)' has neither places nor AS numbers; "
        + "City, Country, Enterprise and ASN databases have"
    case .mistakes(let mistakes, let omitted):
      (mistakes.map(\.description) + (omitted > 0 ? ["… and \(omitted) more"] : []))
        .joined(separator: "\n")
    case .noNetworks: "there is no network to write"
    case .tooLarge: "the database would be larger than its format allows"
    case .noDefaultRule: "a map needs a rule for 'default'"
    }
  }
}
