import Addresses
import DNSWire
import Migration
import Steering
import ZoneStore

/// One query on its way through the zones: the algorithm of RFC 1034 §4.3.2.
struct Answer {
  let question: Question
  let context: QueryContext
  let worker: QueryWorker
  let snapshot: Snapshot
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
    question: Question, context: QueryContext, worker: QueryWorker, snapshot: Snapshot,
    response: Response
  ) {
    self.question = question
    self.context = context
    self.worker = worker
    self.snapshot = snapshot
    self.response = response
  }

  /// Whether the walk goes on with the name that `worker.name` now holds.
  enum Step {
    case done, follow
  }

  /// Answers the question.
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
  private func findZone() -> UInt32 {
    let zone = snapshot.catalogue.find(worker.name, from: 0)
    if question.type == .ds, zone != noIndex, worker.name.labelCount > 0,
      snapshot.zone(zone).image.apexLabelCount == worker.name.labelCount
    {
      let parent = snapshot.catalogue.find(worker.name, from: 1)
      if parent != noIndex { return parent }
    }
    return zone
  }

  private mutating func lookUp(in zone: ServedZone, isFirst: Bool) -> Step {
    let image = zone.image
    let name = worker.name
    var suffix = 0
    var index = image.find(name, suffix: 0)
    if index == noIndex {
      suffix = closestEncloser(in: image)
      index = image.find(name, suffix: suffix)
      guard index != noIndex else { return .done }
    }
    let isExact = suffix == 0
    if isFirst {
      response.note(index, endingAt: ownerOffset + name.length - 1, in: image)
      response.isAuthoritative = true
    } else if isExact {
      response.note(index, at: ownerOffset)
    }
    let node = image.nodes[index]
    if node.barrier != noIndex {
      let barrier = image.nodes[node.barrier]
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
    if isExact { return answer(from: index, in: zone) }
    if node.flags.contains(.hasDNAME) { return follow(dname: index, in: zone) }
    if node.wildcard != noIndex { return answer(from: node.wildcard, in: zone) }
    response.code = .nameError
    appendSOA(in: zone, ttlLimit: UInt32.max)
    return .done
  }

  /// The first label of the closest encloser (RFC 4592 §3.3.1). Ancestors of names that exist exist, so
  /// halving finds it in at most seven look-ups.
  private func closestEncloser(in image: ZoneImage) -> Int {
    var missing = 0
    var present = worker.name.labelCount - image.apexLabelCount
    while present - missing > 1 {
      let middle = (missing + present) / 2
      if image.find(worker.name, suffix: middle) == noIndex {
        missing = middle
      } else {
        present = middle
      }
    }
    return present
  }

  /// Answers with what `source`, the name itself or a wildcard, owns.
  private mutating func answer(from source: UInt32, in zone: ServedZone) -> Step {
    if hops == 1 { self.source = source }
    let node = zone.image.nodes[source]
    if node.steer != noIndex {
      let entry = zone.steering.entries[node.steer]
      if entry.canYieldCNAME || question.asksForAddress {
        return steer(entry, at: node, in: zone)
      }
    }
    return answerPlainly(from: node, in: zone, ttlLimit: UInt32.max)
  }

  /// Answers with the plain records of `node`, their TTLs at most `ttlLimit`.
  mutating func answerPlainly(
    from node: Node, in zone: ServedZone, ttlLimit: UInt32
  ) -> Step {
    let image = zone.image
    // RRSIG and NSEC may stand beside a CNAME (RFC 4035 §2.5).
    if node.flags.contains(.hasCNAME), question.type != .any,
      image.rrset(question.type.rawValue, at: node) == noIndex
    {
      return follow(
        cname: image.rrsets[image.rrset(RecordType.cname.rawValue, at: node)], in: zone,
        ttlLimit: ttlLimit)
    }
    // ANY gets one RRset (RFC 8482 §4.1).
    let index =
      question.type == .any && node.rrsetCount > 0
      ? node.firstRRset : image.rrset(question.type.rawValue, at: node)
    guard index != noIndex else {
      appendSOA(in: zone, ttlLimit: ttlLimit)
      return .done
    }
    let rrset = image.rrsets[index]
    guard rrset.type != RecordType.dname.rawValue || isNew(dname: index),
      append(rrset, in: zone, owner: .offset(ownerOffset), ttlLimit: ttlLimit, to: .answer)
    else { return .done }
    appendTargets(of: rrset, in: zone, referral: noIndex)
    return .done
  }

  /// Appends an RRset, its TTL as the migrations say; sets TC and returns false where it does not fit.
  private mutating func append(
    _ rrset: RRset, in zone: ServedZone, owner: Response.Owner, ttlLimit: UInt32,
    to section: Response.Section
  ) -> Bool {
    let ttl = min(ttlLimit, ttl(rrset.ttl, timeline: rrset.timeline, in: zone))
    if response.append(rrset, in: zone.image, owner: owner, ttl: ttl, to: section) { return true }
    response.isTruncated = true
    return false
  }

  /// A TTL as a migration lowers it.
  func ttl(_ normal: UInt32, timeline: UInt16, in zone: ServedZone) -> UInt32 {
    if timeline == UInt16.max { return normal }
    return zone.timelines[Int(timeline)].ttl(
      normal: normal, now: context.now, spread: context.peer.networkHash)
  }

  private mutating func follow(
    cname: RRset, in zone: ServedZone, ttlLimit: UInt32
  ) -> Step {
    guard append(cname, in: zone, owner: .offset(ownerOffset), ttlLimit: ttlLimit, to: .answer)
    else { return .done }
    return go(to: zone.image.nodeIndex(Int(cname.dataOffset)), in: zone)
  }

  /// Goes on with the name of `target`, which has just been written as RDATA.
  mutating func go(to target: UInt32, in zone: ServedZone) -> Step {
    let node = zone.image.nodes[target]
    ownerOffset = response.nameOffset
    unsafe worker.name.load(
      zone.image.octets.octets(Int(node.nameOffset), Int(node.nameLength)), key: snapshot.key)
    return .follow
  }

  /// Whether the DNAME RRset `index` is not in the answer yet: no record comes twice (RFC 2181 §5).
  private func isNew(dname index: UInt32) -> Bool {
    worker.chain.enter(dname: UInt64(zoneIndex) << 32 | UInt64(index), count: hops - 1)
  }

  /// Answers with a DNAME and the CNAME that follows from it (RFC 6672 §3.1).
  private mutating func follow(dname owner: UInt32, in zone: ServedZone) -> Step {
    if hops == 1 { source = owner }
    let image = zone.image
    let node = image.nodes[owner]
    let index = image.rrset(RecordType.dname.rawValue, at: node)
    let rrset = image.rrsets[index]
    // A DNAME that leads to itself would grow the name each time: the rest is left to the resolver.
    guard isNew(dname: index),
      append(rrset, in: zone, owner: .node(owner), ttlLimit: UInt32.max, to: .answer)
    else { return .done }
    let prefix = worker.name.length - Int(node.nameLength)
    let suffix = Int(rrset.dataLength) - 12
    let suffixOffset = response.writer.count - suffix
    guard
      let target = unsafe worker.chain.join(
        UnsafeRawBufferPointer(start: worker.name.octets, count: prefix),
        image.octets.octets(Int(rrset.dataOffset) + 12, suffix))
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
  private mutating func refer(to cut: UInt32, in zone: ServedZone, isFirst: Bool) {
    if isFirst {
      response.isAuthoritative = false
      isReferral = true
      source = cut
    }
    let image = zone.image
    let servers = image.rrsets[image.rrset(RecordType.ns.rawValue, at: image.nodes[cut])]
    guard append(servers, in: zone, owner: .node(cut), ttlLimit: UInt32.max, to: .authority)
    else { return }
    appendTargets(of: servers, in: zone, referral: cut)
  }

  /// Appends the addresses of an RRset's targets. Glue in the domain of a referral has to be there, or TC
  /// (RFC 9471); all else only where it fits.
  private mutating func appendTargets(of rrset: RRset, in zone: ServedZone, referral cut: UInt32) {
    let image = zone.image
    guard rrset.firstTarget != noIndex else { return }
    var index = rrset.firstTarget + 1
    let end = index + image.targets[rrset.firstTarget]
    while index < end {
      let target = image.targets[index]
      let node = image.nodes[target]
      guard append(address: .a, of: target, node, in: zone),
        append(address: .aaaa, of: target, node, in: zone)
      else {
        if cut != noIndex, node.barrier == cut { response.isTruncated = true }
        return
      }
      index += 1
    }
  }

  private mutating func append(
    address type: RecordType, of target: UInt32, _ node: Node, in zone: ServedZone
  ) -> Bool {
    let index = zone.image.rrset(type.rawValue, at: node)
    guard index != noIndex else { return true }
    let rrset = zone.image.rrsets[index]
    return response.append(
      rrset, in: zone.image, owner: .node(target),
      ttl: ttl(rrset.ttl, timeline: rrset.timeline, in: zone), to: .additional)
  }

  /// Appends the SOA of a negative answer (RFC 2308 §3), its TTL at most `ttlLimit`.
  mutating func appendSOA(in zone: ServedZone, ttlLimit: UInt32) {
    let image = zone.image
    _ = append(
      image.rrsets[image.soa], in: zone, owner: .node(image.apex),
      ttlLimit: min(ttlLimit, image.negativeTTL), to: .authority)
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
