import Addresses
import GeoMap

/// Reads the fields of a row; what cannot be read is noted as a mistake and then absent.
struct FieldReader {
  /// The codes of the continents.
  static let continents = ["AF", "AN", "AS", "EU", "NA", "OC", "SA"]

  let path: String
  var mistakes: MistakeList

  private mutating func mistake(_ row: TextTable.Row, _ column: String, _ message: String) {
    mistakes.append(path, line: row.line, column: row.field(column)?.column ?? 1, message)
  }

  /// A field that has to be there.
  mutating func required(_ row: TextTable.Row, _ column: String) -> String? {
    if row[column] == nil { mistake(row, column, "the \(column) is missing") }
    return row[column]
  }

  /// A network.
  mutating func network(_ row: TextTable.Row, _ column: String) -> IPPrefix? {
    guard let text = required(row, column) else { return nil }
    do throws(IPPrefix.ParseError) {
      return try IPPrefix(parsing: text)
    } catch {
      switch error {
      case .hostBits(let meant):
        mistake(row, column, "'\(text)' has bits set behind its prefix; the network is '\(meant)'")
      case .malformed:
        mistake(row, column, "'\(text)' is no network such as 192.0.2.0/24 or 2001:db8::/32")
      }
      return nil
    }
  }

  /// The code of a continent.
  mutating func continent(_ row: TextTable.Row, _ column: String) -> String? {
    guard let text = row[column] else { return nil }
    if Self.continents.contains(text) { return text }
    mistake(
      row, column,
      "'\(text)' is no continent; the codes are \(Self.continents.joined(separator: ", "))")
    return nil
  }

  /// The code of a country.
  mutating func country(_ row: TextTable.Row, _ column: String) -> String? {
    guard let text = row[column] else { return nil }
    if text.isCountryCode { return text }
    mistake(row, column, "'\(text)' is no country code: two capital letters, as in DE")
    return nil
  }

  /// The part of a subdivision's code that is behind the country's.
  mutating func subdivision(
    _ row: TextTable.Row, _ column: String, country: String?
  ) -> String? {
    guard let text = row[column] else { return nil }
    guard let country else {
      mistake(row, column, "a subdivision needs a country")
      return nil
    }
    let part = text.hasPrefix("\(country)-") ? text.dropFirst(country.utf8.count + 1) : text[...]
    if (1...3).contains(part.utf8.count), part.utf8.allSatisfy(\.isCodeCharacter) {
      return String(part)
    }
    mistake(row, column, "'\(text)' is no subdivision of \(country), as in \(country)-1 or US-CA")
    return nil
  }

  /// A number of 32 bits from 1.
  mutating func number(_ row: TextTable.Row, _ column: String, _ what: String) -> UInt32? {
    guard let text = row[column] else { return nil }
    if let number = UInt32(text), number > 0, text.first != "+" { return number }
    mistake(row, column, "'\(text)' is no \(what)")
    return nil
  }

  /// The place in the columns `latitude` and `longitude`.
  mutating func coordinates(_ row: TextTable.Row) -> Coordinates? {
    let latitude = degrees(row, "latitude", limit: 90)
    let longitude = degrees(row, "longitude", limit: 180)
    for (column, other) in [("latitude", "longitude"), ("longitude", "latitude")]
    where row[column] != nil && row[other] == nil {
      mistake(row, column, "a \(column) needs a \(other)")
    }
    guard let latitude, let longitude else { return nil }
    return Coordinates(latitude: latitude, longitude: longitude)
  }

  private mutating func degrees(_ row: TextTable.Row, _ column: String, limit: Double) -> Double? {
    guard let text = row[column] else { return nil }
    if let degrees = Double(text), abs(degrees) <= limit { return degrees }
    mistake(
      row, column, "'\(text)' is no \(column) between -\(Int(limit)) and \(Int(limit)) degrees")
    return nil
  }
}

extension String {
  /// Whether this is written as an ISO 3166-1 code is.
  var isCountryCode: Bool {
    utf8.count == 2 && utf8.allSatisfy { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }
  }
}

extension UInt8 {
  /// Whether this is a capital letter or a digit.
  fileprivate var isCodeCharacter: Bool {
    self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z")
      || self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9")
  }
}
