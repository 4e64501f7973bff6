/// Comparisons of names in wire form that need no `DomainName`.
enum Wire {
  /// Whether the name `wire` is `ancestor` or lies below it, without regard to case.
  static func isAtOrBelow(_ wire: Span<UInt8>, _ ancestor: Span<UInt8>) -> Bool {
    var at = 0
    while wire.count - at > ancestor.count { at += Int(wire[at]) + 1 }
    return wire.count - at == ancestor.count
      && areEqual(wire.extracting(droppingFirst: at), ancestor)
  }

  /// Whether `wire` ends with `origin` twice in a row.
  static func repeats(_ wire: Span<UInt8>, origin: Span<UInt8>) -> Bool {
    guard origin.count > 1 else { return false }
    let length = 2 * origin.count - 1
    var at = 0
    while wire.count - at > length { at += Int(wire[at]) + 1 }
    return wire.count - at == length
      && areEqual(
        wire.extracting(at..<(at + origin.count - 1)), origin.extracting(droppingLast: 1))
  }

  /// Whether two names are equal without regard to the case of ASCII letters (RFC 4343).
  static func areEqual(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    for index in a.indices where a[index] != b[index] {
      if a[index].uppercased != b[index].uppercased { return false }
    }
    return true
  }

  /// Whether two names are equal octet for octet.
  static func areSame(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    for index in a.indices where a[index] != b[index] { return false }
    return true
  }
}
