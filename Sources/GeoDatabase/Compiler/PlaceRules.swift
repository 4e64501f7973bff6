/// The rules of a map by the places of one database, whose codes are numbers: the way of `RuleIndex.match` for a
/// million records.
struct PlaceRules {
  private let cities: [UInt32: Int]
  /// By the number of a code.
  private let codes: [(continent: Int?, country: Int?, subdivision: Int?)]
  private let fallback: Int

  init(_ index: RuleIndex, texts: [String]) {
    cities = index.cities
    fallback = index.fallback
    codes = texts.map { (index.continents[$0], index.countries[$0], index.subdivisions[$0]) }
  }

  /// The index of the rule for the place of a record.
  func rule(for record: LocationTable.Record) -> Int {
    if !cities.isEmpty, let rule = cities[record.city] { return rule }
    for level in stride(from: 3, through: 0, by: -1) {
      if let rule = codes[Int(record.subdivisions[level])].subdivision { return rule }
    }
    return codes[Int(record.country)].country ?? codes[Int(record.continent)].continent
      ?? fallback
  }
}
