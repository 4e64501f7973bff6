/// The TSIG of a query (RFC 8945 §4.2), as far as a reply without a key has to repeat it.
@frozen
public struct TransactionSignature: Sendable {
  /// Where the key's name stands in the query.
  let name: Int
  /// Where the algorithm's name stands in the query.
  let algorithm: Int
  /// The 48-bit time it was signed, in seconds since 1970, and the 16-bit fudge.
  let timeAndFudge: UInt64
  /// The query's ID before anybody forwarded it.
  let originalID: UInt16

  /// Reads the RR at `start`, whose fixed part is at `fixed` and which goes on to `end`.
  init(_ message: PacketReader, at start: Int, fixed: Int, end: Int) throws(EDNSError) {
    name = start
    algorithm = fixed + 10
    guard message.isName(name), message.isName(algorithm),
      let recordClass = message.uint16(fixed + 2), recordClass == RecordClass.any,
      let ttl = message.uint32(fixed + 4), ttl == 0,
      let times = message.skipName(algorithm), let upper = message.uint32(times),
      let lower = message.uint32(times + 4), let size = message.uint16(times + 8)
    else { throw .malformed }
    timeAndFudge = UInt64(upper) << 32 | UInt64(lower)
    let rest = times + 10 + Int(size)
    guard let id = message.uint16(rest), let otherLength = message.uint16(rest + 4),
      rest + 6 + Int(otherLength) == end
    else { throw .malformed }
    originalID = id
  }
}

extension PacketWriter {
  /// Appends the TSIG of a reply to `query`, whose key nobody here knows: BADKEY, without a MAC
  /// (RFC 8945 §5.2.1, §5.3.2).
  public mutating func append(
    badKeyFor signature: TransactionSignature, of query: PacketReader
  ) {
    append(nameAt: signature.name, of: query)
    append(RecordType.tsig.rawValue)
    append(RecordClass.any)
    append(UInt32(0))
    let lengthAt = count
    append(UInt16(0))
    append(nameAt: signature.algorithm, of: query)
    append(signature.timeAndFudge)
    append(UInt16(0))
    append(signature.originalID)
    append(TransactionSignature.badKey)
    append(UInt16(0))
    set(UInt16(truncatingIfNeeded: count - lengthAt - 2), at: lengthAt)
  }
}

extension TransactionSignature {
  /// The error: no such key (RFC 8945 §3).
  static var badKey: UInt16 { 17 }
}
