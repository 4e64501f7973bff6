import DNSWire
import FlatMemory

/// Compiles records into a `ZoneImage`. Records come in any order; the zone has been checked before.
public struct ZoneImageBuilder: ~Copyable {
  private struct PendingRecord {
    var node: UInt32
    var type: UInt16
    var order: UInt32
    var ttl: UInt32
    var rdataOffset: Int
    var rdataLength: Int
  }

  private var names: NameTable
  private let apex: UInt32
  private let apexLabelCount: Int
  private var records: [PendingRecord] = []
  private var rdata: [UInt8] = []
  private var steers: [UInt32: UInt32] = [:]
  private var timelines: [UInt32: UInt16] = [:]

  /// A builder for the zone at `apex`.
  public init(apex: DomainName, key: NameHashKey) {
    names = NameTable(key: key)
    self.apex = names.intern(apex.wire[...])
    apexLabelCount = apex.labels.count
    names.markExisting(self.apex, below: self.apex)
  }

  /// Adds a record. `owner` and `rdata` are in wire form, the names in `rdata` uncompressed.
  public mutating func add(
    owner: ArraySlice<UInt8>, type: RecordType, ttl: UInt32, rdata octets: ArraySlice<UInt8>
  ) {
    let node = names.intern(owner)
    names.markExisting(node, below: apex)
    records.append(
      PendingRecord(
        node: node, type: type.rawValue, order: UInt32(records.count), ttl: ttl,
        rdataOffset: rdata.count, rdataLength: octets.count))
    rdata += octets
  }

  /// Makes `owner` a steered name.
  public mutating func steer(owner: DomainName, entry: UInt32) {
    let node = names.intern(owner.wire[...])
    names.markExisting(node, below: apex)
    steers[node] = entry
  }

  /// Lets `timeline` lower the TTL of the RRsets of `owner`, but for NS, SOA and DS.
  public mutating func migrate(owner: DomainName, timeline: UInt16) {
    timelines[names.intern(owner.wire[...])] = timeline
  }

  /// A name's node, for what is not a record: the host names of pools.
  public mutating func intern(_ name: DomainName) -> UInt32 { names.intern(name.wire[...]) }

