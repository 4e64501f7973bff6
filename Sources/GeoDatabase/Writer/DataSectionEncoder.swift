/// Encodes values as a data section of a MaxMind DB; what occurs again becomes a pointer.
///
/// Format: https://maxmind.github.io/MaxMind-DB/, "Output Data Section".
struct DataSectionEncoder {
  /// What was encoded.
  private(set) var octets: [UInt8] = []
  private var offsets: [MaxMindValue: Int] = [:]

  /// Encodes a value at the end, or finds it where it is already; its offset.
  mutating func offset(of value: MaxMindValue) -> Int {
    if let known = offsets[value] { return known }
    let offset = octets.count
    encode(value)
    offsets[value] = offset
    return offset
  }

  /// Encodes a value, or a pointer to it, inside another.
  private mutating func encodePart(_ value: MaxMindValue) {
    if let known = offsets[value] { appendPointer(to: known) } else { encode(value) }
  }

  private mutating func encode(_ value: MaxMindValue) {
    let offset = octets.count
    switch value {
    case .map(let entries):
      appendControl(type: 7, size: entries.count)
      for entry in entries {
        encodePart(.string(entry.key))
        encodePart(entry.value)
      }
    case .array(let values):
      appendControl(type: 11, size: values.count)
      for value in values { encodePart(value) }
    case .string(let text):
      appendControl(type: 2, size: text.utf8.count)
      octets += text.utf8
    case .bytes(let bytes):
      appendControl(type: 4, size: bytes.count)
      octets += bytes
    case .double(let number):
      appendControl(type: 3, size: 8)
      appendNumber(number.bitPattern, octets: 8)
    case .float(let number):
      appendControl(type: 15, size: 4)
      appendNumber(number.bitPattern, octets: 4)
    case .uint16(let number): appendUnsigned(number, type: 5)
    case .uint32(let number): appendUnsigned(number, type: 6)
    case .uint64(let number): appendUnsigned(number, type: 9)
    case .uint128(let number): appendUnsigned(number, type: 10)
    case .int32(let number): appendUnsigned(UInt32(bitPattern: number), type: 8)
    case .boolean(let flag): appendControl(type: 14, size: flag ? 1 : 0)
    }
    // A pointer takes up to 5 octets: nothing shorter is worth one.
    if octets.count - offset > 5 { offsets[value] = offset }
  }

  /// A number without its leading zero octets.
  private mutating func appendUnsigned<Number: FixedWidthInteger>(_ number: Number, type: UInt8) {
    let size = (Number.bitWidth - number.leadingZeroBitCount + 7) / 8
    appendControl(type: type, size: size)
    appendNumber(number, octets: size)
  }

  private mutating func appendNumber(_ number: some FixedWidthInteger, octets count: Int) {
    for index in stride(from: count - 1, through: 0, by: -1) {
      octets.append(UInt8(truncatingIfNeeded: number >> (8 * index)))
    }
  }

  private mutating func appendControl(type: UInt8, size: Int) {
    let (field, extra, octets) =
      switch size {
      case ..<29: (size, 0, 0)
      case ..<285: (29, size - 29, 1)
      case ..<65821: (30, size - 285, 2)
      default: (31, size - 65821, 3)
      }
    if type > 7 {
      self.octets.append(UInt8(field))
      self.octets.append(type - 7)
    } else {
      self.octets.append(type << 5 | UInt8(field))
    }
    appendNumber(extra, octets: octets)
  }

  private mutating func appendPointer(to offset: Int) {
    let (size, number) =
      switch offset {
      case ..<2048: (0, offset)
      case ..<526_336: (1, offset - 2048)
      case ..<134_744_064: (2, offset - 526_336)
      default: (3, offset)
      }
    let prefix = size == 3 ? 0 : number >> (8 * (size + 1))
    octets.append(UInt8(1 << 5 | size << 3 | prefix))
    appendNumber(number, octets: size + 1)
  }
}
