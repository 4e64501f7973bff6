import Addresses
import DNSWire
import FlatMemory
import Steering
import ZoneStore

extension Answer {
  /// Answers for a steered name (zone language, "How an answer is chosen").
  mutating func steer(_ entry: SteerEntry, at node: Node, in zone: ServedZone) -> Step {
    worker.steering.journal?.note(
      .steered(entry: node.steer, poolBase: zone.bases.pool))
    let subnet = question.edns?.clientSubnet ?? ClientSubnet()
    let usesSubnet = zone.usesClientSubnet && subnet.isPresent && subnet.sourceLength > 0
    let client = usesSubnet ? subnet.address : context.peer
    let isIPv6 = question.type == .aaaa
    var resolver = Resolver(
      image: zone.steering, pools: snapshot.pools, bases: zone.bases, client: client,
      isIPv6: isIPv6, memory: worker.steering,
      watchesHealth: entry.minimumTTL < entry.maximumTTL)
    var pool = resolver.resolve(entry.policy)
    if pool == nil, entry.whenDown == .all {
      worker.steering.journal?.note(.ignoringHealth)
      resolver.ignoresHealth = true
      pool = resolver.resolve(entry.policy)
    }
    let longest = ttl(entry.maximumTTL, timeline: entry.timeline, in: zone)
    let untilChange = ttlUntilChange(entry, resolver.soonestChange)
    var ttl = min(longest, untilChange)
    worker.steering.journal?.note(
      .ttl(written: entry.maximumTTL, now: longest, untilChange: untilChange))
    guard let pool else {
      worker.steering.journal?.note(.nothingUp)
      scope = max(scope, usesSubnet ? resolver.scope : 0)
      return answerWithNothingUp(entry, at: node, in: zone, ttl: min(ttl, entry.minimumTTL))
    }
    worker.steering.journal?.note(.picked(pool))
    let limit = snapshot.pools.ttlLimit(pool)
    if limit < ttl {
      ttl = limit
      worker.steering.journal?.note(.ttlLimit(limit))
    }
    let picking = snapshot.pools.picking(pool)
    var found = usesSubnet ? resolver.scope : 0
    if usesSubnet, picking.selection == .hash {
      found = max(found, picking.network.length(for: client))
    }
    let wheel = zone.bases.wheel(
      zone.steering.policies.count + pool - zone.bases.pool, isIPv6: isIPv6)
    let hosts = snapshot.pools.hosts(pool, ignoringHealth: resolver.ignoresHealth)
    if hosts.nodes.count > 0 {
      scope = max(scope, found)
      var order = TargetOrder(
        hosts.tables, picking.selection, answers: 1, wheel: wheel, client: client,
        network: picking.network, memory: worker.steering)
      return answer(cname: hosts.nodes[order.next()], ttl: ttl, in: zone)
    }
    guard question.asksForAddress else {
      return answerPlainly(from: node, in: zone, ttlLimit: ttl)
    }
    var addresses = snapshot.pools.addresses(
      pool, isIPv6: isIPv6, ignoringHealth: resolver.ignoresHealth)
    if addresses.count == 0, question.type == .any {
      addresses = snapshot.pools.addresses(
        pool, isIPv6: true, ignoringHealth: resolver.ignoresHealth)
    }
    guard addresses.count > 0 else {
      // NODATA carries scope 0: the families of a name's pools should not differ.
      appendSOA(in: zone, ttlLimit: ttl)
      return .done
    }
    scope = max(scope, found)
    let answers = min(Int(picking.answers), addresses.count)
    let order = TargetOrder(
      addresses.tables, picking.selection, answers: answers, wheel: wheel, client: client,
      network: picking.network, memory: worker.steering)
    append(addresses.records, answers, of: addresses.count, in: order, ttl: ttl)
    return .done
  }

  /// The TTL that ends when a probe could first change the answer, between the name's bounds.
  private func ttlUntilChange(_ entry: SteerEntry, _ soonestChange: UInt64) -> UInt32 {
    if entry.minimumTTL == entry.maximumTTL { return entry.maximumTTL }
    let left = soonestChange > context.monotonic ? (soonestChange - context.monotonic) / 1000 : 0
    return max(entry.minimumTTL, UInt32(clamping: min(left, UInt64(entry.maximumTTL))))
  }

  private mutating func answerWithNothingUp(
    _ entry: SteerEntry, at node: Node, in zone: ServedZone, ttl: UInt32
  ) -> Step {
    switch entry.whenDown {
    case .static:
      return answerPlainly(from: node, in: zone, ttlLimit: ttl)
    case .nodata:
      appendSOA(in: zone, ttlLimit: ttl)
    case .servfail, .all:
      // With `all`, nothing but drained and forced-down targets is left.
      response.code = .serverFailure
      response.isAuthoritative = false
      response.extendedError = .other
    }
    return .done
  }

  private mutating func answer(cname target: UInt32, ttl: UInt32, in zone: ServedZone) -> Step {
    let mark = response.writer.count
    response.writer.append(0xC000 | UInt16(truncatingIfNeeded: ownerOffset))
    response.writer.append(RecordType.cname.rawValue)
    response.writer.append(UInt16(1))
    response.writer.append(ttl)
    let lengthAt = response.writer.count
    response.writer.append(UInt16(0))
    response.append(name: target, in: zone.image)
    response.writer.set(
      UInt16(truncatingIfNeeded: response.writer.count - lengthAt - 2), at: lengthAt)
    guard !response.writer.overflowed, ownerOffset < 0x4000 else {
      response.cutBack(to: mark)
      response.isTruncated = true
      return .done
    }
    response.count(1, in: .answer)
    if question.type == .cname || question.type == .any { return .done }
    return go(to: target, in: zone)
  }

  /// Appends `answers` of `count` records in an order.
  private mutating func append(
    _ records: Table<UInt8>, _ answers: Int, of count: Int, in order: TargetOrder, ttl: UInt32
  ) {
    let length = records.count / count
    var order = order
    var left = answers
    let mark = response.writer.count
    while left > 0, !response.writer.overflowed {
      let at = response.writer.count
      unsafe response.writer.append(records.octets(order.next() * length, length))
      response.writer.set(0xC000 | UInt16(truncatingIfNeeded: ownerOffset), at: at)
      response.writer.set(ttl, at: at + 6)
      left -= 1
    }
    guard !response.writer.overflowed, ownerOffset < 0x4000 else {
      response.cutBack(to: mark)
      response.isTruncated = true
      return
    }
    response.count(UInt16(truncatingIfNeeded: answers), in: .answer)
  }
}
