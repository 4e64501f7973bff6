import DNSWire
import FlatMemory

/// The names of a zone while it is built: each once, every ancestor before it. It also gathers the octets of
/// the zone, names and what is put between them.
struct NameTable: ~Copyable {
  var octets = TableBuilder<UInt8>()
  var nodes = TableBuilder<Node>()

  /// Whether a name was left out, as there are as many octets as offsets of 32 bits reach.
  private(set) var isFull = false

  private let key: NameHashKey
  private let maximumOctets: Int
  private let scanned = ScannedName()
  private var hashes = TableBuilder<UInt64>()
  private var buckets = TableBuilder<UInt32>(repeating: noIndex, count: 16)

  init(key: NameHashKey, maximumOctets: Int) {
    self.key = key
    self.maximumOctets = maximumOctets
  }

  deinit { scanned.deallocate() }

  /// The node of the name whose uncompressed wire form is at `range` of `source`, made where it is new.
  mutating func intern(_ source: [UInt8], _ range: Range<Int>) -> UInt32 {
    let wire = source.span.extracting(range)
    unsafe wire.withUnsafeBytes { unsafe scanned.load($0, key: key) }
    // The longest suffix that is here already, and then leftwards, so that parents come first.
    var suffix = 0
    var node = noIndex
    while suffix <= scanned.labelCount {
      node = find(suffix)
      if node != noIndex { break }
      suffix += 1
    }
    while suffix > 0 {
      suffix -= 1
      node = append(suffix, display: wire, parent: node == noIndex ? 0 : node)
    }
    return node
  }

  /// Marks a name and its ancestors down from `apex` as existing; false, and nothing is marked, where it is not
  /// below it.
  mutating func markExisting(_ node: UInt32, below apex: UInt32) -> Bool {
    var at = node
    while at != apex, !nodes[Int(at)].flags.contains(.exists) {
      if at == nodes[Int(at)].parent { return false }
      at = nodes[Int(at)].parent
    }
    at = node
    // What exists has ancestors that exist.
    while !nodes[Int(at)].flags.contains(.exists) {
      nodes[Int(at)].flags.insert(.exists)
      if at == apex { break }
      at = nodes[Int(at)].parent
    }
    return true
  }

  /// Whether the node's leftmost label is `*`.
  func isWildcard(_ index: Int) -> Bool {
    let start = Int(nodes[index].nameOffset)
    return nodes[index].nameLength > 2 && octets[start] == 1 && octets[start + 1] == 0x2A
  }

  /// As many bits as the number of nodes needs: no index has them all, so no bucket in use is `noIndex`.
  var nodeMask: UInt32 { UInt32.max >> UInt32(UInt32(nodes.count).leadingZeroBitCount) }

  /// The nodes, which are then gone from here.
  mutating func takeNodes() -> TableBuilder<Node> {
    var taken = TableBuilder<Node>()
    swap(&taken, &nodes)
    return taken
  }

  /// The octets, which are then gone from here.
  mutating func takeOctets() -> TableBuilder<UInt8> {
    var taken = TableBuilder<UInt8>()
    swap(&taken, &octets)
    return taken
  }

  /// The hash table over the names that exist: a power of two, at most two thirds full.
  func existingBuckets() -> TableBuilder<UInt32> {
    var existing = 0
    for index in 0..<nodes.count where nodes[index].flags.contains(.exists) { existing += 1 }
    var size = 4
    while size * 2 < existing * 3 { size *= 2 }
    var result = TableBuilder(repeating: noIndex, count: size)
    let mask = nodeMask
    for index in 0..<nodes.count where nodes[index].flags.contains(.exists) {
      let hash = hashes[index]
      var at = Int(truncatingIfNeeded: hash) & (size - 1)
      while result[at] != noIndex { at = (at + 1) & (size - 1) }
      result[at] = UInt32(truncatingIfNeeded: hash >> 32) & ~mask | UInt32(index)
    }
    return result
  }

  /// The node of the scanned name without its first `suffix` labels, else `noIndex`.
  private func find(_ suffix: Int) -> UInt32 {
    let hash = scanned.hash(ofSuffix: suffix)
    let start = scanned.offset(ofLabel: suffix)
    let length = scanned.length - start
    var at = Int(truncatingIfNeeded: hash) & (buckets.count - 1)
    while buckets[at] != noIndex {
      let index = Int(buckets[at])
      if hashes[index] == hash {
        let node = nodes[index]
        // SAFETY: both have `length` octets.
        if Int(node.nameLength) == length,
          let name = unsafe octets.pointer(Int(node.nameOffset), length),
          unsafe sameOctets(name, scanned.octets + start, length)
        {
          return buckets[at]
        }
      }
      at = (at + 1) & (buckets.count - 1)
    }
    return noIndex
  }

  /// Adds the scanned name without its first `suffix` labels; `display` is the whole of it as written.
  private mutating func append(_ suffix: Int, display: Span<UInt8>, parent: UInt32) -> UInt32 {
    let start = scanned.offset(ofLabel: suffix)
    let length = scanned.length - start
    guard octets.count + 2 * length <= maximumOctets else {
      isFull = true
      return parent
    }
    let index = UInt32(nodes.count)
    let written = display.extracting(start..<(start + length))
    // SAFETY: a scanned name has so many octets behind `start`, and stays as it is meanwhile.
    let lower = unsafe UnsafeBufferPointer(
      start: scanned.octets.assumingMemoryBound(to: UInt8.self) + start, count: length)
    let hasCapitals = written.indices.contains { unsafe written[$0] != lower[$0] }
    nodes.append(
      Node(
        nameOffset: UInt32(octets.count), parent: parent, barrier: noIndex, wildcard: noIndex,
        firstRRset: 0, steer: noIndex, rrsetCount: 0, nameLength: UInt8(length),
        flags: hasCapitals ? .hasCapitals : []))
    unsafe octets.append(lower.span)
    if hasCapitals { octets.append(written) }
    hashes.append(scanned.hash(ofSuffix: suffix))
    if nodes.count * 3 > buckets.count * 2 {
      buckets = TableBuilder(repeating: noIndex, count: buckets.count * 2)
      for index in 0..<nodes.count { insert(UInt32(index)) }
    } else {
      insert(index)
    }
    return index
  }

  private mutating func insert(_ index: UInt32) {
    var at = Int(truncatingIfNeeded: hashes[Int(index)]) & (buckets.count - 1)
    while buckets[at] != noIndex { at = (at + 1) & (buckets.count - 1) }
    buckets[at] = index
  }
}
