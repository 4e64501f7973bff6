import DNSWire
import SourceText

extension ZoneBuilder {
  /// Types that may stand beside a CNAME (RFC 4034 §2.5, RFC 2181 §10.1): SIG, KEY, NXT, RRSIG, NSEC.
  static let besideCNAME: Set<UInt16> = [24, 25, 30, 46, 47]

  /// How many octets an RRset may have, each owner compressed to 2: a message has 65,535 (RFC 1035
  /// §4.2.2), and header, question and OPT take their part.
  static let longestRRset = 65_000

  /// Checks the plain records; drops duplicates and gives each RRset one TTL.
  mutating func checkRecords() {
    var dropped: Set<Int> = []
    for owner in owners.firstRecords.indices where needsCheck(owner) {
      // Sorting is by type and place, so that the records of an RRset stand together.
      let records = owners.records(of: owner).sorted {
        (zone.records.entries[$0].type.rawValue, $0) < (zone.records.entries[$1].type.rawValue, $1)
      }
      var start = 0
      while start < records.count {
        let type = zone.records.entries[records[start]].type
        let end =
          records[start...].firstIndex { zone.records.entries[$0].type != type } ?? records.count
        // An RRSIG belongs to the RRset that it covers (RFC 4035 §2.2).
        if end - start > 1 { checkSet(Array(records[start..<end]), &dropped, type) }
        start = end
      }
      checkAlias(records.filter { !dropped.contains($0) })
    }
    checkApex(dropped)
    warnBelowDNAME()
    if !dropped.isEmpty {
      zone.records.entries = zone.records.entries.enumerated()
        .filter { !dropped.contains($0.offset) }.map(\.element)
      owners = OwnerIndex(zone.records)
    }
  }

  /// Whether an owner may have a record twice, RRs with different TTLs, or an alias and something else: for most
  /// of a large zone a look at the types tells that it has not.
  private func needsCheck(_ owner: Int) -> Bool {
    guard owners.hasSeveral(owner) else { return false }
    // A bit for each type below 64.
    var seen: UInt64 = 0
    var record = owners.firstRecords[owner]
    while record != OwnerIndex.none {
      let type = zone.records.entries[Int(record)].type
      let bit: UInt64 = type.rawValue < 64 ? 1 << UInt64(type.rawValue) : 0
      if bit == 0 || seen & bit != 0 || type == .cname || type == .dname { return true }
      seen |= bit
      record = owners.nextRecords[Int(record)]
    }
    return false
  }

  /// The owner of a record for a message.
  private func ownerText(_ record: Int) -> String {
    DomainName(wire: zone.records.owner(of: zone.records.entries[record]))?.description ?? "?"
  }

  /// The word at which messages about a record point: its type.
  private func word(_ record: Int) -> Word {
    let entry = zone.records.entries[record]
    let name = LDNS.name(of: entry.type)
    return Word(text: name, location: entry.location, length: name.utf8.count)
  }

  private mutating func checkSet(
    _ records: [Int], _ dropped: inout Set<Int>, _ type: RecordType
  ) {
    let entries = records.map { zone.records.entries[$0] }
    let octets = entries.reduce(0) { $0 + 12 + $1.rdata.count }
    if octets > Self.longestRRset {
      diagnostics.error(
        word(records[0]),
        "the \(records.count) records of '\(ownerText(records[0]))' \(LDNS.name(of: type)) "
          + "have \(octets) octets and fit into no answer",
        hint: "an answer has room for \(Self.longestRRset) octets of records; take some out")
    }
    if type != .rrsig, let other = entries.firstIndex(where: { $0.ttl != entries[0].ttl }) {
      let smallest = entries.map(\.ttl).min() ?? 0
      diagnostics.warning(
        word(records[other]),
        "the TTLs of '\(ownerText(records[0]))' \(LDNS.name(of: type)) differ: \(entries[other].ttl) here, "
          + "\(entries[0].ttl) in \(place(entries[0].location, from: entries[other].location))",
        hint: "the smallest, \(smallest), is used (RFC 2181, section 5.2)")
      let smallestMinimum = min(smallest, entries.map(\.minimumTTL).min() ?? 0)
      for record in records {
        zone.records.entries[record].ttl = smallest
        zone.records.entries[record].minimumTTL = smallestMinimum
      }
    }
    var first: [[UInt8]: Int] = [:]
    let isName = [RecordType.ns, .cname, .ptr, .dname].contains(type)
    for (record, entry) in zip(records, entries) {
      // The length octets of a name are no letters, so the whole can change its case.
      let rdata = zone.records.rdata(of: entry).map { isName ? $0.uppercased : $0 }
      if let earlier = first[rdata] {
        dropped.insert(record)
        diagnostics.warning(
          word(record), "this record of '\(ownerText(record))' is there twice",
          hint: "the first is in "
            + place(zone.records.entries[earlier].location, from: entry.location))
      } else {
        first[rdata] = record
      }
    }
  }

