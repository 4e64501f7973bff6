import DNSWire
import TestSupport
import Testing

/// Messages with a TSIG (RFC 8945). No key is known here.
struct TransactionSignatureTests {
  static let key: [UInt8] = [3, 107, 101, 121, 0]
  static let algorithm: [UInt8] = [4, 104, 109, 97, 99, 0]

  /// A TSIG record, by default a good one.
  static func record(
    key: [UInt8] = key, recordClass: UInt8 = 255, ttl: UInt8 = 0, algorithm: [UInt8] = algorithm,
    mac: [UInt8] = [1, 2, 3, 4], behind: [UInt8] = []
  ) -> [UInt8] {
    let data =
      algorithm + [0, 0, 0x6B, 0x0B, 0x5F, 0x51, 1, 0x2C, 0, UInt8(mac.count)] + mac
      + [0xBE, 0xEF, 0, 0, 0, 0] + behind
    return key + [
      0, 250, 0, recordClass, 0, 0, 0, ttl, UInt8(data.count >> 8), UInt8(data.count & 255),
    ]
      + data
  }

  /// What `record` is answered with: no MAC, the error BADKEY.
  static func error(key: [UInt8] = key, algorithm: [UInt8] = algorithm) -> [UInt8] {
    let data =
      algorithm + [0, 0, 0x6B, 0x0B, 0x5F, 0x51, 1, 0x2C, 0, 0, 0xBE, 0xEF, 0, 17, 0, 0]
    return key + [0, 250, 0, 255, 0, 0, 0, 0, UInt8(data.count >> 8), UInt8(data.count & 255)]
      + data
  }

  /// A message with more records in its additional section.
  static func message(_ query: Query, _ records: [UInt8]...) -> [UInt8] {
    var octets = query.octets + records.flatMap(\.self)
    octets[11] += UInt8(records.count)
    return octets
  }

  private func reply(_ message: [UInt8]) throws -> [UInt8]? {
    try Engine("example.com.", MessageTests.zone).answer(message)
  }

  private static let query = Query("www.example.com.")

  /// RFC 8945 §5.2.1, §5.3.2: NOTAUTH, the question, nothing else, and the TSIG with BADKEY last.
  @Test func anUnknownKeyIsSaidToBeUnknown() throws {
    let reply = try #require(try reply(Self.message(Self.query, Self.record())))
    #expect(
      reply == [0x12, 0x34, 0x80, 9, 0, 1, 0, 0, 0, 0, 0, 1] + Self.query.octets[12...]
        + Self.error())
  }

  /// RFC 8945 §5.1: the TSIG is last, behind the OPT.
  @Test func theSignatureIsBehindTheOPT() throws {
    let reply = try #require(
      try reply(Self.message(Query("www.example.com.", edns: 1232), Self.record())))
    #expect(reply[11] == 2)
    #expect(reply.suffix(Self.error().count) == Self.error()[...])
    #expect(reply.dropLast(Self.error().count).suffix(11) == [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0])
  }

  /// The name of the key may be compressed, that of the reply is not.
  @Test func theKeyMayBeCompressed() throws {
    let pointer: [UInt8] = [3, 107, 101, 121, 0xC0, 0x10]
    let reply = try #require(try reply(Self.message(Self.query, Self.record(key: pointer))))
    let name = Self.key.dropLast() + (DomainName("example.com.") ?? .root).wire
    #expect(reply.suffix(Self.error(key: name).count) == Self.error(key: name)[...])
  }

  static let malformed: [(String, [UInt8])] = [
    ("RFC 8945 §4.2: the class is ANY", message(query, record(recordClass: 1))),
    ("RFC 8945 §4.2: the TTL is 0", message(query, record(ttl: 1))),
    ("RFC 8945 §5.2: octets behind it", message(query, record(behind: [0]))),
    ("RFC 8945 §5.2: two of them", message(query, record(), record())),
    (
      "RFC 8945 §5.2: not the last record",
      message(query, record(), [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0])
    ),
    ("RFC 1035 §4.1.4: a pointer to itself", message(query, record(key: [0xC0, 33]))),
    ("RFC 1035 §4.1.4: a pointer forward", message(query, record(key: [0xC0, 43]))),
    ("RFC 1035 §4.1.4: a name with no end", message(query, record(key: [1, 97, 0xC0, 33]))),
    ("RFC 1035 §3.1: a label of 64 octets", message(query, record(algorithm: [64, 0]))),
    ("RFC 1035 §4.1: cut off", Array(message(query, record()).dropLast())),
  ]

  @Test(arguments: malformed)
  func malformedSignaturesAreFormatErrors(_ source: String, _ message: [UInt8]) throws {
    #expect(
      try reply(message)?.prefix(12) == [0x12, 0x34, 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0], "\(source)")
  }

  /// RFC 8945 §5.2: before anything that the message asks is looked at.
  @Test(arguments: [
    Query("www.example.com.", version: 1), Query("example.com.", .axfr), Query("www.elsewhere."),
    Query("example.com.", .soa, flags: 0x2000), Query("example.com.", .soa, flags: 0x2800),
  ])
  func theKeyIsLookedAtFirst(_ query: Query) throws {
    let reply = try #require(try reply(Self.message(query, Self.record())))
    #expect(reply[3] & 15 == 9)
    #expect(reply.suffix(Self.error().count) == Self.error()[...])
  }

  /// Nothing is longer than what the client takes.
  @Test func aSignatureThatDoesNotFitIsLeftOut() throws {
    let label = [UInt8(60)] + [UInt8](repeating: 97, count: 60)
    let long = label + label + label + label + [0]
    let message = Self.message(Self.query, Self.record(key: long, algorithm: long))
    let reply = try #require(try reply(message))
    #expect(reply.count == Self.query.octets.count)
    #expect(reply[2] & 2 != 0 && reply[3] == 9 && reply[11] == 0)
    let tcp = try Engine("example.com.", MessageTests.zone).answer(message, transport: .tcp)
    #expect(tcp?.suffix(500) == Self.error(key: long, algorithm: long).suffix(500))
  }
}
