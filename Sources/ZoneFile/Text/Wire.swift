/// Comparisons of names in wire form that need no `DomainName`.
enum Wire {
  /// Whether the name `wire` is `ancestor` or lies below it, without regard to case.
  static func isAtOrBelow(_ wire: [UInt8], _ ancestor: [UInt8]) -> Bool {
    var at = 0
    while wire.count - at > ancestor.count { at += Int(wire[at]) + 1 }
    return wire.count - at == ancestor.count && areEqual(wire[at...], ancestor[...])
  }

  /// Whether `wire` ends with `origin` twice in a row.
  static func repeats(_ wire: [UInt8], origin: [UInt8]) -> Bool {
    guard origin.count > 1 else { return false }
    let length = 2 * origin.count - 1
    var at = 0
    while wire.count - at > length { at += Int(wire[at]) + 1 }
    return wire.count - at == length
      && areEqual(wire[at..<(at + origin.count - 1)], origin.dropLast())
  }

  /// Whether two names are equal without regard to the case of ASCII letters (RFC 4343).
  static func areEqual(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.uppercased == $1.uppercased }
  }
}
