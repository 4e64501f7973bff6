import Addresses

/// What came of a question.
enum LookupOutcome: Hashable {
  /// Addresses in ascending order, each once, and the smallest TTL of the records that lead to them, in
  /// seconds.
  case addresses([IPAddress], ttl: UInt32)
  /// There is none: NODATA, or NXDOMAIN where the name does not exist; and the TTL of that (RFC 2308 §5).
  case none(exists: Bool, ttl: UInt32)
  /// Nothing is known, for this reason.
  case failure(String)
}
