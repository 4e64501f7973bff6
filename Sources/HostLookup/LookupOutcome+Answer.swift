import Addresses
import CLdns
import DNSWire

extension LookupOutcome {
  /// So many CNAMEs are followed.
  private static let longestChain = 16

  /// What a resolver's answer says to a question: the addresses at the end of the chain of CNAMEs that
  /// begins with the name asked for. Records that are not of that chain count for nothing.
  init(answer octets: [UInt8], to question: HostQuestion) {
    var pointer: UnsafeMutablePointer<ldns_pkt>?
    // SAFETY: libldns reads within the count it is given; the packet is freed on every way out, and what is
    // taken of it is copied.
    let status = unsafe octets.withUnsafeBufferPointer {
      unsafe ldns_wire2pkt(&pointer, $0.baseAddress, $0.count)
    }
    guard status == LDNS_STATUS_OK, let packet = unsafe pointer else {
      self = .failure("a malformed answer")
      return
    }
    defer { unsafe ldns_pkt_free(packet) }
    let code = unsafe ldns_pkt_get_rcode(packet)
    guard code == LDNS_RCODE_NOERROR || code == LDNS_RCODE_NXDOMAIN else {
      self = .failure("RCODE \(code.rawValue)")
      return
    }
    let records = unsafe Record.all(ldns_pkt_answer(packet))
    var name = question.name
    var ttl = UInt32.max
    var steps = 0
    while let alias = records.first(where: { $0.owner == name && $0.type == .cname }) {
      steps += 1
      guard steps <= Self.longestChain, let target = DomainName(wire: alias.data) else {
        self = .failure("a chain of more than \(Self.longestChain) CNAMEs")
        return
      }
      name = target
      ttl = min(ttl, alias.ttl)
    }
    let found = records.filter { $0.owner == name && $0.type == question.type }
    let addresses = Set(found.compactMap { IPAddress(octets: $0.data) })
    if !addresses.isEmpty {
      ttl = found.reduce(ttl) { min($0, $1.ttl) }
      self = .addresses(addresses.sorted { $0.number < $1.number }, ttl: ttl)
      return
    }
    let authority = unsafe Record.all(ldns_pkt_authority(packet))
    if let soa = authority.first(where: { $0.type == .soa }) {
      // RFC 2308 §5: the smaller of the SOA's TTL and its MINIMUM.
      let minimum = soa.data.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
      self = .none(exists: code == LDNS_RCODE_NOERROR, ttl: min(ttl, soa.ttl, minimum))
    } else if code == LDNS_RCODE_NXDOMAIN || steps == 0 && authority.isEmpty {
      self = .none(exists: code == LDNS_RCODE_NOERROR, ttl: 0)
    } else {
      // A referral, or a chain that somebody else has the rest of (RFC 2308 §2.2).
      self = .failure("the answer ends at \(name): who gave it does not resolve")
    }
  }
}

/// A record of class IN as libldns has read it.
private struct Record {
  let owner: DomainName
  let type: RecordType
  let ttl: UInt32
  /// The RDATA, names in it uncompressed.
  let data: [UInt8]

  /// The records of a section.
  static func all(_ list: UnsafeMutablePointer<ldns_rr_list>?) -> [Record] {
    guard let list = unsafe list else { return [] }
    return unsafe (0..<ldns_rr_list_rr_count(list)).compactMap { index in
      guard let record = unsafe ldns_rr_list_rr(list, index),
        unsafe ldns_rr_get_class(record) == LDNS_RR_CLASS_IN,
        let owner = unsafe ldns_rr_owner(record).flatMap({
          unsafe DomainName(wire: octets(of: $0))
        })
      else { return nil }
      let data = unsafe (0..<ldns_rr_rd_count(record)).flatMap { field in
        unsafe ldns_rr_rdf(record, field).map { unsafe octets(of: $0) } ?? []
      }
      let type = unsafe ldns_rr_get_type(record).rawValue
      return unsafe Record(
        owner: owner, type: RecordType(rawValue: UInt16(truncatingIfNeeded: type)),
        ttl: ldns_rr_ttl(record), data: data)
    }
  }

  private static func octets(of field: UnsafeMutablePointer<ldns_rdf>) -> [UInt8] {
    // SAFETY: a field's data has as many octets as its size says.
    guard let data = unsafe ldns_rdf_data(field) else { return [] }
    return unsafe Array(UnsafeBufferPointer(start: data, count: ldns_rdf_size(field)))
  }
}
