import DNSWire

/// What is asked of a resolver: the addresses of one family that a host has.
struct HostQuestion: Hashable {
  let name: DomainName
  let isIPv6: Bool

  /// A and AAAA of a host.
  static func both(of name: DomainName) -> [HostQuestion] {
    [false, true].map { HostQuestion(name: name, isIPv6: $0) }
  }

  /// The question of the other family.
  var other: HostQuestion { HostQuestion(name: name, isIPv6: !isIPv6) }

  var type: RecordType { isIPv6 ? .aaaa : .a }

  var typeName: String { isIPv6 ? "AAAA" : "A" }
}
