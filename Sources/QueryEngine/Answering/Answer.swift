import Addresses
import DNSWire
import FlatMemory
import Migration
import Steering
import ZoneStore

/// One query on its way through the zones: the algorithm of RFC 1034 §4.3.2. There is one of it for a query and
/// it is never copied: what is called with it mutates it, as else the compiler hands a copy over.
struct Answer: ~Copyable {
  let context: QueryContext
  let worker: QueryWorker
  let snapshot: Snapshot
  var question = Question()
  var response: Response

  /// The ECS scope prefix length of the answer.
  var scope = 0

  /// Where the name that is looked up now stands in the message.
  var ownerOffset = Header.length
  private var hops = 0
  private var zoneIndex = noIndex
  /// The zone and the node that answered the name asked for, and whether with a referral.
  private(set) var firstZone = noIndex
  private(set) var source = noIndex
  private(set) var isReferral = false

  init(
    context: QueryContext, worker: QueryWorker, snapshot: Snapshot, writer: PacketWriter
  ) {
    self.context = context
    self.worker = worker
    self.snapshot = snapshot
    response = Response(writer: writer, compression: worker.compression)
  }

  /// Whether the walk goes on with the name that `worker.name` now holds.
  enum Step {
    case done, follow
  }

  /// Answers the question.
  @inline(__always)
  mutating func run() {
    if question.recordClass == RecordClass.chaos { return answerChaos() }
    if let code = question.refusal {
      response.code = code
      response.extendedError = .notSupported
      return
    }
    var step = Step.follow
    while step == .follow {
      guard worker.chain.enter(worker.name.hash(ofSuffix: 0), count: hops) else { return }
      let found = findZone()
      guard found != noIndex else {
        if hops == 0 {
          response.code = .refused
          response.extendedError = .notAuthoritative
        }
        return
      }
      if hops > 0, found != zoneIndex { response.forgetNames() }
      let isFirst = hops == 0
      zoneIndex = found
      if isFirst { firstZone = found }
      hops += 1
      step = lookUp(in: snapshot.zone(found), isFirst: isFirst)
    }
  }

  /// The zone to answer from. The DS of an apex is its parent's business (RFC 4035 §3.1.4.1).
  @inline(__always)
  private mutating func findZone() -> UInt32 {
    let zone = snapshot.catalogue.find(worker.name, from: 0)
    if question.type == .ds, zone != noIndex, worker.name.labelCount > 0,
      snapshot.zone(zone).value.image.apexLabelCount == worker.name.labelCount
    {
      let parent = snapshot.catalogue.find(worker.name, from: 1)
      if parent != noIndex { return parent }
    }
    return zone
  }

  @inline(__always)
  private mutating func lookUp(in zone: Placed<ServedZone>, isFirst: Bool) -> Step {
    let name = worker.name
    var suffix = 0
    var index = zone.value.image.find(name, suffix: 0)
    if index == noIndex {
      (suffix, index) = closestEncloser(in: zone)
      guard index != noIndex else { return .done }
    }
    let isExact = suffix == 0
    if isFirst {
      response.note(index, endingAt: ownerOffset + name.length - 1)
      response.isAuthoritative = true
    } else if isExact {
      response.note(index, at: ownerOffset)
    }
    let node = zone.value.image.nodes[index]
    if node.barrier != noIndex {
      let barrier = zone.value.image.nodes[node.barrier]
      if !barrier.flags.contains(.isCut)
        || node.barrier != index && barrier.flags.contains(.hasDNAME)
      {
        return follow(dname: node.barrier, in: zone)
      }
      guard isExact, node.barrier == index, question.type == .ds else {
        refer(to: node.barrier, in: zone, isFirst: isFirst)
        return .done
      }
    }
    if !isExact {
      if node.flags.contains(.hasDNAME) { return follow(dname: index, in: zone) }
      index = node.wildcard
      guard index != noIndex else {
        response.code = .nameError
        appendSOA(in: zone, ttlLimit: UInt32.max)
        return .done
      }
    }
    return answer(from: index, in: zone)
  }

  /// The first label of the closest encloser (RFC 4592 §3.3.1) and its node. Ancestors of names that exist exist,
  /// so halving finds it in at most seven look-ups.
  private mutating func closestEncloser(in zone: Placed<ServedZone>) -> (label: Int, node: UInt32) {
    var missing = 0
    var present = worker.name.labelCount - zone.value.image.apexLabelCount
    var found = zone.value.image.apex
    while present - missing > 1 {
      let middle = (missing + present) / 2
      let node = zone.value.image.find(worker.name, suffix: middle)
      if node == noIndex {
        missing = middle
      } else {
        present = middle
        found = node
      }
    }
    return (present, found)
  }

