import Addresses

extension MMDBWriter {
  /// Inserts what text files say; all their mistakes are thrown together.
  ///
  /// - Parameters:
  ///   - csv: a file with the columns `network` and any of `continent`, `country`, `subdivision`, `city`
  ///     (GeoNames id), `city_name`, `latitude`, `longitude`, `asn`, `organization`. It wins over ranges;
  ///     within it the longest prefix wins. A country without a continent gets that of `countries`.
  ///   - ranges: files of lines `first,last,country` as in Debian's tor-geoipdb: IPv4 addresses may be
  ///     numbers, `??` is an unknown country. Ranges may not overlap.
  ///   - countries: the continents of countries.
  public mutating func insert(
    csv: String?, ranges: [String], countries: Countries
  ) throws(GeoDatabaseError) {
    var mistakes = MistakeList()
    let known = try RangeReader.read(ranges, mistakes: &mistakes)
    // A record is encoded where it is read: as a value a million of them would take gigabytes.
    var rows: [(network: IPPrefix, offset: Int)] = []
    if let csv {
      try NetworkReader.forEachNetwork(csv, countries: countries, mistakes: &mistakes) {
        rows.append(($0, offset(of: $1)))
      }
    }
    try mistakes.throwIfAny()
    for range in known {
      let continent = countries.continents[range.country]
      let record = MaxMindValue.map(
        (continent.map { [.init("continent", .map([.init("code", .string($0))]))] } ?? [])
          + [.init("country", .map([.init("iso_code", .string(range.country))]))])
      for network in range.networks { insert(network, record) }
    }
    for row in rows.sorted(by: { $0.network.length < $1.network.length }) {
      insert(row.network, offset: row.offset)
    }
  }
}
