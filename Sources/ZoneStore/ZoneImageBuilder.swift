import DNSWire
import FlatMemory

/// Compiles records into a `ZoneImage`. Records come in any order; the zone has been checked before.
///
/// A builder shares nothing with others: several threads may each have one.
public struct ZoneImageBuilder: ~Copyable {
  /// A record; its RDATA are in `source`.
  private struct PendingRecord: BitwiseCopyable {
    var node: UInt32
    var ttl: UInt32
    var rdataOffset: UInt32
    var rdataLength: UInt16
    var type: UInt16
  }

  /// A zone whose names and data, in the form in which they are served, have 4 GiB or more.
  public struct TooLarge: Error {}

  private let source: [UInt8]
  private let maximumOctets: Int
  private var names: NameTable
  private let apex: UInt32
  private let apexLabelCount: Int
  private var records = TableBuilder<PendingRecord>()
  private var lastOwner: (start: Int, node: UInt32)?
  private var steers: [UInt32: UInt32] = [:]
  private var timelines: [UInt32: UInt16] = [:]
  /// The nodes that the RDATA of each RRset point to, RRset by RRset, their number in front of them.
  private var targets = TableBuilder<UInt32>()

  /// A builder for the zone at `apex`, whose records have their names and RDATA in `source`.
  public init(
    apex: DomainName, key: NameHashKey, source: [UInt8], maximumOctets: Int = Int(UInt32.max)
  ) {
    self.source = source
    self.maximumOctets = maximumOctets
    names = NameTable(key: key, maximumOctets: maximumOctets)
    self.apex = names.intern(apex.wire, apex.wire.indices)
    apexLabelCount = apex.labels.count
    _ = names.markExisting(self.apex, below: self.apex)
  }

  /// Adds a record, by the places of its owner and RDATA in `source`: both in wire form, the names in RDATA
  /// uncompressed. One whose owner is not at or below the apex is left out.
  public mutating func add(
    owner: Range<Int>, type: RecordType, ttl: UInt32, rdata: Range<Int>
  ) {
    if lastOwner?.start != owner.lowerBound {
      let node = names.intern(source, owner)
      guard names.markExisting(node, below: apex) else { return }
      lastOwner = (owner.lowerBound, node)
    }
    guard let node = lastOwner?.node else { return }
    records.append(
      PendingRecord(
        node: node, ttl: ttl, rdataOffset: UInt32(rdata.lowerBound),
        rdataLength: UInt16(rdata.count), type: type.rawValue))
  }

  /// Makes `owner` a steered name.
  public mutating func steer(owner: DomainName, entry: UInt32) {
    let node = names.intern(owner.wire, owner.wire.indices)
    _ = names.markExisting(node, below: apex)
    steers[node] = entry
  }

  /// Lets `timeline` lower the TTL of the RRsets of `owner`, but for NS, SOA and DS.
  public mutating func migrate(owner: DomainName, timeline: UInt16) {
    timelines[names.intern(owner.wire, owner.wire.indices)] = timeline
  }

  /// A name's node, for what is not a record: the host names of pools.
  public mutating func intern(_ name: DomainName) -> UInt32 {
    names.intern(name.wire, name.wire.indices)
  }

