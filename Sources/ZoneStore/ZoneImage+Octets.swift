import FlatMemory

extension ZoneImage {
  /// The node index that stands in RRset data at `offset`.
  @inlinable
  public func nodeIndex(_ offset: Int) -> UInt32 {
    // SAFETY: the range is checked, and a load need not be aligned.
    unsafe UInt32(littleEndian: octets.octets(offset, 4).loadUnaligned(as: UInt32.self))
  }

  /// The 32 bits that stand at `offset` in network order.
  @inlinable
  public func word32(_ offset: Int) -> UInt32 {
    // SAFETY: the range is checked, and a load need not be aligned.
    unsafe UInt32(bigEndian: octets.octets(offset, 4).loadUnaligned(as: UInt32.self))
  }

  /// The 64 bits that stand at `offset` in network order.
  @inlinable
  public func word64(_ offset: Int) -> UInt64 {
    // SAFETY: the range is checked, and a load need not be aligned.
    unsafe UInt64(bigEndian: octets.octets(offset, 8).loadUnaligned(as: UInt64.self))
  }
}
