import FlatMemory

extension ZoneImage {
  /// The node index that stands in RRset data at `offset`.
  @inlinable
  public func nodeIndex(_ offset: Int) -> UInt32 {
    // SAFETY: the range is checked, and a load need not be aligned.
    unsafe UInt32(littleEndian: octets.octets(offset, 4).loadUnaligned(as: UInt32.self))
  }
}
