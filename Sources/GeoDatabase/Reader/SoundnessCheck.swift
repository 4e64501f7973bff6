/// Finds out, before libmaxminddb is let at it, whether a value of a data section is sound.
///
/// libmaxminddb checks the bounds of each single value, but not how deep values nest (it recurses) nor to
/// how much a value unfolds when pointers share parts (it copies): both could end the process.
/// Format: https://maxmind.github.io/MaxMind-DB/, "Output Data Section".
struct SoundnessCheck {
  /// How deep values may nest, pointers included; MaxMind's own nest 6 deep.
  private static let maximumDepth = 32
  /// To how many values one may unfold; MaxMind's own have about 200.
  private static let maximumValues = 8192

  /// To how much a value unfolds.
  private struct Extent {
    /// How many values it is, with those inside and behind pointers.
    var values = 1
    /// How many levels it has.
    var levels = 1
  }

  /// The maps and arrays that pointers have led to: records share them, so each is walked once.
  private var shared: [Int: Extent] = [:]

  /// Whether the value at `offset` is sound, with all that it points to. One check serves one section.
  mutating func isSound(_ section: Span<UInt8>, at offset: Int) -> Bool {
    var extent = Extent(values: 0, levels: 0)
    return end(of: offset, in: section, depth: 1, adding: &extent) != nil
  }

  private enum Kind { case pointer, string, map, array, other }

  private struct Head {
    var kind: Kind
    var size: Int
    /// Where the payload begins.
    var payload: Int
    /// Where a pointer leads.
    var target = 0
  }

  /// The offset behind the value at `offset`, whose extent is added to that of what it is in; nil where
  /// it is unsound. `depth` counts the levels down to it, itself included.
  private mutating func end(
    of offset: Int, in section: Span<UInt8>, depth: Int, adding sum: inout Extent
  ) -> Int? {
    guard let head = Self.head(at: offset, in: section) else { return nil }
    return end(of: head, in: section, depth: depth, adding: &sum)
  }

  /// The same for a value with that head.
  private mutating func end(
    of head: Head, in section: Span<UInt8>, depth: Int, adding sum: inout Extent
  ) -> Int? {
    guard depth <= Self.maximumDepth else { return nil }
    var extent = Extent()
    var end = head.payload
    switch head.kind {
    case .string, .other:
      guard head.size <= section.count - head.payload else { return nil }
      end += head.size
    case .pointer:
      guard let target = Self.head(at: head.target, in: section), target.kind != .pointer else {
        return nil
      }
      let isShared = target.kind == .map || target.kind == .array
      if isShared, let known = shared[head.target] {
        extent.values += known.values
        extent.levels += known.levels
      } else {
        guard self.end(of: target, in: section, depth: depth + 1, adding: &extent) != nil
        else { return nil }
        if isShared {
          shared[head.target] = Extent(values: extent.values - 1, levels: extent.levels - 1)
        }
      }
    case .array, .map:
      let isMap = head.kind == .map
      for _ in 0..<head.size {
        if isMap {
          guard let key = Self.head(at: end, in: section), Self.isString(key, in: section),
            let value = self.end(of: key, in: section, depth: depth + 1, adding: &extent)
          else { return nil }
          end = value
        }
        guard let next = self.end(of: end, in: section, depth: depth + 1, adding: &extent) else {
          return nil
        }
        end = next
      }
    }
    sum.values += extent.values
    sum.levels = max(sum.levels, extent.levels + 1)
    return sum.values <= Self.maximumValues && depth + extent.levels <= Self.maximumDepth + 1
      ? end : nil
  }

  /// Whether a value is a string or a pointer to one: what a key has to be.
  private static func isString(_ head: Head, in section: Span<UInt8>) -> Bool {
    guard head.kind == .pointer else { return head.kind == .string }
    return self.head(at: head.target, in: section)?.kind == .string
  }

  private static func head(at offset: Int, in section: Span<UInt8>) -> Head? {
    guard offset < section.count else { return nil }
    let control = section[offset]
    var position = offset + 1
    var type = Int(control >> 5)
    if type == 1 {
      let octets = Int(control >> 3 & 3) + 1
      guard let number = number(at: position, octets: octets, in: section) else { return nil }
      let prefix = Int(control & 7)
      let target =
        switch octets {
        case 1: prefix << 8 + number
        case 2: prefix << 16 + number + 2048
        case 3: prefix << 24 + number + 526_336
        default: number
        }
      return Head(kind: .pointer, size: 0, payload: position + octets, target: target)
    }
    if type == 0 {
      guard position < section.count else { return nil }
      type = 7 + Int(section[position])
      position += 1
    }
    var size = Int(control & 31)
    if size > 28 {
      let octets = size - 28
      guard let number = number(at: position, octets: octets, in: section) else { return nil }
      size = number + [29, 285, 65821][octets - 1]
      position += octets
    }
    switch type {
    case 2: return Head(kind: .string, size: size, payload: position)
    case 7: return Head(kind: .map, size: size, payload: position)
    case 11: return Head(kind: .array, size: size, payload: position)
    case 14: return Head(kind: .other, size: 0, payload: position)
    case 3...6, 8...10, 15: return Head(kind: .other, size: size, payload: position)
    default: return nil
    }
  }

  private static func number(at offset: Int, octets: Int, in section: Span<UInt8>) -> Int? {
    guard octets <= section.count - offset else { return nil }
    var number = 0
    for index in offset..<(offset + octets) { number = number << 8 | Int(section[index]) }
    return number
  }
}
