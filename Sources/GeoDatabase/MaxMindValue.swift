/// A value of the data section of a MaxMind DB.
public enum MaxMindValue: Hashable, Sendable {
  /// Keys and values in the order of the file.
  case map([Entry])
  /// Values in order.
  case array([MaxMindValue])
  /// UTF-8 text.
  case string(String)
  /// Octets without a meaning to the format.
  case bytes([UInt8])
  /// An IEEE 754 binary64.
  case double(Double)
  /// An IEEE 754 binary32.
  case float(Float)
  /// An unsigned number of at most 16 bits.
  case uint16(UInt16)
  /// An unsigned number of at most 32 bits.
  case uint32(UInt32)
  /// An unsigned number of at most 64 bits.
  case uint64(UInt64)
  /// An unsigned number of at most 128 bits.
  case uint128(UInt128)
  /// A signed number of 32 bits.
  case int32(Int32)
  /// True or false.
  case boolean(Bool)

  /// A key of a map and its value.
  public struct Entry: Hashable, Sendable {
    /// The key.
    public var key: String
    /// The value.
    public var value: MaxMindValue

    /// An entry from its parts.
    public init(_ key: String, _ value: MaxMindValue) {
      self.key = key
      self.value = value
    }
  }

  /// The value of a map's key; nil for another key and for what is no map.
  public subscript(key: String) -> MaxMindValue? {
    guard case .map(let entries) = self else { return nil }
    return entries.first { $0.key == key }?.value
  }
}
