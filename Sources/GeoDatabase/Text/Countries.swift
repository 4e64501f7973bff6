import GeoMap

/// The continents and centres of countries, from a file with the columns `country,continent,latitude,longitude`.
public struct Countries: Sendable {
  /// The continent's code of each country, by ISO 3166-1 code.
  public private(set) var continents: [String: String] = [:]
  /// The centre of each country, by ISO 3166-1 code.
  public private(set) var centres: [String: Coordinates] = [:]

  /// A table without countries.
  public init() {}

  /// Reads the file at `path`; all its mistakes are thrown together.
  public init(path: String) throws(GeoDatabaseError) {
    let columns = ["country", "continent", "latitude", "longitude"]
    var reader = FieldReader(path: path, mistakes: MistakeList())
    try TextTable.forEachRow(&reader, columns: columns, required: columns) { row, reader in
      _ = reader.required(row, "country")
      _ = reader.required(row, "continent")
      _ = reader.required(row, "latitude")
      guard let country = reader.country(row, "country") else { return }
      let continent = reader.continent(row, "continent")
      if continents.updateValue(continent ?? "", forKey: country) != nil {
        reader.mistakes.append(path, line: row.line, "the country \(country) stands here twice")
      }
      centres[country] = reader.coordinates(row)
    }
    try reader.mistakes.throwIfAny()
  }
}