  /// The compiled zone; nil where there is no SOA at the apex.
  public consuming func build() throws(TooLarge) -> ZoneStorage? {
    var rrsets = TableBuilder<RRset>()
    encodeRecords(into: &rrsets)
    if names.isFull || names.octets.count > maximumOctets { throw TooLarge() }
    records = TableBuilder()
    for (node, entry) in steers { names.nodes[Int(node)].steer = entry }
    settleAuthority(rrsets)
    settleWildcardTargets()
    settleTargets(&rrsets)
    let soa = rrset(.soa, at: apex, in: rrsets)
    guard let soa, rrsets[soa].layout == .twoNamesAndNumbers else { return nil }
    let numbers = Int(rrsets[soa].dataOffset) + 8
    let minimum = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(names.octets[numbers + 16 + $1]) }
    let negativeTTL = min(minimum, rrsets[soa].ttl)
    let arena = Arena()
    let buckets = arena.table(names.existingBuckets())
    let nodeMask = names.nodeMask
    return ZoneStorage(
      image: ZoneImage(
        nodes: arena.table(names.takeNodes()), rrsets: arena.table(rrsets),
        octets: arena.table(names.takeOctets()), targets: arena.table(targets), buckets: buckets,
        nodeMask: nodeMask, apex: apex, apexLabelCount: apexLabelCount, soa: UInt32(soa),
        negativeTTL: negativeTTL),
      arena: arena)
  }

  private func rrset(
    _ type: RecordType, at node: UInt32, in rrsets: borrowing TableBuilder<RRset>
  ) -> Int? {
    let node = names.nodes[Int(node)]
    let first = Int(node.firstRRset)
    for index in first..<(first + Int(node.rrsetCount)) where rrsets[index].type == type.rawValue {
      return index
    }
    return nil
  }

  // MARK: RRsets

  /// The records, those of a node together and in the order in which they were added: a counting sort.
  private func recordsByNode() -> TableBuilder<UInt32> {
    var ends = TableBuilder<UInt32>(repeating: 0, count: names.nodes.count)
    for index in 0..<records.count { ends[Int(records[index].node)] += 1 }
    var sum: UInt32 = 0
    for node in 0..<ends.count {
      let count = ends[node]
      ends[node] = sum
      sum += count
    }
    var order = TableBuilder<UInt32>(repeating: 0, count: records.count)
    for index in 0..<records.count {
      let node = Int(records[index].node)
      order[Int(ends[node])] = UInt32(index)
      ends[node] += 1
    }
    return order
  }

  /// Makes the RRsets of every node, in the order of their types.
  private mutating func encodeRecords(into rrsets: inout TableBuilder<RRset>) {
    var order = recordsByNode()
    // The type in the upper half, and the record in the lower, so that sorting keeps the order of the file.
    var keys: [UInt64] = []
    var at = 0
    while at < order.count {
      let node = records[Int(order[at])].node
      keys.removeAll(keepingCapacity: true)
      var isSorted = true
      var end = at
      while end < order.count {
        let record = records[Int(order[end])]
        guard record.node == node else { break }
        let key = UInt64(record.type) << 32 | UInt64(order[end])
        if let last = keys.last, last > key { isSorted = false }
        keys.append(key)
        end += 1
      }
      if !isSorted {
        keys.sort()
        for (index, key) in keys.enumerated() {
          order[at + index] = UInt32(truncatingIfNeeded: key)
        }
      }
      let first = rrsets.count
      var start = 0
      while start < keys.count {
        var next = start + 1
        while next < keys.count, keys[next] >> 32 == keys[start] >> 32 { next += 1 }
        rrsets.append(encode(order, (at + start)..<(at + next)))
        start = next
      }
      names.nodes[Int(node)].firstRRset = UInt32(first)
      names.nodes[Int(node)].rrsetCount = UInt16(rrsets.count - first)
      at = end
    }
  }

  /// Encodes the records of one RRset and notes which names its RDATA point to.
  private mutating func encode(
    _ order: borrowing TableBuilder<UInt32>, _ range: Range<Int>
  ) -> RRset {
    let first = records[Int(order[range.lowerBound])]
    let type = RecordType(rawValue: first.type)
    var layout = RRset.Layout(type)
    var ttl = first.ttl
    for index in range {
      let record = records[Int(order[index])]
      ttl = min(ttl, record.ttl)
      if layout != .whole, !layout.fits(source[place(of: record)], of: type) { layout = .whole }
    }
    let listed = targets.count
    targets.append(0)
    if layout != .address {
      for index in range { internNames(in: records[Int(order[index])], layout) }
    }
    // Names stand in the same octets, so none may come in between.
    let start = names.octets.count
    var pointed = listed + 1
    let source = source
    for index in range {
      let record = records[Int(order[index])]
      let octets = source.span.extracting(place(of: record))
      switch layout {
      case .whole:
        names.octets.append(bigEndian: 0xC00C as UInt16)
        names.octets.append(bigEndian: first.type)
        names.octets.append(bigEndian: 1 as UInt16)
        names.octets.append(bigEndian: ttl)
        names.octets.append(bigEndian: record.rdataLength)
        names.octets.append(octets)
      case .address:
        names.octets.append(octets)
      case .name:
        names.octets.append(node: targets[pointed])
        pointed += 1
      case .preferenceAndName:
        names.octets.append(octets.extracting(first: 2))
        names.octets.append(node: targets[pointed])
        pointed += 1
      case .twoNamesAndNumbers:
        names.octets.append(node: targets[pointed])
        names.octets.append(node: targets[pointed + 1])
        names.octets.append(octets.extracting(last: 20))
        pointed += 2
      }
    }
    // Nothing is added to an answer for the sake of a CNAME or SOA.
    let hasTargets =
      targets.count > listed + 1 && type != .cname && layout != .twoNamesAndNumbers
    if hasTargets {
      targets[listed] = UInt32(targets.count - listed - 1)
    } else {
      targets.removeLast(targets.count - listed)
    }
    let isMovable = type != .ns && type != .soa && type != .ds
    return RRset(
      dataOffset: UInt32(truncatingIfNeeded: start), dataLength: names.octets.count - start,
      ttl: ttl,
      firstTarget: hasTargets ? UInt32(listed) : noIndex, type: first.type,
      recordCount: range.count,
      timeline: isMovable ? timelines[first.node] ?? UInt16.max : UInt16.max, layout: layout)
  }

  /// Adds to `targets` the nodes of the names in a record's RDATA.
  private mutating func internNames(in record: PendingRecord, _ layout: RRset.Layout) {
    let octets = source[place(of: record)]
    switch layout {
    case .whole:
      if let name = nameInside(octets, of: record) { targets.append(name) }
    case .address: break
    case .name:
      targets.append(names.intern(source, octets.indices))
    case .preferenceAndName:
      targets.append(names.intern(source, octets.dropFirst(2).indices))
    case .twoNamesAndNumbers:
      let primary = nameLength(octets) ?? 1
      targets.append(names.intern(source, octets.prefix(primary).indices))
      targets.append(
        names.intern(source, octets.dropFirst(primary).dropLast(20).indices))
    }
  }

  /// The target of an SRV (RFC 2782) or SVCB or HTTPS (RFC 9460 §2.1) record.
  private mutating func nameInside(
    _ octets: ArraySlice<UInt8>, of record: PendingRecord
  ) -> UInt32? {
    let type = RecordType(rawValue: record.type)
    let skip = type == .srv ? 6 : type == .svcb || type == .https ? 2 : 0
    guard skip > 0, octets.count > skip else { return nil }
    let rest = octets.dropFirst(skip)
    guard let length = nameLength(rest) else { return nil }
    if length == 1 { return type == .srv ? nil : record.node }
    return names.intern(source, rest.prefix(length).indices)
  }

  private func place(of record: PendingRecord) -> Range<Int> {
    Int(record.rdataOffset)..<(Int(record.rdataOffset) + Int(record.rdataLength))
  }

  // MARK: What hangs on other names

  /// Works out cuts, DNAMEs, wildcards and what they take authority from. A parent stands before its
  /// children, so one pass does.
  private mutating func settleAuthority(_ rrsets: borrowing TableBuilder<RRset>) {
    for index in 0..<names.nodes.count where names.nodes[index].flags.contains(.exists) {
      var node = names.nodes[index]
      for position in Int(node.firstRRset)..<(Int(node.firstRRset) + Int(node.rrsetCount)) {
        let type = rrsets[position].type
        if type == RecordType.ns.rawValue, index != Int(apex) { node.flags.insert(.isCut) }
        if type == RecordType.dname.rawValue { node.flags.insert(.hasDNAME) }
        if type == RecordType.cname.rawValue { node.flags.insert(.hasCNAME) }
      }
      if index != Int(apex) {
        let parent = names.nodes[Int(node.parent)]
        if parent.barrier != noIndex {
          node.barrier = parent.barrier
        } else if parent.flags.contains(.hasDNAME) {
          node.barrier = node.parent
        } else if node.flags.contains(.isCut) {
          node.barrier = UInt32(index)
        }
        if names.isWildcard(index) { names.nodes[Int(node.parent)].wildcard = UInt32(index) }
      }
      names.nodes[index].flags = node.flags
      names.nodes[index].barrier = node.barrier
    }
  }

  /// Gives a target that does not exist the RRsets of the wildcard that covers it (RFC 1034 §4.3.3), so that
  /// its addresses go with a referral as those of other targets do (RFC 1034 §4.3.2, 3b and 6).
  private mutating func settleWildcardTargets() {
    var at = 0
    var end = 0
    while at < targets.count {
      defer { at += 1 }
      if at == end {
        end = at + 1 + Int(targets[at])
        continue
      }
      let target = targets[at]
      if names.nodes[Int(target)].flags.contains(.exists) { continue }
      var encloser = names.nodes[Int(target)]
      while encloser.nameLength > 1, !encloser.flags.contains(.exists) {
        encloser = names.nodes[Int(encloser.parent)]
      }
      guard encloser.flags.isDisjoint(with: .hasDNAME), encloser.barrier == noIndex,
        encloser.wildcard != noIndex
      else { continue }
      let wildcard = names.nodes[Int(encloser.wildcard)]
      names.nodes[Int(target)].firstRRset = wildcard.firstRRset
      names.nodes[Int(target)].rrsetCount = wildcard.rrsetCount
      names.nodes[Int(target)].steer = wildcard.steer
    }
  }

  /// Keeps of each RRset's targets those that have addresses here; in-domain glue comes first. RRsets have
  /// the order of their nodes, so what is kept moves to the front of the table.
  private mutating func settleTargets(_ rrsets: inout TableBuilder<RRset>) {
    var end = 0
    for index in 0..<names.nodes.count where names.nodes[index].flags.contains(.exists) {
      let node = names.nodes[index]
      for position in Int(node.firstRRset)..<(Int(node.firstRRset) + Int(node.rrsetCount)) {
        var rrset = rrsets[position]
        guard rrset.firstTarget != noIndex else { continue }
        let isReferral = rrset.type == RecordType.ns.rawValue && node.flags.contains(.isCut)
        let first = Int(rrset.firstTarget) + 1
        var kept: [UInt32] = []
        for place in first..<(first + Int(targets[first - 1])) {
          let target = targets[place]
          let candidate = names.nodes[Int(target)]
          if candidate.steer == noIndex, isReferral || candidate.barrier == noIndex,
            self.rrset(.a, at: target, in: rrsets) != nil
              || self.rrset(.aaaa, at: target, in: rrsets) != nil
          {
            kept.append(target)
          }
        }
        if isReferral {
          kept =
            kept.filter { names.nodes[Int($0)].barrier == UInt32(index) }
            + kept.filter { names.nodes[Int($0)].barrier != UInt32(index) }
        }
        rrset.firstTarget = kept.isEmpty ? noIndex : UInt32(end)
        rrsets[position] = rrset
        if kept.isEmpty { continue }
        for target in [UInt32(kept.count)] + kept {
          targets[end] = target
          end += 1
        }
      }
    }
    targets.removeLast(targets.count - end)
  }
}

