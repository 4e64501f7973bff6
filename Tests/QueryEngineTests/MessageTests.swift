import DNSWire
import TestSupport
import Testing

/// Headers, EDNS, sizes, and octets that are no query.
struct MessageTests {
  static let zone = """
    $TTL 300
    @ SOA ns1 hostmaster 1 7200 1800 1209600 120
    @ NS ns1
    ns1 A 192.0.2.53
    www A 192.0.2.80
    \((0..<60).map { "big A 192.0.2.\($0)" }.joined(separator: "\n"))
    child NS ns.child
    \((0..<40).map { "ns.child AAAA 2001:db8::\($0)" }.joined(separator: "\n"))

    """

  private func reply(_ query: Query, _ engine: Engine? = nil) throws -> Message? {
    let engine = try engine ?? Engine("example.com.", Self.zone)
    return engine.answer(query.octets).flatMap { Message($0) }
  }

  @Test func responsesAreNeverAnswered() throws {
    #expect(try reply(Query("www.example.com.", flags: 0x8000)) == nil)
  }

  @Test(arguments: [
    (Query("www.example.com.", flags: 0x0800), "NOTIMP"),  // IQUERY (RFC 3425)
    (Query("www.example.com.", recordClass: 3), "REFUSED"),  // CHAOS
    (Query("example.com.", .axfr), "REFUSED"),
    (Query("www.example.com.", version: 1), "BADVERS"),  // RFC 6891 §6.1.3
    (Query("www.example.com.", RecordType(rawValue: 253)), "NOTIMP"),  // MAILB
  ])
  func codes(_ query: Query, _ code: String) throws {
    #expect(try reply(query)?.codeName == code)
  }

  /// What is no query is not implemented. The reply repeats no section (RFC 2136 §3.8), and has an OPT where
  /// one came (RFC 6891 §6.1.1) and the form of the message is known.
  @Test(
    arguments: [
      (Query("example.com.", .soa, flags: 0x2400), false, "RFC 1996 §3.12: NOTIFY"),
      (Query("example.com.", .soa, flags: 0x2400, edns: 1232), true, "RFC 1996 §3.12: NOTIFY"),
      (Query("example.com.", .soa, flags: 0x2800), false, "RFC 2136 §2.2: UPDATE"),
      (Query("example.com.", .soa, flags: 0x2800, edns: 1232), true, "RFC 2136 §2.2: UPDATE"),
      (Query("example.com.", .soa, flags: 0x1000, edns: 1232), false, "RFC 1035 §4.1.1: STATUS"),
      (Query("example.com.", .soa, flags: 0x3000, edns: 1232), false, "RFC 8490 §5.1: DSO"),
      (
        Query("example.com.", .soa, flags: 0x7800, edns: 1232), false,
        "RFC 8906 §3.1.4: not assigned"
      ),
    ] as [(Query, Bool, String)])
  func otherOpcodes(_ query: Query, _ hasEDNS: Bool, _ source: String) throws {
    let engine = try Engine("example.com.", Self.zone)
    let octets = try #require(engine.answer(query.octets))
    #expect(octets[0..<2] == query.octets[0..<2])
    #expect(octets[2] == 0x80 | query.octets[2] & 0x78 && octets[3] == 4, "\(source)")
    #expect(octets[4..<12] == [0, 0, 0, 0, 0, 0, 0, hasEDNS ? 1 : 0])
    #expect(octets.count == (hasEDNS ? 23 : 12))
    // With records in all sections, as an UPDATE has, and cut off anywhere.
    var whole = query.octets
    whole.replaceSubrange(6..<10, with: [0, 1, 0, 1])
    let end = whole.count - (whole[11] > 0 ? 11 : 0)
    for _ in 0..<2 { whole.insert(contentsOf: [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 9], at: end) }
    #expect(engine.answer(whole) == octets)
    for length in 12..<whole.count {
      #expect(engine.answer(Array(whole[..<length]))?[3] == 4)
    }
  }

  /// CD is clear in an authoritative response (RFC 4035 §3.1.6).
  @Test func idAndRecursionDesiredAreCopied() throws {
    let message = try #require(try reply(Query("www.example.com.", id: 0xBEEF, flags: 0x0110)))
    #expect(message.id == 0xBEEF)
    #expect(message.flags == ["QR", "AA", "RD"])
  }

  /// Octets that are cut off or wrong get FORMERR or nothing, by their length (RFC 8906).
  @Test func everyPrefixOfAQueryIsSafe() throws {
    let engine = try Engine("example.com.", Self.zone)
    let whole = Query("www.example.com.", subnet: "192.0.2.0/24").octets
    for length in 0..<whole.count {
      let octets = engine.answer(Array(whole[0..<length]))
      if length < 12 {
        #expect(octets == nil)
      } else {
        let message = octets.flatMap { Message($0) }
        #expect(message?.codeName == "FORMERR", "\(length) octets")
      }
    }
    #expect(engine.answer(whole).flatMap { Message($0) }?.codeName == "NOERROR")
  }

