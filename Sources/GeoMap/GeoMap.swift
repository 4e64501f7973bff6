import Addresses

/// Which outcome a client gets and how wide the network around it is in which all get the same.
///
/// A view of the memory of a `GeoMapStorage`: plain pointers, free to copy, valid as long as the storage.
/// Both families are cut into intervals of equal outcome, as long as they can be, so the widest prefix
/// around a client that lies inside its interval is the scope prefix length of RFC 7871 §7.2.1.
@frozen
public struct GeoMap: Sendable, BitwiseCopyable {
  @usableFromInline let ipv4: IntervalTree<UInt32>
  @usableFromInline let ipv6: IntervalTree<UInt128>
  /// The code that means "as the IPv4 address in bits 16…47" (RFC 3056 §2). All below are outcomes; the one
  /// above means "as the IPv4 address in the last 32 bits" (RFC 4291 §2.5.5.2, RFC 6052 §2.1).
  @usableFromInline let sixToFour: UInt32

  init(ipv4: IntervalTree<UInt32>, ipv6: IntervalTree<UInt128>, sixToFour: UInt32) {
    self.ipv4 = ipv4
    self.ipv6 = ipv6
    self.sixToFour = sixToFour
  }

  /// The outcome for a client and the scope: a prefix length in bits of the client's own family, 0…32
  /// or 0…128. All clients in that prefix around `address` get this outcome, in no wider one do they.
  ///
  /// One cache line of an index and one of intervals, where networks do not crowd.
  @inlinable
  public func lookup(_ address: IPAddress) -> (outcome: UInt32, scope: Int) {
    if address.isIPv4 {
      let found = ipv4.find(address.ipv4)
      return (found.code, found.scope)
    }
    let found = ipv6.find(address.number)
    if found.code < sixToFour { return (found.code, found.scope) }
    // What the embedded address gets, in a prefix that stays inside this interval.
    let shift = found.code == sixToFour ? 16 : 96
    let embedded = found.code == sixToFour ? address.high &>> 16 : address.low
    let result = ipv4.find(UInt32(truncatingIfNeeded: embedded))
    return (result.code, max(found.scope, result.scope &+ shift))
  }
}
