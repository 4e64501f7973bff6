/// Encodes values as a data section of a MaxMind DB; what occurs again becomes a pointer.
///
/// Parts that are worth a pointer stand before the value that they are in, so equal values have equal octets: what
/// was encoded is found again by its octets, and no value is kept.
///
/// Format: https://maxmind.github.io/MaxMind-DB/, "Output Data Section".
struct DataSectionEncoder {
  /// What was encoded.
  private(set) var octets: [UInt8] = []

  /// Where a value stands, and a hash of its octets.
  private struct Place {
    var offset = -1
    var hash: UInt64 = 0

    var isEmpty: Bool { offset < 0 }
  }

  /// A hash table, at most half full.
  private var places = [Place](repeating: Place(), count: 1 << 10)
  private var count = 0
  private let sharesParts: Bool

  /// An empty section.
  init() { self.init(sharesParts: true) }

  private init(sharesParts: Bool) { self.sharesParts = sharesParts }

  /// The octets of a value by itself, without pointers, as metadata are.
  static func octets(of value: MaxMindValue) -> [UInt8] {
    var encoder = DataSectionEncoder(sharesParts: false)
    _ = encoder.offset(of: value)
    return encoder.octets
  }

  /// A pointer takes up to 5 octets: nothing shorter is worth one.
  private static let pointerSize = 5

  /// Encodes a value, or finds it where it is already; its offset.
  mutating func offset(of value: MaxMindValue) -> Int {
    var encoded: [UInt8] = []
    append(value, to: &encoded)
    return offset(ofEncoded: encoded[...])
  }

  /// Appends a value, with its larger parts put into the section and pointed to.
  private mutating func append(_ value: MaxMindValue, to encoded: inout [UInt8]) {
    switch value {
    case .map(let entries):
      Self.appendControl(type: 7, size: entries.count, to: &encoded)
      for entry in entries {
        appendPart(.string(entry.key), to: &encoded)
        appendPart(entry.value, to: &encoded)
      }
    case .array(let values):
      Self.appendControl(type: 11, size: values.count, to: &encoded)
      for value in values { appendPart(value, to: &encoded) }
    case .string(let text):
      Self.appendControl(type: 2, size: text.utf8.count, to: &encoded)
      encoded += text.utf8
    case .bytes(let bytes):
      Self.appendControl(type: 4, size: bytes.count, to: &encoded)
      encoded += bytes
    case .double(let number):
      Self.appendControl(type: 3, size: 8, to: &encoded)
      Self.appendNumber(number.bitPattern, octets: 8, to: &encoded)
    case .float(let number):
      Self.appendControl(type: 15, size: 4, to: &encoded)
      Self.appendNumber(number.bitPattern, octets: 4, to: &encoded)
    case .uint16(let number): Self.appendUnsigned(number, type: 5, to: &encoded)
    case .uint32(let number): Self.appendUnsigned(number, type: 6, to: &encoded)
    case .uint64(let number): Self.appendUnsigned(number, type: 9, to: &encoded)
    case .uint128(let number): Self.appendUnsigned(number, type: 10, to: &encoded)
    case .int32(let number):
      Self.appendUnsigned(UInt32(bitPattern: number), type: 8, to: &encoded)
    case .boolean(let flag): Self.appendControl(type: 14, size: flag ? 1 : 0, to: &encoded)
    }
  }

  /// Appends a value inside another, or a pointer to it.
  private mutating func appendPart(_ value: MaxMindValue, to encoded: inout [UInt8]) {
    let start = encoded.count
    append(value, to: &encoded)
    guard sharesParts, encoded.count - start > Self.pointerSize else { return }
    let offset = offset(ofEncoded: encoded[start...])
    encoded.removeLast(encoded.count - start)
    Self.appendPointer(to: offset, to: &encoded)
  }

  /// The offset at which the octets of a value stand; they are put there where they are new.
  private mutating func offset(ofEncoded encoded: ArraySlice<UInt8>) -> Int {
    let hash = Self.hash(encoded)
    let known = place(of: hash) { offset in
      // A value says where it ends, so one that begins with these octets is the same.
      octets[offset...].starts(with: encoded)
    }
    if !places[known].isEmpty { return places[known].offset }
    places[known] = Place(offset: octets.count, hash: hash)
    octets += encoded
    count += 1
    if 2 * count > places.count { grow() }
    return octets.count - encoded.count
  }

  /// The index in `places` of the value with a hash that `isSame`, or of a free place for it.
  private func place(of hash: UInt64, where isSame: (Int) -> Bool) -> Int {
    var index = Int(truncatingIfNeeded: hash) & (places.count - 1)
    while !places[index].isEmpty {
      if places[index].hash == hash, isSame(places[index].offset) { break }
      index = (index + 1) & (places.count - 1)
    }
    return index
  }

  /// FNV-1a, whose bits are then mixed: in its own the last octets reach few.
  private static func hash(_ octets: ArraySlice<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for octet in octets { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3 }
    hash = (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
    return hash ^ hash >> 32
  }

  private mutating func grow() {
    let old = places
    places = [Place](repeating: Place(), count: 2 * old.count)
    for place in old where !place.isEmpty {
      places[self.place(of: place.hash) { _ in false }] = place
    }
  }

  /// A number without its leading zero octets.
  private static func appendUnsigned<Number: FixedWidthInteger>(
    _ number: Number, type: UInt8, to encoded: inout [UInt8]
  ) {
    let size = (Number.bitWidth - number.leadingZeroBitCount + 7) / 8
    appendControl(type: type, size: size, to: &encoded)
    appendNumber(number, octets: size, to: &encoded)
  }

  private static func appendNumber(
    _ number: some FixedWidthInteger, octets count: Int, to encoded: inout [UInt8]
  ) {
    for index in stride(from: count - 1, through: 0, by: -1) {
      encoded.append(UInt8(truncatingIfNeeded: number >> (8 * index)))
    }
  }

  private static func appendControl(type: UInt8, size: Int, to encoded: inout [UInt8]) {
    let (field, extra, octets) =
      switch size {
      case ..<29: (size, 0, 0)
      case ..<285: (29, size - 29, 1)
      case ..<65821: (30, size - 285, 2)
      default: (31, size - 65821, 3)
      }
    if type > 7 {
      encoded.append(UInt8(field))
      encoded.append(type - 7)
    } else {
      encoded.append(type << 5 | UInt8(field))
    }
    appendNumber(extra, octets: octets, to: &encoded)
  }

  private static func appendPointer(to offset: Int, to encoded: inout [UInt8]) {
    let (size, number) =
      switch offset {
      case ..<2048: (0, offset)
      case ..<526_336: (1, offset - 2048)
      case ..<134_744_064: (2, offset - 526_336)
      default: (3, offset)
      }
    let prefix = size == 3 ? 0 : number >> (8 * (size + 1))
    encoded.append(UInt8(1 << 5 | size << 3 | prefix))
    appendNumber(number, octets: size + 1, to: &encoded)
  }
}
