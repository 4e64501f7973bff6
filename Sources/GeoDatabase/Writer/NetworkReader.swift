import Addresses

/// Reads a CSV file of networks and what is known of them.
enum NetworkReader {
  private static let columns = [
    "network", "continent", "country", "subdivision", "city", "city_name", "latitude", "longitude",
    "asn", "organization",
  ]

  /// Visits the rows of the file at `path`: a network and its record each.
  static func forEachNetwork(
    _ path: String, countries: Countries, mistakes: inout MistakeList,
    _ visit: (_ network: IPPrefix, _ record: MaxMindValue) -> Void
  ) throws(GeoDatabaseError) {
    var reader = FieldReader(path: path, mistakes: mistakes)
    defer { mistakes = reader.mistakes }
    var lines: [IPPrefix: Int] = [:]
    try TextTable.forEachRow(&reader, columns: columns, required: ["network"]) { row, reader in
      let record = record(row, countries: countries, &reader)
      guard let network = reader.network(row, "network") else { return }
      let column = row.field("network")?.column ?? 1
      if !network.address.isIPv4 && network.address.number >> 32 == 0 {
        reader.mistakes.append(
          path, line: row.line, column: column,
          "'\(network)' overlaps ::/96, where the format keeps IPv4")
      } else if let earlier = lines.updateValue(row.line, forKey: network) {
        reader.mistakes.append(
          path, line: row.line, column: column, "'\(network)' stands in line \(earlier) already")
      }
      visit(network, record)
    }
  }

  private static func record(
    _ row: TextTable.Row, countries: Countries, _ reader: inout FieldReader
  ) -> MaxMindValue {
    var entries: [MaxMindValue.Entry] = []
    func append(_ key: String, _ parts: [MaxMindValue.Entry]) {
      if !parts.isEmpty { entries.append(.init(key, .map(parts))) }
    }
    func names(_ name: String?) -> [MaxMindValue.Entry] {
      name.map { [.init("names", .map([.init("en", .string($0))]))] } ?? []
    }
    let city = reader.number(row, "city", "GeoNames id of a city")
    append(
      "city", (city.map { [.init("geoname_id", .uint32($0))] } ?? []) + names(row["city_name"]))
    let country = reader.country(row, "country")
    let continent =
      reader.continent(row, "continent") ?? country.flatMap { countries.continents[$0] }
    append("continent", continent.map { [.init("code", .string($0))] } ?? [])
    append("country", country.map { [.init("iso_code", .string($0))] } ?? [])
    if let place = reader.coordinates(row) {
      append(
        "location",
        [.init("latitude", .double(place.latitude)), .init("longitude", .double(place.longitude))])
    }
    if let part = reader.subdivision(row, "subdivision", country: country) {
      entries.append(
        .init("subdivisions", .array([.map([.init("iso_code", .string(part))])])))
    }
    if let asn = reader.number(row, "asn", "number of an autonomous system") {
      entries.append(.init("autonomous_system_number", .uint32(asn)))
    }
    if let name = row["organization"] {
      entries.append(.init("autonomous_system_organization", .string(name)))
    }
    return .map(entries)
  }
}
