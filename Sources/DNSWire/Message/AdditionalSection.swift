/// What the additional section of a query says.
@frozen
public struct AdditionalSection: Sendable {
  /// The OPT pseudo-RR, where one came.
  public var edns = EDNS()
  /// The TSIG, if one came.
  public var signature: TransactionSignature?

  /// A section without records.
  public init() {}

  /// Reads the `count` RRs from `start` to the end of the message.
  ///
  /// More than one OPT, an OPT that is not at the root, a malformed option, a TSIG that is malformed or
  /// not last, and octets behind the last RR are errors (RFC 6891 §6.1.1, RFC 7871 §7.1.1,
  /// RFC 7873 §5.2.2, RFC 8945 §5.2).
  public mutating func read(
    _ message: PacketReader, at start: Int, count: Int
  ) throws(EDNSError) {
    var at = start
    var left = count
    while left > 0 {
      left &-= 1
      // TYPE, CLASS and TTL as they follow each other.
      guard signature == nil, let fixed = message.skipName(at), let fields = message.uint64(fixed),
        let end = message.skipFixed(fixed)
      else { throw .malformed }
      let type = UInt16(truncatingIfNeeded: fields &>> 48)
      if type == RecordType.opt.rawValue {
        guard !edns.isPresent, fixed == at &+ 1 else { throw .malformed }
        try edns.read(fields, message, from: fixed &+ 10, to: end)
      } else if type == RecordType.tsig.rawValue {
        signature = try TransactionSignature(message, at: at, fixed: fixed, end: end)
      }
      at = end
    }
    guard at == message.count else { throw .malformed }
  }
}
