import Steering

/// The words for how one of several is picked: of `select=` in a pool, and of policies.
enum SelectionWord: String, CaseIterable {
  case roundRobin = "round-robin"
  case weighted
  case hash
  case leastLoad = "least-load"

  /// What the word means; `smooth` is a word of its own beside `weighted`.
  var selection: Selection {
    switch self {
    case .roundRobin: .roundRobin
    case .weighted: .weighted
    case .hash: .hash
    case .leastLoad: .leastLoad
    }
  }
}

extension ZoneParser {
  /// The prefix lengths of `network=24/56`, reported where they are none.
  mutating func clientNetwork(_ option: Option) -> ClientNetwork? {
    let parts = option.value.text.split(separator: "/", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? nil : Self.number($0) }
    if parts.count == 2, let ipv4 = parts[0], let ipv6 = parts[1], (1...32).contains(ipv4),
      (1...64).contains(ipv6)
    {
      return ClientNetwork(ipv4Length: UInt8(ipv4), ipv6Length: UInt8(ipv6))
    }
    diagnostics.error(
      option.value, "'\(option.value.text)' does not say which networks are hashed",
      hint: "write the prefix lengths for IPv4 (1 to 32) and IPv6 (1 to 64), such as 24/56")
    return nil
  }
}
