import Addresses
import DNSWire
import FlatMemory
import Steering
import ZoneStore

extension Answer {
  /// Answers for a steered name (zone language, "How an answer is chosen").
  mutating func steer(_ entry: SteerEntry, at node: Node, in zone: ServedZone) -> Step {
    let subnet = question.edns?.clientSubnet ?? ClientSubnet()
    let usesSubnet = zone.usesClientSubnet && subnet.isPresent && subnet.sourceLength > 0
    let client = usesSubnet ? subnet.address : context.peer
    let isIPv6 = question.type == .aaaa
    var resolver = Resolver(
      image: zone.steering, pools: snapshot.pools, poolBase: zone.poolBase, client: client,
      isIPv6: isIPv6, memory: worker.steering,
      watchesHealth: entry.minimumTTL < entry.maximumTTL)
    var pool = resolver.resolve(entry.policy)
    if pool == nil, entry.whenDown == .all {
      resolver.ignoresHealth = true
      pool = resolver.resolve(entry.policy)
    }
    let found = usesSubnet ? resolver.scope : 0
    let longest = ttl(entry.maximumTTL, timeline: entry.timeline, in: zone)
    let ttl = min(longest, ttlUntilChange(entry, resolver.soonestChange))
    guard let pool else {
      scope = max(scope, found)
      return answerWithNothingUp(entry, at: node, in: zone, ttl: min(ttl, entry.minimumTTL))
    }
    let serving = snapshot.pools.servingSet(pool, ignoringHealth: resolver.ignoresHealth)
    let selection = snapshot.pools.selection(pool)
    let wheel = 2 * pool + (isIPv6 ? 1 : 0)
    if serving.hosts.count > 0 {
      scope = max(scope, found)
      var order = TargetOrder(
        weights: serving.hostWeights, isWeighted: selection.isWeighted, wheel: wheel,
        memory: worker.steering)
      return answer(cname: serving.hosts[order.next()], ttl: ttl, in: zone)
    }
    guard question.asksForAddress else {
      return answerPlainly(from: node, in: zone, ttlLimit: ttl)
    }
    let isAny = question.type == .any
    let addresses =
      isIPv6 || isAny && serving.ipv4.count == 0 ? serving.ipv6 : serving.ipv4
    guard addresses.count > 0 else {
      // NODATA carries scope 0: the families of a name's pools should not differ.
      appendSOA(in: zone, ttlLimit: ttl)
      return .done
    }
    scope = max(scope, found)
    append(addresses, selection, wheel: wheel, ttl: ttl)
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

  private mutating func append(
    _ addresses: AddressSet, _ selection: (answers: Int, isWeighted: Bool), wheel: Int,
    ttl: UInt32
  ) {
    let length = addresses.records.count / addresses.count
    var left =
      selection.answers == 0 ? addresses.count : min(selection.answers, addresses.count)
    var order = TargetOrder(
      weights: addresses.weights, isWeighted: selection.isWeighted, wheel: wheel,
      memory: worker.steering)
    let mark = response.writer.count
    let total = UInt16(truncatingIfNeeded: left)
    while left > 0, !response.writer.overflowed {
      let at = response.writer.count
      unsafe response.writer.append(addresses.records.octets(order.next() * length, length))
      response.writer.set(0xC000 | UInt16(truncatingIfNeeded: ownerOffset), at: at)
      response.writer.set(ttl, at: at + 6)
      left -= 1
    }
    guard !response.writer.overflowed, ownerOffset < 0x4000 else {
      response.cutBack(to: mark)
      response.isTruncated = true
      return
    }
    response.count(total, in: .answer)
  }
}
