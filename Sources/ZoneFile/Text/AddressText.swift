/// Addresses from text, as `inet_pton` reads them: no octal and no short forms of IPv4, IPv6 as RFC 4291 §2.2 has
/// it, `::` for one group at least.
enum AddressText {
  /// The IPv4 address that all of `text` says.
  static func ipv4(_ text: Span<UInt8>) -> UInt32? {
    var address: UInt32 = 0
    var octet: UInt32 = 0
    var digits = 0
    var dots = 0
    for index in text.indices {
      let character = text[index]
      if character.isDigit {
        octet = octet * 10 + UInt32(character - .zero)
        digits += 1
        guard octet <= 255, digits == 1 || octet > 9 else { return nil }
      } else {
        guard character == .dot, digits > 0, dots < 3 else { return nil }
        address = address << 8 | octet
        (octet, digits) = (0, 0)
        dots += 1
      }
    }
    return dots == 3 && digits > 0 ? address << 8 | octet : nil
  }

  /// The IPv6 address that all of `text` says, in two halves.
  static func ipv6(_ text: Span<UInt8>) -> (high: UInt64, low: UInt64)? {
    // The groups before `::`, and those behind it.
    var head: (high: UInt64, low: UInt64) = (0, 0)
    var address: (high: UInt64, low: UInt64) = (0, 0)
    var groups = 0
    var gap: Int?
    func add(_ group: UInt64) {
      address = (address.high << 16 | address.low >> 48, address.low << 16 | group)
      groups += 1
    }
    var at = 0
    if text.count >= 2, text[0] == .colon {
      guard text[1] == .colon else { return nil }
      gap = 0
      at = 2
    }
    while at < text.count {
      let start = at
      var group: UInt64 = 0
      while at < text.count, let digit = text[at].hexadecimalDigit {
        group = group << 4 | digit
        at += 1
      }
      guard at > start, at - start <= 4, groups < 8 else { return nil }
      if at < text.count, text[at] == .dot {
        guard groups <= 6, let last = ipv4(text.extracting(start..<text.count)) else { return nil }
        add(UInt64(last >> 16))
        add(UInt64(last & 0xFFFF))
        break
      }
      add(group)
      if at == text.count { break }
      guard text[at] == .colon, at + 1 < text.count else { return nil }
      at += 1
      if text[at] == .colon {
        guard gap == nil else { return nil }
        gap = groups
        head = address
        address = (0, 0)
        at += 1
      }
    }
    guard let gap else { return groups == 8 ? address : nil }
    guard groups < 8 else { return nil }
    // The head goes to the front; nothing is shifted by all of its bits.
    let shift = UInt64(16 * (8 - gap))
    if shift == 128 { return address }
    let front =
      shift >= 64
      ? (high: head.low << (shift - 64), low: 0)
      : (high: head.high << shift | head.low >> (64 - shift), low: head.low << shift)
    return (front.high | address.high, front.low | address.low)
  }
}

extension UInt8 {
  static let colon: UInt8 = 0x3A

  /// The value of a hexadecimal digit; nil for what is none.
  fileprivate var hexadecimalDigit: UInt64? {
    if isDigit { return UInt64(self &- .zero) }
    let letter = (self | 0x20) &- 0x61
    return letter < 6 ? UInt64(letter) + 10 : nil
  }
}
