import DNSWire
import Steering

/// A master file (RFC 1035 §5) of a zone, without steering, for any other name server: a steered name has its
/// plain A, AAAA and CNAME records or, where it has none, what a client of unknown location is answered with
/// everything up. Names are absolute and every record has its TTL.
///
/// Addresses of hosts that are resolved are not in the zone: there the record is a CNAME of the host, and
/// names that can have none are an error.
public func plainMasterFile(of zone: Zone) throws(ExportError) -> String {
  var text = ""
  let isAuthority = { (entry: RecordTable.Entry) in entry.type == .soa }
  let entries = zone.records.entries
  for entry in entries.filter(isAuthority) + entries.filter({ !isAuthority($0) }) {
    text += line(
      zone.records.owner(of: entry), entry.type, entry.ttl, zone.records.rdata(of: entry))
  }
  func owners(where isMeant: (RecordType) -> Bool) -> Set<DomainName> {
    Set(
      entries.filter { isMeant($0.type) }
        .compactMap { DomainName(wire: zone.records.owner(of: $0)) })
  }
  let plain = owners { [RecordType.a, .aaaa, .cname].contains($0) }
  // RFC 2181 §10.1.
  let withoutCNAME = owners { !ZoneBuilder.besideCNAME.contains($0.rawValue) }
  var impossible: [DomainName] = []
  for steer in zone.steers where !plain.contains(steer.owner) {
    guard let pool = firstPool(steer.policy, in: zone) else { continue }
    if zone.pools[pool].answer == .resolve, withoutCNAME.contains(steer.owner) {
      impossible.append(steer.owner)
    }
    for destination in served(zone.pools[pool]) {
      let owner = steer.owner.wire[...]
      switch destination {
      case .address(let address):
        text += line(
          owner, address.isIPv4 ? .a : .aaaa, steer.maximumTTL, address.octets[...])
      case .host(let host): text += line(owner, .cname, steer.maximumTTL, host.wire[...])
      }
    }
  }
  guard impossible.isEmpty else { throw ExportError(namesWithoutCNAME: impossible) }
  return text
}

/// A record in presentation form; its RDATA as unknown (RFC 3597 §5) where libldns has no text for it that is
/// read back as the same octets.
private func line(
  _ owner: ArraySlice<UInt8>, _ type: RecordType, _ ttl: UInt32, _ rdata: ArraySlice<UInt8>
) -> String {
  let front = "\(DomainName(wire: owner) ?? .root) \(ttl) IN \(LDNS.name(of: type)) "
  if let text = LDNS.text(of: rdata, type: type),
    RecordData.octets(of: text, type: type) == Array(rdata)
  {
    return front + text + "\n"
  }
  let hex = rdata.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  return front + "\\# \(rdata.count) \(hex)\n"
}

/// The pool that a client without a location is sent to while everything is up. The policies of `zone` have
/// no loop, so the walk ends.
private func firstPool(_ policy: PolicyExpression, in zone: Zone) -> Int? {
  switch policy {
  case .pool(let index): index
  case .named(let index): firstPool(zone.policies[index].expression, in: zone)
  case .failover(let targets, _): targets.first.flatMap { firstPool($0, in: zone) }
  case .choice(_, let choices, _):
    choices.max { $0.weight < $1.weight }.flatMap { firstPool($0.target, in: zone) }
  case .nearest(let pools), .latency(_, let pools): pools.first
  case .geo(let map, let poolsAtSite):
    zone.maps[map].rules.first { $0.matchers.contains(.default) }?.items.lazy
      .compactMap { item in
        switch item {
        case .pool(let index): index
        case .policy(let index): firstPool(zone.policies[index].expression, in: zone)
        case .site(let site): poolsAtSite[site]
        }
      }.first
  }
}

/// What a pool answers with while all its targets are up: all addresses, or one host name.
private func served(_ pool: Pool) -> [Target.Destination] {
  let inService = pool.targets.filter { $0.state == .up }
  let regular = inService.filter { !$0.isBackup && (!pool.selection.goesByWeight || $0.weight > 0) }
  let targets = regular.isEmpty ? inService : regular
  guard case .host = targets.first?.destination else { return targets.map(\.destination) }
  let heaviest =
    pool.selection.goesByWeight
    ? targets.reversed().max { $0.weight < $1.weight } : targets.first
  return heaviest.map { [$0.destination] } ?? []
}
