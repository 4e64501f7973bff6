import DNSWire

extension Client {
  /// How often each first address was answered in `count` queries.
  func counts(_ name: String, _ type: RecordType = .a, queries count: Int) throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for _ in 0..<count { counts[try first(name, type), default: 0] += 1 }
    return counts
  }
}
