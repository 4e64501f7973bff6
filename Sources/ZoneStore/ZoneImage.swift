import DNSWire
import FlatMemory

/// A compiled zone: tables only, free to copy, immutable.
@frozen
public struct ZoneImage: Sendable, BitwiseCopyable {
  /// All names; a parent stands before its children.
  public let nodes: Table<Node>
  /// All RRsets, those of one node together.
  public let rrsets: Table<RRset>
  /// Names and RRset data.
  public let octets: Table<UInt8>
  /// The nodes that RRsets point to (NS, MX, SRV, SVCB targets with addresses in the zone), for each RRset
  /// that has any their number and then they.
  public let targets: Table<UInt32>
  /// Keyed hash table over the nodes that exist, `noIndex` where a place is free; open addressing, a power of
  /// two. The bits of `nodeMask` are the node, those above it are the same bits of the name's hash.
  public let buckets: Table<UInt32>
  /// As many bits as the index of a node needs.
  public let nodeMask: UInt32
  /// The apex.
  public let apex: UInt32
  /// How many labels the apex has.
  public let apexLabelCount: Int
  /// The SOA RRset.
  public let soa: UInt32
  /// The TTL of the SOA in negative answers (RFC 2308 §3): the lesser of its TTL and its MINIMUM.
  public let negativeTTL: UInt32

  /// The node of the suffix of `name` that begins with label `index`, `noIndex` where it does not exist.
  @inlinable
  @inline(__always)
  public func find(_ name: ScannedName, suffix index: Int) -> UInt32 {
    let hash = name.hash(ofSuffix: index)
    let mask = buckets.count &- 1
    let tag = UInt32(truncatingIfNeeded: hash &>> 32) & ~nodeMask
    var at = Int(truncatingIfNeeded: hash) & mask
    while true {
      let bucket = buckets[at]
      if bucket == noIndex { return noIndex }
      if bucket & ~nodeMask == tag, isName(of: bucket & nodeMask, name, suffix: index) {
        return bucket & nodeMask
      }
      at = (at &+ 1) & mask
    }
  }

  /// Whether the name of node `index` is the suffix of `name` that begins with label `first`.
  @inlinable
  public func isName(of index: UInt32, _ name: ScannedName, suffix first: Int) -> Bool {
    let start = name.offset(ofLabel: first)
    let length = name.length &- start
    let node = nodes[index]
    guard Int(node.nameLength) == length else { return false }
    return unsafe sameOctets(
      octets.pointer(Int(node.nameOffset), length), name.octets + start, length)
  }

  /// The RRset of `type` at `node`, `noIndex` where there is none.
  @inlinable
  public func rrset(_ type: UInt16, at node: Node) -> UInt32 {
    var index = node.firstRRset
    let end = index &+ UInt32(node.rrsetCount)
    while index < end {
      if rrsets[index].type == type { return index }
      index &+= 1
    }
    return noIndex
  }

  /// The name of `node` in the case in which it was first written.
  @unsafe
  @inlinable
  public func displayName(_ node: Node) -> UnsafeRawBufferPointer {
    let offset =
      Int(node.nameOffset) + (node.flags.contains(.hasCapitals) ? Int(node.nameLength) : 0)
    return unsafe octets.octets(offset, Int(node.nameLength))
  }
}

/// Whether two runs of octets are equal.
///
/// SAFETY: both must be readable for `length` octets.
@unsafe
@inlinable
func sameOctets(_ a: UnsafePointer<UInt8>, _ b: UnsafeRawPointer, _ length: Int) -> Bool {
  let first = unsafe UnsafeRawPointer(a)
  guard length >= 8 else {
    var at = 0
    while at < length {
      let octet = unsafe first.load(fromByteOffset: at, as: UInt8.self)
      if unsafe octet != b.load(fromByteOffset: at, as: UInt8.self) { return false }
      at &+= 1
    }
    return true
  }
  // The last word overlaps the one before it.
  let last = length &- 8
  var at = 0
  while at < last {
    let word = unsafe first.loadUnaligned(fromByteOffset: at, as: UInt64.self)
    if unsafe word != b.loadUnaligned(fromByteOffset: at, as: UInt64.self) { return false }
    at &+= 8
  }
  let word = unsafe first.loadUnaligned(fromByteOffset: last, as: UInt64.self)
  return unsafe word == b.loadUnaligned(fromByteOffset: last, as: UInt64.self)
}
