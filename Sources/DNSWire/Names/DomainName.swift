/// A fully qualified domain name in uncompressed wire form, for the control plane.
///
/// It keeps the case it was written in; equality and hashing ignore the case of ASCII letters
/// (RFC 4343). At most 255 octets, each label at most 63 (RFC 1035 §2.3.4).
public struct DomainName: Sendable {
  /// The labels, each behind its length octet, and the root's zero octet: 1…255 octets.
  public let wire: [UInt8]

  /// The root.
  public static let root = DomainName(unchecked: [0])

  /// A name from wire form known to be valid.
  init(unchecked wire: [UInt8]) { self.wire = wire }

  /// A name from uncompressed wire form; nil where it is not exactly one valid name.
  public init?(wire: some Sequence<UInt8>) {
    let octets = Array(wire)
    guard octets.count <= 255 else { return nil }
    var at = 0
    while at < octets.count, octets[at] != 0 {
      guard octets[at] <= 63 else { return nil }
      at += Int(octets[at]) + 1
    }
    guard at == octets.count - 1 else { return nil }
    self.wire = octets
  }

  /// The name with ASCII letters in lower case, in wire form.
  public var lowercasedWire: [UInt8] { wire.map { $0 &- 65 < 26 ? $0 | 0x20 : $0 } }

  /// The labels without their length octets, leftmost first; the root has none.
  public var labels: [ArraySlice<UInt8>] {
    var result: [ArraySlice<UInt8>] = []
    var at = 0
    while wire[at] != 0 {
      result.append(wire[(at + 1)...(at + Int(wire[at]))])
      at += Int(wire[at]) + 1
    }
    return result
  }

  /// The name without its leftmost label; nil for the root.
  public var parent: DomainName? {
    wire.count == 1 ? nil : DomainName(unchecked: Array(wire[(Int(wire[0]) + 1)...]))
  }
}

extension DomainName: Hashable {
  /// Equality without regard to the case of ASCII letters.
  public static func == (a: DomainName, b: DomainName) -> Bool {
    guard a.wire.count == b.wire.count else { return false }
    return zip(a.wire, b.wire).allSatisfy { x, y in
      x == y || (x | 0x20 == y | 0x20 && (x | 0x20) &- 97 < 26)
    }
  }

  /// Hashes the name in lower case.
  public func hash(into hasher: inout Hasher) {
    for octet in wire { hasher.combine(octet &- 65 < 26 ? octet | 0x20 : octet) }
  }
}

extension DomainName: Comparable {
  /// Canonical order (RFC 4034 §6.1).
  public static func < (a: DomainName, b: DomainName) -> Bool {
    let x = DomainName(unchecked: a.lowercasedWire).labels.reversed()
    let y = DomainName(unchecked: b.lowercasedWire).labels.reversed()
    return x.lexicographicallyPrecedes(y) { $0.lexicographicallyPrecedes($1) }
  }
}

extension DomainName: CustomStringConvertible {
  /// Presentation form with the final dot; octets that need it as `\c` or `\DDD` (RFC 1035 §5.1).
  public var description: String {
    if wire.count == 1 { return "." }
    var text = ""
    for label in labels {
      for octet in label {
        switch octet {
        case 0x22, 0x24, 0x28, 0x29, 0x2E, 0x3B, 0x40, 0x5C:
          text += "\\" + String(UnicodeScalar(octet))
        case 0x21...0x7E: text += String(UnicodeScalar(octet))
        default:
          let digits = String(octet)
          text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
      }
      text += "."
    }
    return text
  }
}

extension DomainName {
  /// Parses presentation form; a name without a final dot is completed with `origin`.
  ///
  /// Nil where a label is empty or over 63 octets, the name over 255, or an escape is broken.
  public init?(_ text: some StringProtocol, origin: DomainName = .root) {
    if text == "@" {
      self = origin
      return
    }
    if text == "." {
      self = .root
      return
    }
    let bytes = Array(text.utf8)
    var wire: [UInt8] = []
    var label: [UInt8] = []
    var at = 0
    var absolute = false
    while at < bytes.count {
      var octet = bytes[at]
      if octet == 0x2E {
        guard (1...63).contains(label.count) else { return nil }
        wire.append(UInt8(label.count))
        wire += label
        label = []
        at += 1
        absolute = at == bytes.count
        continue
      }
      if octet == 0x5C {
        guard at + 1 < bytes.count else { return nil }
        let digits = bytes[(at + 1)..<min(at + 4, bytes.count)]
        if bytes[at + 1] >= 48 && bytes[at + 1] <= 57 {
          guard digits.count == 3, digits.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
          let value = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
          guard value <= 255 else { return nil }
          octet = UInt8(value)
          at += 3
        } else {
          octet = bytes[at + 1]
          at += 1
        }
      }
      label.append(octet)
      at += 1
    }
    if !absolute {
      guard (1...63).contains(label.count) else { return nil }
      wire.append(UInt8(label.count))
      wire += label
      wire += origin.wire
    } else {
      wire.append(0)
    }
    guard wire.count <= 255 else { return nil }
    self.wire = wire
  }
}