  @Test(
    arguments: [
      // Family 0; a source length over 32; a scope that is not 0; too few octets; bits behind the prefix.
      [0, 8, 0, 7, 0, 0, 24, 0, 192, 0, 2], [0, 8, 0, 9, 0, 1, 33, 0, 192, 0, 2, 0, 0],
      [0, 8, 0, 7, 0, 1, 24, 1, 192, 0, 2], [0, 8, 0, 6, 0, 1, 24, 0, 192, 0],
      [0, 8, 0, 7, 0, 1, 23, 0, 192, 0, 3], [0, 8, 0, 3, 0, 1, 24], [0, 8, 0, 9, 0],
    ] as [[UInt8]])
  func malformedSubnetsAreFormatErrors(_ option: [UInt8]) throws {
    #expect(try reply(Query("www.example.com.", options: option))?.codeName == "FORMERR")
  }

  @Test func unknownOptionsAreIgnored() throws {
    let message = try #require(
      try reply(Query("www.example.com.", options: [0xFD, 0xE9, 0, 2, 1, 2])))
    #expect(message.codeName == "NOERROR")
    #expect(message.hasEDNS)
  }

  @Test func twoOPTsAreAFormatError() throws {
    var query = Query("www.example.com.", edns: 1232)
    query.octets += query.octets.suffix(11)
    query.octets[11] = 2
    #expect(try reply(query)?.codeName == "FORMERR")
  }

  @Test func theSubnetComesBackWithScopeZeroWhereItPlaysNoPart() throws {
    let message = try #require(try reply(Query("www.example.com.", subnet: "192.0.2.0/24")))
    #expect(message.subnet?.source == 24)
    #expect(message.subnet?.scope == 0)
    #expect(message.subnet?.address == [192, 0, 2])
  }

  /// RFC 1035 §4.2.1, RFC 6891 §6.2.5: what does not fit is cut off and TC set.
  @Test func repliesKeepToTheSizeThatWasOffered() throws {
    let engine = try Engine("example.com.", Self.zone)
    for (edns, isCut) in [(nil, true), (512, true), (900, true), (1100, false)] as [(Int?, Bool)] {
      let octets = try #require(engine.answer(Query("big.example.com.", edns: edns).octets))
      let message = try #require(Message(octets))
      #expect(octets.count <= max(512, edns ?? 512))
      #expect(message.flags.contains("TC") == isCut)
      #expect(message.answer.count == (isCut ? 0 : 60))
    }
    let tcp = try #require(engine.answer(Query("big.example.com.").octets, transport: .tcp))
    #expect(Message(tcp)?.answer.count == 60)
  }

  /// RFC 9471: a referral without its glue is marked as cut.
  @Test func gluehasToFit() throws {
    let engine = try Engine("example.com.", Self.zone)
    let message = try engine.ask("x.child.example.com.")
    #expect(message.flags.contains("TC"))
    let tcp = try engine.ask("x.child.example.com.", transport: .tcp)
    #expect(!tcp.flags.contains("TC"))
    #expect(tcp.additional.count == 40)
  }

  /// 200,000 mutated queries: no trap, and each reply is within its limit and readable by libldns.
  @Test func mutatedQueriesAreSafe() throws {
    let engine = try Engine([
      ("example.com.", richZone), ("net.", MessageTests.zone),
    ])
    var random = RandomGenerator(seed: 7)
    let other = [
      Query("example.com.", .soa, flags: 0x2000, edns: 1232),
      Query("example.com.", .soa, flags: 0x2800),
    ]
    let signed = TransactionSignatureTests.message(
      Query("www.example.com.", edns: 1232), TransactionSignatureTests.record())
    let seeds =
      [signed] + other.map(\.octets)
      + AllocationTests.names.flatMap { name in
        [
          Query(name).octets, Query(name, .any, edns: 4096).octets,
          Query(name, .aaaa, subnet: "2001:db8::/56").octets,
        ]
      }
    for round in 0..<20_000 {
      var query = seeds[round % seeds.count]
      for _ in 0..<(1 + random.next(below: 4)) {
        switch random.next(below: 4) {
        case 0 where !query.isEmpty:
          query[Int(random.next(below: UInt64(query.count)))] = UInt8(random.next(below: 256))
        case 1 where query.count > 1: query.removeLast(Int(random.next(below: UInt64(query.count))))
        case 2: query.append(UInt8(random.next(below: 256)))
        default:
          if query.count > 12 {
            query[Int(random.next(below: 12))] ^= 1 << UInt8(random.next(below: 8))
          }
        }
      }
      guard let reply = engine.answer(query, transport: round % 2 == 0 ? .udp : .tcp) else {
        continue
      }
      #expect(round % 2 == 1 || reply.count <= 1232)
      #expect(Message(reply) != nil, "\(query) gives \(reply)")
    }
  }
}
