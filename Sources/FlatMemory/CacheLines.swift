/// How memory that threads write for each query is laid out.
public enum CacheLines {
  /// The octets that threads have to be apart: two neighbouring lines of 64 are fetched together.
  @inlinable public static var stride: Int { 128 }

  /// Room for `byteCount` octets in cache lines that hold nothing else, for `deallocate` to free.
  @unsafe
  public static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    .allocate(byteCount: padded(byteCount), alignment: stride)
  }

  /// `byteCount` rounded up to whole lines.
  public static func padded(_ byteCount: Int) -> Int {
    (max(1, byteCount) + stride - 1) / stride * stride
  }

  /// The addresses of `byteCount` octets that `allocate` has made room for, to the end of their last line.
  public static func addresses(_ start: UnsafeRawPointer, byteCount: Int) -> Range<UInt> {
    let first = UInt(bitPattern: start)
    return first..<(first + UInt(padded(byteCount)))
  }
}
