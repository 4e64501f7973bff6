/// A network: an address and how many of its leading bits count.
@frozen
public struct IPPrefix: Hashable, Sendable {
  /// The first address of the network.
  public let address: IPAddress
  /// The number of leading bits that count: 0…32 or 0…128.
  public let length: Int

  /// The network of `length` bits that `address` lies in.
  @inlinable
  public init(_ address: IPAddress, length: Int) {
    self.length = max(0, min(length, address.bitWidth))
    self.address = address.masked(to: self.length)
  }

  /// Whether `other` lies in this network (families never mix).
  @inlinable
  public func contains(_ other: IPAddress) -> Bool {
    other.isIPv4 == address.isIPv4 && other.masked(to: length) == address
  }
}

extension IPPrefix {
  /// Why a network's text cannot be taken.
  public enum ParseError: Error, Equatable {
    /// Not `ADDRESS/LENGTH` or an address alone.
    case malformed
    /// Bits are set behind the prefix; the network that was probably meant.
    case hostBits(IPPrefix)
  }

  /// Parses `192.0.2.0/24`, `2001:db8::/32` or a single address.
  public init(parsing text: some StringProtocol) throws(ParseError) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = IPAddress(parts[0]) else { throw .malformed }
    guard parts.count == 2 else {
      self.init(address, length: address.bitWidth)
      return
    }
    guard parts[1].utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let length = Int(parts[1]),
      length <= address.bitWidth
    else { throw .malformed }
    self.init(address, length: length)
    if self.address != address { throw .hostBits(self) }
  }
}

extension IPPrefix: CustomStringConvertible {
  /// `ADDRESS/LENGTH`.
  public var description: String { "\(address)/\(length)" }
}
