import Addresses
import DNSWire
import Steering
import ZoneStore

/// The algorithm of RFC 1034 §4.3.2 over all that can be answered.
struct AnswerWalk {
  /// As many hops as `QueryEngine` takes.
  private static let maximumHops = 16
  /// So many ways are followed: pools of host names that lead to each other have ways without number.
  private static let maximumSteps = 10_000

  let supposed: SupposedZone
  let type: RecordType
  let outcome: (UInt32) -> UInt32
  private(set) var answers: [PossibleAnswer: Double] = [:]
  private var steps = 0

  private var zone: CompiledZone { supposed.zone }
  private var image: ZoneImage { supposed.zone.storage.image }

  init(supposed: SupposedZone, type: RecordType, outcome: @escaping (UInt32) -> UInt32) {
    self.supposed = supposed
    self.type = type
    self.outcome = outcome
  }

  /// Goes on with `name`, which a share of the answers has come to.
  mutating func follow(_ name: DomainName, _ answer: PossibleAnswer, share: Double) {
    steps += 1
    guard answer.hosts.count < Self.maximumHops, steps <= Self.maximumSteps,
      let (index, isExact) = image.closestEncloser(of: name, key: zone.key)
    else { return end(answer, .elsewhere, share) }
    let node = image.nodes[index]
    if node.barrier != noIndex {
      let isCut = image.nodes[node.barrier].flags.contains(.isCut)
      return isCut
        ? end(answer, .elsewhere, share) : follow(dname: node.barrier, name, answer, share)
    }
    if isExact { return end(at: node, answer, share) }
    if node.flags.contains(.hasDNAME) { return follow(dname: index, name, answer, share) }
    if node.wildcard != noIndex {
      return end(at: image.nodes[node.wildcard], answer, share)
    }
    end(answer, .nameError, share)
  }

  private mutating func end(
    _ answer: PossibleAnswer, _ ending: PossibleAnswer.Ending, _ share: Double
  ) {
    var ended = answer
    ended.ending = ending
    answers[ended, default: 0] += share
  }

  private mutating func follow(
    dname owner: UInt32, _ name: DomainName, _ answer: PossibleAnswer, _ share: Double
  ) {
    let node = image.nodes[owner]
    let rrset = image.rrsets[image.rrset(RecordType.dname.rawValue, at: node)]
    let prefix = name.wire.dropLast(Int(node.nameLength))
    let suffix = (12..<Int(rrset.dataLength)).map { image.octets[Int(rrset.dataOffset) + $0] }
    guard let target = DomainName(wire: prefix + suffix) else {
      return end(answer, .elsewhere, share)
    }
    go(to: target, answer, share)
  }

  /// Goes on with the target of a CNAME.
  private mutating func go(to target: DomainName, _ answer: PossibleAnswer, _ share: Double) {
    var next = answer
    next.hosts.append(target)
    if type == .cname { return end(next, .records([]), share) }
    follow(target, next, share: share)
  }

  /// Answers with what `node`, the name itself or a wildcard, owns.
  private mutating func end(at node: Node, _ answer: PossibleAnswer, _ share: Double) {
    guard node.steer != noIndex else { return answerPlainly(from: node, answer, share) }
    let entry = zone.steering.value.entries[node.steer]
    guard entry.canYieldCNAME || type != .cname else {
      return answerPlainly(from: node, answer, share)
    }
    let table = supposed.pools.table
    var ignoresHealth = false
    var shares = PoolShares(image: zone.steering.value, pools: table).shares(
      of: entry.policy, outcome: outcome)
    if shares.isEmpty, entry.whenDown == .all {
      ignoresHealth = true
      shares = PoolShares(image: zone.steering.value, pools: table, ignoresHealth: true).shares(
        of: entry.policy, outcome: outcome)
    }
    if shares.isEmpty { return answerWithNothingUp(entry, at: node, answer, share) }
    for (pool, part) in shares {
      var next = answer
      next.pools.append(zone.original(of: pool))
      let serving = table[pool].serving(ignoringHealth: ignoresHealth).value
      let hosts = serving.hosts
      let byWeight = table[pool].value.picking.selection.goesByWeight
      if hosts.nodes.count > 0 {
        follow(hosts, byWeight: byWeight, next, share * part)
      } else if type == .cname {
        answerPlainly(from: node, answer, share * part)
      } else {
        let set = (type == .aaaa ? serving.ipv6 : serving.ipv4).value
        let resolved = supposed.resolvedHosts(set, ofPool: pool)
        if resolved.isEmpty {
          end(next, set.count == 0 ? .nodata : .records(set.addresses), share * part)
        } else {
          let weights = weights(set.tables, byWeight: byWeight)
          for (host, weight) in zip(resolved, weights) {
            var found = next
            found.hosts.append(host)
            end(found, .elsewhere, share * part * weight)
          }
        }
      }
    }
  }

  private mutating func follow(
    _ hosts: HostSet, byWeight: Bool, _ answer: PossibleAnswer, _ share: Double
  ) {
    for (index, weight) in weights(hosts.tables, byWeight: byWeight).enumerated() {
      guard let host = image.name(of: image.nodes[hosts.nodes[index]]) else { continue }
      go(to: host, answer, share * weight)
    }
  }

  /// The share of each target of a set; they add up to 1.
  private func weights(_ tables: SelectionTables, byWeight: Bool) -> [Double] {
    let count = tables.count
    let sums = (0..<count).map { byWeight ? Double(tables.weightSums[$0]) : Double($0 + 1) }
    return (0..<count).map { (sums[$0] - ($0 > 0 ? sums[$0 - 1] : 0)) / sums[count - 1] }
  }

  private mutating func answerWithNothingUp(
    _ entry: SteerEntry, at node: Node, _ answer: PossibleAnswer, _ share: Double
  ) {
    switch entry.whenDown {
    case .static:
      var plain = answer
      plain.isStatic = true
      answerPlainly(from: node, plain, share)
    case .nodata: end(answer, .nodata, share)
    case .servfail, .all: end(answer, .serverFailure, share)
    }
  }

  private mutating func answerPlainly(from node: Node, _ answer: PossibleAnswer, _ share: Double) {
    if node.flags.contains(.hasCNAME) {
      let rrset = image.rrsets[image.rrset(RecordType.cname.rawValue, at: node)]
      let target = image.nodes[image.nodeIndex(Int(rrset.dataOffset))]
      guard let name = image.name(of: target) else { return end(answer, .elsewhere, share) }
      return go(to: name, answer, share)
    }
    let index = image.rrset(type.rawValue, at: node)
    guard index != noIndex else { return end(answer, .nodata, share) }
    let rrset = image.rrsets[index]
    let size = Int(rrset.dataLength) / Int(rrset.recordCount)
    let addresses = (0..<Int(rrset.recordCount)).compactMap { record in
      let start = Int(rrset.dataOffset) + record * size
      return IPAddress(octets: (0..<size).map { image.octets[start + $0] })
    }
    end(answer, .records(addresses), share)
  }
}
