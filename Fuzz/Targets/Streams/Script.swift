/// Octets that are taken from the front.
struct Script {
  private let octets: [UInt8]
  private var position = 0

  init(_ octets: [UInt8]) { self.octets = octets }

  mutating func octet() -> UInt8? {
    guard position < octets.count else { return nil }
    defer { position += 1 }
    return octets[position]
  }

  /// The next `count` octets, or what there is.
  mutating func octets(_ count: Int) -> ArraySlice<UInt8> {
    let start = position
    position = min(octets.count, start + count)
    return octets[start..<position]
  }
}
