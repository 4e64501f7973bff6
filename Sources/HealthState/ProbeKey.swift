import Addresses

/// What one probe is for: however many pools share a target, it is probed once per check.
public struct ProbeKey: Hashable, Sendable {
  /// The zone's name in presentation form, lower case, with the final dot.
  public let zone: String
  /// The check's name.
  public let check: String
  /// The address probed.
  public let address: IPAddress
  /// The port probed.
  public let port: UInt16

  /// A key from its parts.
  public init(zone: String, check: String, address: IPAddress, port: UInt16) {
    self.zone = zone
    self.check = check
    self.address = address
    self.port = port
  }
}

extension ProbeKey: CustomStringConvertible {
  /// `check address port N (zone)`.
  public var description: String { "\(check) \(address) port \(port) (\(zone))" }
}
