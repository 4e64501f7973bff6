import Addresses
import DNSWire
import FlatMemory
import Steering
import ZoneStore

extension Answer {
  /// Answers for a steered name (zone language, "How an answer is chosen").
  mutating func steer(
    _ entry: Placed<SteerEntry>, at node: UInt32, in zone: Placed<ServedZone>
  ) -> Step {
    let memory = worker.steering
    memory.journal?.note(
      .steered(entry: zone.value.image.nodes[node].steer, poolBase: zone.value.bases.pool))
    let usesSubnet = usesSubnet(in: zone)
    let client = usesSubnet ? question.additional.edns.clientSubnet.address : context.peer
    let isIPv6 = question.type == .aaaa
    var resolver = Resolver(
      image: zone.value.steering, pools: snapshot.pools, serving: snapshot.serving,
      bases: zone.value.bases, client: client, isIPv6: isIPv6, memory: memory,
      watchesHealth: entry.value.minimumTTL < entry.value.maximumTTL)
    var found = resolver.resolve(entry.value.policy)
    if found == nil, entry.value.whenDown == .all {
      memory.journal?.note(.ignoringHealth)
      resolver.ignoresHealth = true
      found = resolver.resolve(entry.value.policy)
    }
    let longest = ttl(entry.value.maximumTTL, timeline: entry.value.timeline, in: zone)
    let untilChange = ttlUntilChange(entry, resolver.soonestChange)
    var ttl = min(longest, untilChange)
    memory.journal?.note(
      .ttl(written: entry.value.maximumTTL, now: longest, untilChange: untilChange))
    guard let number = found else {
      memory.journal?.note(.nothingUp)
      scope = max(scope, usesSubnet ? resolver.scope : 0)
      return answerWithNothingUp(
        entry, at: node, in: zone, ttl: min(ttl, entry.value.minimumTTL))
    }
    memory.journal?.note(.picked(number))
    let pool = snapshot.pools[number]
    if pool.value.ttlLimit < ttl {
      ttl = pool.value.ttlLimit
      memory.journal?.note(.ttlLimit(ttl))
    }
    let picking = pool.value.picking
    var decided = usesSubnet ? resolver.scope : 0
    if usesSubnet, picking.selection == .hash {
      decided = max(decided, picking.network.length(for: client))
    }
    let wheel = zone.value.bases.wheel(
      zone.value.steering.value.policies.count &+ number &- zone.value.bases.pool,
      isIPv6: isIPv6)
    let serving = resolver.ignoresHealth ? pool.value.all : pool.value.live
    if serving.value.hosts.nodes.count > 0 {
      scope = max(scope, decided)
      let target = serving.value.hosts.tables.pick(
        picking.selection, wheel: wheel, client: client, network: picking.network, memory: memory)
      return answer(cname: serving.value.hosts.nodes[target], ttl: ttl, in: zone)
    }
    guard question.asksForAddress else {
      return answerPlainly(from: node, in: zone, ttlLimit: ttl)
    }
    let addresses =
      isIPv6 || question.type == .any && serving.value.ipv4.value.count == 0
      ? serving.value.ipv6 : serving.value.ipv4
    let count = addresses.value.count
    guard count > 0 else {
      // NODATA carries scope 0: the families of a name's pools should not differ.
      appendSOA(in: zone, ttlLimit: ttl)
      return .done
    }
    scope = max(scope, decided)
    let answers = min(Int(picking.answers), count)
    let first =
      count == 1
      ? 0
      : addresses.value.tables.pick(
        picking.selection, wheel: wheel, client: client, network: picking.network, memory: memory)
    let mark = response.writer.count
    append(record: first, of: addresses, ttl: ttl)
    if answers > 1 {
      var order = TargetOrder(
        addresses.value.tables, picking.selection, first: first, answers: answers, memory: memory)
      _ = order.next()
      var left = answers &- 1
      while left > 0, !response.writer.overflowed {
        append(record: order.next(), of: addresses, ttl: ttl)
        left &-= 1
      }
    }
    guard !response.writer.overflowed, ownerOffset < 0x4000 else {
      response.cutBack(to: mark)
      response.isTruncated = true
      return .done
    }
    response.count(UInt16(truncatingIfNeeded: answers), in: .answer)
    return .done
  }

  /// Whether the answer follows the client subnet of the query rather than its source.
  private mutating func usesSubnet(in zone: Placed<ServedZone>) -> Bool {
    question.additional.edns.clientSubnet.isPresent
      && question.additional.edns.clientSubnet.sourceLength > 0 && zone.value.usesClientSubnet
  }

  /// The TTL that ends when a probe could first change the answer, between the name's bounds.
  private mutating func ttlUntilChange(
    _ entry: Placed<SteerEntry>, _ soonestChange: UInt64
  ) -> UInt32 {
    let longest = entry.value.maximumTTL
    let shortest = entry.value.minimumTTL
    if shortest == longest { return longest }
    let left = soonestChange > context.monotonic ? (soonestChange - context.monotonic) / 1000 : 0
    return max(shortest, UInt32(clamping: min(left, UInt64(longest))))
  }

  private mutating func answerWithNothingUp(
    _ entry: Placed<SteerEntry>, at node: UInt32, in zone: Placed<ServedZone>, ttl: UInt32
  ) -> Step {
    switch entry.value.whenDown {
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

  private mutating func answer(
    cname target: UInt32, ttl: UInt32, in zone: Placed<ServedZone>
  ) -> Step {
    let mark = response.writer.count
    response.writer.append(0xC000 | UInt16(truncatingIfNeeded: ownerOffset))
    response.writer.append(RecordType.cname.rawValue)
    response.writer.append(UInt16(1))
    response.writer.append(ttl)
    let lengthAt = response.writer.count
    response.writer.append(UInt16(0))
    response.append(name: target, in: zone)
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

  /// Appends the record of one of the addresses of a set.
  @inline(__always)
  private mutating func append(record index: Int, of addresses: Placed<AddressSet>, ttl: UInt32) {
    let isIPv4 = addresses.value.isIPv4
    response.append(
      address: index &* (isIPv4 ? 4 : 16), of: addresses.value.octets, isIPv4: isIPv4,
      owner: ownerOffset, ttl: ttl)
  }
}
