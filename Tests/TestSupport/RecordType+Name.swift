import CLdns
import DNSWire

extension RecordType {
  /// A type by its name, as libldns knows it; nil where it does not.
  public init?(name: String) {
    let type = unsafe ldns_get_rr_type_by_name(name)
    guard type.rawValue != 0 else { return nil }
    self.init(rawValue: UInt16(truncatingIfNeeded: type.rawValue))
  }
}