  /// Answers with what `source`, the name itself or a wildcard, owns.
  @inline(__always)
  private mutating func answer(from source: UInt32, in zone: Placed<ServedZone>) -> Step {
    if hops == 1 { self.source = source }
    let steer = zone.value.image.nodes[source].steer
    if steer != noIndex {
      let entry = zone.value.steering.value.entries.place(at: Int(steer))
      if entry.value.canYieldCNAME || question.asksForAddress {
        return self.steer(entry, at: source, in: zone)
      }
    }
    return answerPlainly(from: source, in: zone, ttlLimit: UInt32.max)
  }

  /// Answers with the plain records of a node, their TTLs at most `ttlLimit`.
  mutating func answerPlainly(
    from index: UInt32, in zone: Placed<ServedZone>, ttlLimit: UInt32
  ) -> Step {
    let node = zone.value.image.nodes.place(at: Int(index))
    // ANY gets one RRset (RFC 8482 §4.1).
    let rrset =
      question.type == .any && node.value.rrsetCount > 0
      ? node.value.firstRRset : zone.value.image.rrset(question.type.rawValue, at: node.value)
    guard rrset != noIndex else {
      // RRSIG and NSEC may stand beside a CNAME (RFC 4035 §2.5).
      if node.value.flags.contains(.hasCNAME) {
        return follow(cnameOf: node.value, in: zone, ttlLimit: ttlLimit)
      }
      appendSOA(in: zone, ttlLimit: ttlLimit)
      return .done
    }
    guard
      zone.value.image.rrsets[rrset].type != RecordType.dname.rawValue || isNew(dname: rrset),
      append(rrset, in: zone, owner: .offset(ownerOffset), ttlLimit: ttlLimit, to: .answer)
    else { return .done }
    if zone.value.image.rrsets[rrset].firstTarget != noIndex {
      appendTargets(of: rrset, in: zone, referral: noIndex)
    }
    return .done
  }

  /// Appends an RRset, its TTL as the migrations say; sets TC and returns false where it does not fit.
  private mutating func append(
    _ index: UInt32, in zone: Placed<ServedZone>, owner: Response.Owner, ttlLimit: UInt32,
    to section: Response.Section
  ) -> Bool {
    let rrset = zone.value.image.rrsets[index]
    let ttl = min(ttlLimit, ttl(rrset.ttl, timeline: rrset.timeline, in: zone))
    if response.append(index, in: zone, owner: owner, ttl: ttl, to: section) { return true }
    response.isTruncated = true
    return false
  }

  /// A TTL as a migration lowers it.
  @inline(__always)
  mutating func ttl(_ normal: UInt32, timeline: UInt16, in zone: Placed<ServedZone>) -> UInt32 {
    timeline == UInt16.max ? normal : lowered(normal, timeline: timeline, in: zone)
  }

  private mutating func lowered(
    _ normal: UInt32, timeline: UInt16, in zone: Placed<ServedZone>
  ) -> UInt32 {
    zone.value.timelines[Int(timeline)].ttl(
      normal: normal, now: context.now, spread: context.peer.networkHash)
  }

  private mutating func follow(
    cnameOf node: Node, in zone: Placed<ServedZone>, ttlLimit: UInt32
  ) -> Step {
    let index = zone.value.image.rrset(RecordType.cname.rawValue, at: node)
    guard append(index, in: zone, owner: .offset(ownerOffset), ttlLimit: ttlLimit, to: .answer)
    else { return .done }
    let data = Int(zone.value.image.rrsets[index].dataOffset)
    return go(to: zone.value.image.nodeIndex(data), in: zone)
  }

  /// Goes on with the name of `target`, which has just been written as RDATA.
  mutating func go(to target: UInt32, in zone: Placed<ServedZone>) -> Step {
    let node = zone.value.image.nodes[target]
    ownerOffset = response.nameOffset
    unsafe worker.name.load(
      zone.value.image.octets.octets(Int(node.nameOffset), Int(node.nameLength)),
      key: snapshot.key)
    return .follow
  }

  /// Whether the DNAME RRset `index` is not in the answer yet: no record comes twice (RFC 2181 §5).
  private mutating func isNew(dname index: UInt32) -> Bool {
    worker.chain.enter(dname: UInt64(zoneIndex) << 32 | UInt64(index), count: hops - 1)
  }

