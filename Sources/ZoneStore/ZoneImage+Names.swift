import DNSWire
import FlatMemory

extension ZoneImage {
  /// The node index that stands in RRset data at `offset`.
  @inlinable
  public func nodeIndex(_ offset: Int) -> UInt32 {
    unsafe UInt32(littleEndian: octets.octets(offset, 4).loadUnaligned(as: UInt32.self))
  }

  /// The name of a node in lower case; for the control plane.
  public func name(of node: Node) -> DomainName? {
    DomainName(wire: (0..<Int(node.nameLength)).map { octets[Int(node.nameOffset) + $0] })
  }

  /// The node of the closest encloser of `name` (RFC 4592 §3.3.1), which is `name` itself where that exists;
  /// nil outside the zone. `key` is the one that the zone was made with. For the control plane.
  public func closestEncloser(
    of name: DomainName, key: NameHashKey
  ) -> (node: UInt32, isExact: Bool)? {
    let scanned = ScannedName()
    defer { scanned.deallocate() }
    unsafe name.lowercasedWire.withUnsafeBytes { unsafe scanned.load($0, key: key) }
    guard scanned.labelCount >= apexLabelCount else { return nil }
    for suffix in 0...(scanned.labelCount - apexLabelCount) {
      let node = find(scanned, suffix: suffix)
      if node != noIndex { return (node, suffix == 0) }
    }
    return nil
  }
}