  /// Checks CNAME and DNAME against what stands beside them.
  private mutating func checkAlias(_ records: [Int]) {
    func entry(_ record: Int) -> RecordTable.Entry { zone.records.entries[record] }
    let aliases = records.filter { entry($0).type == .cname }
    for type in [RecordType.cname, .dname] {
      let same = records.filter { entry($0).type == type }
      guard same.count > 1 else { continue }
      diagnostics.error(
        word(same[1]), "'\(ownerText(same[1]))' has a second \(LDNS.name(of: type))",
        hint: "the first is in \(place(entry(same[0]).location, from: entry(same[1]).location))")
    }
    guard let alias = aliases.first,
      let other = records.first(where: {
        entry($0).type != .cname && !Self.besideCNAME.contains(entry($0).type.rawValue)
      })
    else { return }
    diagnostics.error(
      word(alias),
      "'\(ownerText(alias))' has a CNAME and other records: "
        + "\(LDNS.name(of: entry(other).type)) in "
        + place(entry(other).location, from: entry(alias).location),
      hint: "a CNAME stands alone (RFC 2181, section 10.1)")
  }

  private mutating func checkApex(_ dropped: Set<Int>) {
    let atApex = owners.records(of: apex.wire, in: zone.records).filter { !dropped.contains($0) }
    let authorities = atApex.filter { zone.records.entries[$0].type == .soa }
    if authorities.isEmpty {
      reportWhole(
        "the zone '\(apex)' has no SOA record",
        hint: "begin with '@ SOA ns1 hostmaster 1 2h 30m 2w 5m'")
    }
    for second in authorities.dropFirst() {
      diagnostics.error(
        word(second), "a second SOA record",
        hint: "the first is in "
          + place(
            zone.records.entries[authorities[0]].location,
            from: zone.records.entries[second].location))
    }
    if !atApex.contains(where: { zone.records.entries[$0].type == .ns }) {
      reportWhole(
        "the zone '\(apex)' has no NS record at its apex",
        hint: "add '@ NS ns1' and an address of ns1")
    }
    for (index, entry) in zone.records.entries.enumerated() where entry.type == .soa {
      if !Wire.areEqual(zone.records.owner(of: entry).span, apex.wire.span) {
        diagnostics.error(
          word(index), "a SOA record at '\(ownerText(index))', which is not the apex '\(apex)'",
          hint: "a zone below this one has a file of its own")
      }
    }
  }

  private mutating func reportWhole(_ message: String, hint: String) {
    let start = SourceLocation(file: 0, line: 0, column: 0)
    diagnostics.report(Diagnostic(.error, at: start, message, hint: hint))
  }

  private mutating func warnBelowDNAME() {
    let redirected = Set(
      zone.records.entries.filter { $0.type == .dname }
        .compactMap { DomainName(wire: zone.records.owner(of: $0)) })
    guard !redirected.isEmpty else { return }
    for owner in owners.firstRecords {
      var name = DomainName(wire: zone.records.owner(of: zone.records.entries[Int(owner)]))?.parent
      while let ancestor = name, ancestor.wire.count >= apex.wire.count {
        if redirected.contains(ancestor) {
          diagnostics.warning(
            word(Int(owner)),
            "'\(ownerText(Int(owner)))' lies below the DNAME at '\(ancestor)' and is never answered",
            hint: "RFC 6672, section 2.4; take one of them out")
          break
        }
        name = ancestor.parent
      }
    }
  }
}