  /// Answers with a DNAME and the CNAME that follows from it (RFC 6672 §3.1).
  private mutating func follow(dname owner: UInt32, in zone: Placed<ServedZone>) -> Step {
    if hops == 1 { source = owner }
    let node = zone.value.image.nodes[owner]
    let index = zone.value.image.rrset(RecordType.dname.rawValue, at: node)
    let rrset = zone.value.image.rrsets[index]
    // A DNAME that leads to itself would grow the name each time: the rest is left to the resolver.
    guard isNew(dname: index),
      append(index, in: zone, owner: .node(owner), ttlLimit: UInt32.max, to: .answer)
    else { return .done }
    let prefix = worker.name.length - Int(node.nameLength)
    let suffix = Int(rrset.dataLength) - 12
    let suffixOffset = response.writer.count - suffix
    guard
      let target = unsafe worker.chain.join(
        UnsafeRawBufferPointer(start: worker.name.octets, count: prefix),
        zone.value.image.octets.octets(Int(rrset.dataOffset) + 12, suffix))
    else {
      response.code = .nameTooLong
      return .done
    }
    let mark = response.writer.count
    response.writer.append(0xC000 | UInt16(truncatingIfNeeded: ownerOffset))
    response.writer.append(RecordType.cname.rawValue)
    response.writer.append(UInt16(1))
    response.writer.append(ttl(rrset.ttl, timeline: rrset.timeline, in: zone))
    response.writer.append(UInt16(truncatingIfNeeded: prefix + 2))
    let offset = response.writer.count
    // The target ends as the DNAME's RDATA do, which have just been written.
    unsafe response.writer.append(UnsafeRawBufferPointer(rebasing: target[0..<prefix]))
    response.writer.append(0xC000 | UInt16(truncatingIfNeeded: suffixOffset))
    guard !response.writer.overflowed, ownerOffset < 0x4000, suffixOffset < 0x4000 else {
      response.cutBack(to: mark)
      response.isTruncated = true
      return .done
    }
    response.count(1, in: .answer)
    if question.type == .cname { return .done }
    ownerOffset = offset
    unsafe worker.name.load(target, key: snapshot.key)
    return .follow
  }

  /// Refers to the servers of the zone cut at `cut` (RFC 1034 §4.3.2, 3b).
  private mutating func refer(to cut: UInt32, in zone: Placed<ServedZone>, isFirst: Bool) {
    if isFirst {
      response.isAuthoritative = false
      isReferral = true
      source = cut
    }
    let servers = zone.value.image.rrset(
      RecordType.ns.rawValue, at: zone.value.image.nodes[cut])
    guard append(servers, in: zone, owner: .node(cut), ttlLimit: UInt32.max, to: .authority)
    else { return }
    appendTargets(of: servers, in: zone, referral: cut)
  }

  /// Appends the addresses of an RRset's targets. Glue in the domain of a referral has to be there, or TC
  /// (RFC 9471); all else only where it fits.
  private mutating func appendTargets(
    of index: UInt32, in zone: Placed<ServedZone>, referral cut: UInt32
  ) {
    let first = zone.value.image.rrsets[index].firstTarget
    guard first != noIndex else { return }
    var next = first &+ 1
    let end = next &+ zone.value.image.targets[first]
    while next < end {
      let target = zone.value.image.targets[next]
      guard append(address: .a, of: target, in: zone), append(address: .aaaa, of: target, in: zone)
      else {
        if cut != noIndex, zone.value.image.nodes[target].barrier == cut {
          response.isTruncated = true
        }
        return
      }
      next += 1
    }
  }

  private mutating func append(
    address type: RecordType, of target: UInt32, in zone: Placed<ServedZone>
  ) -> Bool {
    let index = zone.value.image.rrset(type.rawValue, at: zone.value.image.nodes[target])
    guard index != noIndex else { return true }
    let rrset = zone.value.image.rrsets[index]
    return response.append(
      index, in: zone, owner: .node(target),
      ttl: ttl(rrset.ttl, timeline: rrset.timeline, in: zone), to: .additional)
  }

  /// Appends the SOA of a negative answer (RFC 2308 §3), its TTL at most `ttlLimit`.
  mutating func appendSOA(in zone: Placed<ServedZone>, ttlLimit: UInt32) {
    if hops == 1, ttlLimit >= zone.value.image.negativeTTL {
      let soa = snapshot.catalogue.soas.place(at: Int(zoneIndex))
      let prefix = worker.name.length &- soa.value.apexLength
      if !response.append(soa, behind: prefix) { response.isTruncated = true }
      return
    }
    _ = append(
      zone.value.image.soa, in: zone, owner: .node(zone.value.image.apex),
      ttlLimit: min(ttlLimit, zone.value.image.negativeTTL), to: .authority)
  }
}

extension Question {
  /// Whether A or AAAA is asked for; ANY stands for them at a steered name.
  var asksForAddress: Bool { type == .a || type == .aaaa || type == .any }

  /// The response code of a question that no zone is asked for.
  var refusal: ResponseCode? {
    if recordClass != RecordClass.internet { return .refused }
    switch type {
    case .axfr, .ixfr: return .refused
    case .opt: return .formatError
    case RecordType(rawValue: 249), RecordType(rawValue: 250), RecordType(rawValue: 253),
      RecordType(rawValue: 254):
      return .notImplemented
    default: return nil
    }
  }
}

extension IPAddress {
  /// A uniform hash of the network (/24 or /56) that the address lies in; the same on every server.
  var networkHash: UInt32 {
    var generator = RandomGenerator(
      seed: isIPv4 ? low >> 8 : high >> 8 ^ 0x6A09_E667_F3BC_C908)
    return UInt32(truncatingIfNeeded: generator.next() >> 32)
  }
}