  /// The compiled zone; nil where there is no SOA at the apex.
  public consuming func build() -> ZoneStorage? {
    records.sort { ($0.node, $0.type, $0.order) < ($1.node, $1.type, $1.order) }
    var rrsets: [RRset] = []
    var targetsOf: [[UInt32]] = []
    var data: [UInt8] = []
    var at = 0
    while at < records.count {
      var end = at
      while end < records.count, records[end].node == records[at].node,
        records[end].type == records[at].type
      { end += 1 }
      var targets: [UInt32] = []
      rrsets.append(encode(at..<end, into: &data, targets: &targets))
      targetsOf.append(targets)
      let node = records[at].node
      if names.nodes[Int(node)].rrsetCount == 0 {
        names.nodes[Int(node)].firstRRset = UInt32(rrsets.count - 1)
      }
      names.nodes[Int(node)].rrsetCount += 1
      at = end
    }
    for (node, entry) in steers { names.nodes[Int(node)].steer = entry }
    settleAuthority(rrsets)
    settleWildcardTargets(targetsOf)
    let targets = settleTargets(&rrsets, targetsOf, data)
    let nameOctets = names.octets.count
    for index in rrsets.indices { rrsets[index].dataOffset += UInt32(nameOctets) }
    guard let soa = rrset(.soa, at: apex, in: rrsets),
      rrsets[soa].layout == .twoNamesAndNumbers
    else { return nil }
    let arena = Arena()
    let octets = arena.table(names.octets + data)
    let numbers = Int(rrsets[soa].dataOffset) + 8
    let minimum = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(octets[numbers + 16 + $1]) }
    return ZoneStorage(
      image: ZoneImage(
        nodes: arena.table(names.nodes), rrsets: arena.table(rrsets), octets: octets,
        targets: arena.table(targets), buckets: arena.table(names.existingBuckets()), apex: apex,
        apexLabelCount: apexLabelCount, soa: UInt32(soa),
        negativeTTL: min(minimum, rrsets[soa].ttl)),
      arena: arena)
  }

  private func rrset(_ type: RecordType, at node: UInt32, in rrsets: [RRset]) -> Int? {
    let node = names.nodes[Int(node)]
    let first = Int(node.firstRRset)
    return (first..<(first + Int(node.rrsetCount))).first { rrsets[$0].type == type.rawValue }
  }

  /// Encodes the records of one RRset and says which names its RDATA point to.
  private mutating func encode(
    _ range: Range<Int>, into data: inout [UInt8], targets: inout [UInt32]
  ) -> RRset {
    let first = records[range.lowerBound]
    let type = RecordType(rawValue: first.type)
    let ttl = records[range].reduce(first.ttl) { min($0, $1.ttl) }
    let movable = type != .ns && type != .soa && type != .ds
    let layout =
      records[range].allSatisfy { RRset.Layout(type).fits(rdata(of: $0)) }
      ? RRset.Layout(type) : .whole
    var result = RRset(
      dataOffset: UInt32(data.count), dataLength: 0, ttl: ttl, firstTarget: 0, type: first.type,
      recordCount: UInt16(range.count), targetCount: 0,
      timeline: movable ? timelines[first.node] ?? UInt16.max : UInt16.max, layout: layout)
    for record in records[range] {
      let octets = rdata(of: record)
      switch result.layout {
      case .whole:
        data += [0xC0, 0x0C]
        appendBigEndian(first.type, to: &data)
        appendBigEndian(UInt16(1), to: &data)
        appendBigEndian(ttl, to: &data)
        appendBigEndian(UInt16(octets.count), to: &data)
        data += octets
        if let name = nameInside(octets, of: type, owner: first.node) { targets.append(name) }
      case .name:
        let name = names.intern(octets)
        appendIndex(name, to: &data)
        targets.append(name)
      case .preferenceAndName:
        data += octets.prefix(2)
        let name = names.intern(octets.dropFirst(2))
        appendIndex(name, to: &data)
        targets.append(name)
      case .twoNamesAndNumbers:
        let primary = nameLength(octets) ?? 1
        appendIndex(names.intern(octets.prefix(primary)), to: &data)
        appendIndex(names.intern(octets.dropFirst(primary).dropLast(20)), to: &data)
        data += octets.suffix(20)
      }
    }
    result.dataLength = UInt32(data.count) - result.dataOffset
    if type == .cname { targets = [] }
    return result
  }

  /// The target of an SRV (RFC 2782) or SVCB or HTTPS (RFC 9460 §2.1) record.
  private mutating func nameInside(
    _ octets: ArraySlice<UInt8>, of type: RecordType, owner: UInt32
  ) -> UInt32? {
    let skip = type == .srv ? 6 : type == .svcb || type == .https ? 2 : 0
    guard skip > 0, octets.count > skip else { return nil }
    let rest = octets.dropFirst(skip)
    guard let length = nameLength(rest) else { return nil }
    let name = rest.prefix(length)
    if name.count == 1 { return type == .srv ? nil : owner }
    return names.intern(name)
  }

  private func rdata(of record: PendingRecord) -> ArraySlice<UInt8> {
    rdata[record.rdataOffset..<(record.rdataOffset + record.rdataLength)]
  }

  /// Works out cuts, DNAMEs, wildcards and what they take authority from. A parent stands before its
  /// children, so one pass does.
  private mutating func settleAuthority(_ rrsets: [RRset]) {
    for index in names.nodes.indices where names.nodes[index].flags.contains(.exists) {
      var node = names.nodes[index]
      for rrset in rrsets[Int(node.firstRRset)..<(Int(node.firstRRset) + Int(node.rrsetCount))] {
        if rrset.type == RecordType.ns.rawValue, index != Int(apex) { node.flags.insert(.isCut) }
        if rrset.type == RecordType.dname.rawValue { node.flags.insert(.hasDNAME) }
        if rrset.type == RecordType.cname.rawValue { node.flags.insert(.hasCNAME) }
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
  private mutating func settleWildcardTargets(_ targetsOf: [[UInt32]]) {
    for target in targetsOf.joined() where !names.nodes[Int(target)].flags.contains(.exists) {
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

  /// Keeps of each RRset's targets those that have addresses here; in-domain glue comes first.
  private mutating func settleTargets(
    _ rrsets: inout [RRset], _ targetsOf: [[UInt32]], _ data: [UInt8]
  ) -> [UInt32] {
    var all: [UInt32] = []
    for index in names.nodes.indices where names.nodes[index].flags.contains(.exists) {
      let node = names.nodes[index]
      for position in Int(node.firstRRset)..<(Int(node.firstRRset) + Int(node.rrsetCount)) {
        let isReferral =
          rrsets[position].type == RecordType.ns.rawValue && node.flags.contains(.isCut)
        var kept = targetsOf[position].filter { target in
          let candidate = names.nodes[Int(target)]
          return candidate.steer == noIndex
            && (isReferral || candidate.barrier == noIndex)
            && (rrset(.a, at: target, in: rrsets) != nil
              || rrset(.aaaa, at: target, in: rrsets) != nil)
        }
        if isReferral {
          kept =
            kept.filter { names.nodes[Int($0)].barrier == UInt32(index) }
            + kept.filter { names.nodes[Int($0)].barrier != UInt32(index) }
        }
        rrsets[position].firstTarget = UInt32(all.count)
        rrsets[position].targetCount = UInt16(clamping: kept.count)
        all += kept.prefix(Int(UInt16.max))
      }
    }
    return all
  }
}

extension RRset.Layout {
  /// Whether RDATA, which may have been written as `\#` octets (RFC 3597 §5), have this layout.
  fileprivate func fits(_ rdata: ArraySlice<UInt8>) -> Bool {
    switch self {
    case .whole: return true
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

private func appendBigEndian(_ value: some FixedWidthInteger, to data: inout [UInt8]) {
  var shift = value.bitWidth
  while shift > 0 {
    shift -= 8
    data.append(UInt8(truncatingIfNeeded: value >> shift))
  }
}

private func appendIndex(_ value: UInt32, to data: inout [UInt8]) {
  for shift in stride(from: 0, to: 32, by: 8) {
    data.append(UInt8(truncatingIfNeeded: value >> UInt32(shift)))
  }
}
