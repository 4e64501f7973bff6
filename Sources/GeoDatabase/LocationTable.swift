import GeoMap

/// What the records of a database say, each content once: a full City database has a million of them, so codes
/// are numbers of texts, and a record is 48 octets without a reference.
struct LocationTable: Sendable {
  /// What one record says. 0 is no text, no city and no autonomous system.
  struct Record: Hashable, BitwiseCopyable, Sendable {
    /// Subdivisions by their whole codes, the widest first.
    var subdivisions: SIMD4<UInt32> = .zero
    var latitude = Self.nowhere
    var longitude = Self.nowhere
    var continent: UInt32 = 0
    var country: UInt32 = 0
    var city: UInt32 = 0
    var asn: UInt32 = 0

    private static var nowhere: Double { .infinity }

    var coordinates: Coordinates? {
      get {
        latitude == Self.nowhere ? nil : Coordinates(latitude: latitude, longitude: longitude)
      }
      set {
        latitude = newValue?.latitude ?? Self.nowhere
        longitude = newValue?.longitude ?? Self.nowhere
      }
    }

    /// Whether it says anything of a place.
    var hasPlace: Bool {
      continent != 0 || country != 0 || subdivisions != .zero || city != 0 || coordinates != nil
    }
  }

  /// The records, in order of appearance.
  private(set) var records: [Record] = []
  /// The codes of continents, countries and subdivisions; the first is none.
  private(set) var texts = [""]

  private var numbersOfTexts = ["": 0 as UInt32]
  /// A hash table of the indexes of records, at most half full; `noIndex` where there is none.
  private var slots: [UInt32]

  private static var noIndex: UInt32 { .max }

  /// A table for at most `count` records.
  init(capacity count: Int) {
    let bits = Int.bitWidth - (2 * count).leadingZeroBitCount
    slots = Array(repeating: Self.noIndex, count: 1 << bits)
  }

  /// The number of a text; 0 for none.
  mutating func number(of text: String?) -> UInt32 {
    guard let text else { return 0 }
    if let known = numbersOfTexts[text] { return known }
    let number = UInt32(texts.count)
    texts.append(text)
    numbersOfTexts[text] = number
    return number
  }

  /// The index of a record, which is added where it is new.
  mutating func index(of record: Record) -> UInt32 {
    var slot = record.hashValue & (slots.count - 1)
    while slots[slot] != Self.noIndex {
      if records[Int(slots[slot])] == record { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = UInt32(records.count)
    records.append(record)
    return slots[slot]
  }

  /// Ends the adding of records, and frees what only that needs.
  mutating func finish() {
    numbersOfTexts = [:]
    slots = []
  }

  /// What the record at `index` says, in words.
  func location(_ index: UInt32) -> ClientLocation {
    let record = records[Int(index)]
    func text(_ number: UInt32) -> String? { number == 0 ? nil : texts[Int(number)] }
    var location = ClientLocation()
    location.continent = text(record.continent)
    location.country = text(record.country)
    location.subdivisions = (0..<4).compactMap { text(record.subdivisions[$0]) }
    location.city = record.city == 0 ? nil : record.city
    location.asn = record.asn == 0 ? nil : record.asn
    location.coordinates = record.coordinates
    return location
  }
}
