import Addresses

/// Where a server listens, for UDP and TCP alike: `127.0.0.1:53` or `[::1]:53`.
public struct ListenAddress: Hashable, Sendable {
  /// The address; `0.0.0.0` and `::` are all addresses of their family.
  public let address: IPAddress
  /// The port; 0 asks the system for a free one.
  public let port: UInt16

  /// An address and a port.
  public init(_ address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// Whether this stands for every address of the machine.
  public var isWildcard: Bool { address.high == 0 && address.low == 0 }
}

extension ListenAddress {
  /// Why a text is not an address to listen on, and what to write instead.
  public enum ParseError: Error, Hashable, Sendable {
    /// An address without a port.
    case noPort(IPAddress)
    /// An IPv6 address with a port, but without brackets.
    case noBrackets(String)
    /// What stands behind the address is not a port.
    case badPort(String)
    /// What stands before the port is not an address.
    case badAddress(String)
  }

  /// Parses `ADDRESS:PORT` or `[ADDRESS]:PORT`.
  public init(parsing text: some StringProtocol) throws(ParseError) {
    let text = String(text)
    if let address = IPAddress(text) {
      // `::1:53` is an address as a whole, yet probably meant as `[::1]:53`.
      throw address.isIPv4 || !text.hasSuffix(":53") ? .noPort(address) : .noBrackets(text)
    }
    guard let colon = text.lastIndex(of: ":") else {
      if text.hasPrefix("["), text.hasSuffix("]"),
        let address = IPAddress(text.dropFirst().dropLast())
      {
        throw .noPort(address)
      }
      throw .badAddress(text)
    }
    var host = text[..<colon]
    let bracketed = host.hasPrefix("[") && host.hasSuffix("]")
    if !bracketed, text.hasPrefix("["), let address = IPAddress(text.dropFirst().dropLast()),
      text.hasSuffix("]")
    {
      throw .noPort(address)
    }
    if bracketed { host = host.dropFirst().dropLast() }
    guard let address = IPAddress(host), bracketed != address.isIPv4 else {
      if !bracketed, let address = IPAddress(host), !address.isIPv4 { throw .noBrackets(text) }
      throw .badAddress(String(host))
    }
    let digits = text[text.index(after: colon)...]
    guard digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let port = UInt16(digits) else {
      throw .badPort(String(digits))
    }
    self.init(address, port: port)
  }
}

extension ListenAddress: CustomStringConvertible {
  /// The form that is parsed.
  public var description: String {
    address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }
}

extension ListenAddress.ParseError: CustomStringConvertible {
  /// What is wrong, and the mend.
  public var description: String {
    switch self {
    case .noPort(let address):
      "no port behind the address; write \(ListenAddress(address, port: 53))"
    case .noBrackets(let text):
      "'\(text)' needs brackets around the IPv6 address; write [ADDRESS]:PORT, such as [::1]:53"
    case .badPort(let text):
      "'\(text)' is not a port; write a number from 0 to 65535 behind the last colon"
    case .badAddress(let text):
      "'\(text)' is not an address; write ADDRESS:PORT, such as 127.0.0.1:53 or [::1]:53"
    }
  }
}
