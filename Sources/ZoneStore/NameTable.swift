import DNSWire

/// The names of a zone while it is built: each once, every ancestor before it.
struct NameTable: ~Copyable {
  private(set) var octets: [UInt8] = []
  var nodes: [Node] = []

  private let key: NameHashKey
  private var hashes: [UInt64] = []
  private var buckets = [UInt32](repeating: noIndex, count: 64)

  init(key: NameHashKey) { self.key = key }

  /// The node of the name whose uncompressed wire form is `wire`, made where it is new.
  mutating func intern(_ wire: ArraySlice<UInt8>) -> UInt32 {
    let lower = wire.map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }
    var starts: [Int] = []
    var at = 0
    while lower[at] != 0 {
      starts.append(at)
      at += Int(lower[at]) + 1
    }
    // From the root leftwards, so that parents come first.
    var hash = key.root
    var node = find(hash, lower[at...]) ?? append(lower[at...], display: wire, hash, parent: 0)
    for start in starts.reversed() {
      hash = label(lower, at: start, hash)
      node =
        find(hash, lower[start...])
        ?? append(
          lower[start...], display: wire.dropFirst(start), hash, parent: node)
    }
    return node
  }

  /// Marks a name and its ancestors down from `apex` as existing; a name not below it stays as it is.
  mutating func markExisting(_ node: UInt32, below apex: UInt32) {
    var path: [UInt32] = []
    var at = node
    while at != apex {
      guard at != nodes[Int(at)].parent else { return }
      path.append(at)
      at = nodes[Int(at)].parent
    }
    for index in path + [apex] { nodes[Int(index)].flags.insert(.exists) }
  }

  /// Whether the node's leftmost label is `*`.
  func isWildcard(_ index: Int) -> Bool {
    let start = Int(nodes[index].nameOffset)
    return nodes[index].nameLength > 2 && octets[start] == 1 && octets[start + 1] == 0x2A
  }

  /// The hash table over the names that exist: a power of two, at most two thirds full.
  func existingBuckets() -> [ZoneImage.Bucket] {
    let existing = nodes.indices.filter { nodes[$0].flags.contains(.exists) }
    var size = 4
    while size * 2 < existing.count * 3 { size *= 2 }
    var result = [ZoneImage.Bucket](
      repeating: ZoneImage.Bucket(tag: 0, node: noIndex), count: size)
    for index in existing {
      var at = Int(truncatingIfNeeded: hashes[index]) & (size - 1)
      while result[at].node != noIndex { at = (at + 1) & (size - 1) }
      result[at] = ZoneImage.Bucket(
        tag: UInt32(truncatingIfNeeded: hashes[index] >> 32), node: UInt32(index))
    }
    return result
  }

  private func label(_ lower: [UInt8], at start: Int, _ parent: UInt64) -> UInt64 {
    let length = Int(lower[start])
    return unsafe withUnsafeTemporaryAllocation(byteCount: 72, alignment: 8) { padded in
      // SAFETY: a label has at most 63 octets, and 72 are there to read in steps of 8.
      unsafe padded.initializeMemory(as: UInt8.self, repeating: 0)
      unsafe padded.copyBytes(from: lower[(start + 1)..<(start + 1 + length)])
      guard let base = padded.baseAddress else { return parent }
      return unsafe key.extend(parent, label: UnsafeRawPointer(base), length: length)
    }
  }

  private func find(_ hash: UInt64, _ name: ArraySlice<UInt8>) -> UInt32? {
    var at = Int(truncatingIfNeeded: hash) & (buckets.count - 1)
    while buckets[at] != noIndex {
      let index = Int(buckets[at])
      let start = Int(nodes[index].nameOffset)
      if hashes[index] == hash, Int(nodes[index].nameLength) == name.count,
        octets[start..<(start + name.count)].elementsEqual(name)
      {
        return buckets[at]
      }
      at = (at + 1) & (buckets.count - 1)
    }
    return nil
  }

  private mutating func append(
    _ name: ArraySlice<UInt8>, display: ArraySlice<UInt8>, _ hash: UInt64, parent: UInt32
  ) -> UInt32 {
    let index = UInt32(nodes.count)
    let hasCapitals = name.count == display.count && !name.elementsEqual(display)
    nodes.append(
      Node(
        nameOffset: UInt32(octets.count), parent: parent, barrier: noIndex, wildcard: noIndex,
        firstRRset: 0, steer: noIndex, rrsetCount: 0, nameLength: UInt8(name.count),
        flags: hasCapitals ? .hasCapitals : []))
    octets += name
    if hasCapitals { octets += display }
    hashes.append(hash)
    insert(index)
    if nodes.count * 3 > buckets.count * 2 {
      buckets = [UInt32](repeating: noIndex, count: buckets.count * 2)
      for index in nodes.indices { insert(UInt32(index)) }
    }
    return index
  }

  private mutating func insert(_ index: UInt32) {
    var at = Int(truncatingIfNeeded: hashes[Int(index)]) & (buckets.count - 1)
    while buckets[at] != noIndex { at = (at + 1) & (buckets.count - 1) }
    buckets[at] = index
  }
}