extension TableBuilder where Element == UInt8 {
  /// Adds the index of a node, as `ZoneImage.nodeIndex` reads it.
  fileprivate mutating func append(node: UInt32) { append(bigEndian: node.byteSwapped) }
}

extension RRset.Layout {
  /// Whether RDATA, which may have been written as `\#` octets (RFC 3597 §5), have this layout.
  fileprivate func fits(_ rdata: ArraySlice<UInt8>, of type: RecordType) -> Bool {
    switch self {
    case .whole: return true
    case .address: return rdata.count == (type == .a ? 4 : 16)
    case .name: return nameLength(rdata) == rdata.count
    case .preferenceAndName:
      return rdata.count > 2 && nameLength(rdata.dropFirst(2)) == rdata.count - 2
    case .twoNamesAndNumbers:
      guard rdata.count > 20, let first = nameLength(rdata.dropLast(20)) else { return false }
      let rest = rdata.dropFirst(first).dropLast(20)
      return !rest.isEmpty && nameLength(rest) == rest.count
    }
  }
}

/// How many octets the uncompressed name at the start of `octets` has; nil where there is none.
private func nameLength(_ octets: ArraySlice<UInt8>) -> Int? {
  var at = octets.startIndex
  while at < octets.endIndex, octets[at] != 0 {
    guard octets[at] <= 63 else { return nil }
    at += Int(octets[at]) + 1
  }
  guard at < octets.endIndex, at - octets.startIndex < 255 else { return nil }
  return at + 1 - octets.startIndex
}
