import Addresses
import CMaxMindDB
import Glibc

extension MaxMindFile {
  /// The network that an address lies in and its record, as the file has them; `record` is nil where
  /// there is none. An IPv6 address in a file of IPv4 alone lies in `::/0`, without a record.
  public func lookup(
    _ address: IPAddress
  ) throws(GeoDatabaseError) -> (network: IPPrefix, record: MaxMindValue?) {
    if !address.isIPv4 && metadata.ipVersion == 4 { return (IPPrefix(address, length: 0), nil) }
    let result = try search(address)
    // In a tree of both families an IPv4 network counts from the top of the IPv6 tree.
    let isMapped = address.isIPv4 && metadata.ipVersion == 6
    let network = IPPrefix(address, length: max(0, result.length - (isMapped ? 96 : 0)))
    guard let offset = result.offset else { return (network, nil) }
    do throws(RecordFault) {
      var check = SoundnessCheck()
      try checkRecord(at: offset, &check)
      return (network, try value(at: offset))
    } catch {
      throw .damagedRecord(path: path, network: network, reason: error.reason)
    }
  }

  private func search(
    _ address: IPAddress
  ) throws(GeoDatabaseError) -> (length: Int, offset: UInt32?) {
    var status = MMDB_SUCCESS
    let result: MMDB_lookup_result_s
    // SAFETY: `handle` is open; libmaxminddb reads the kind of socket address that the family says.
    if address.isIPv4 {
      var socket = sockaddr_in()
      socket.sin_family = sa_family_t(AF_INET)
      socket.sin_addr.s_addr = address.ipv4.bigEndian
      unsafe result = unsafe withUnsafePointer(to: &socket) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe MMDB_lookup_sockaddr(handle, $0, &status)
        }
      }
    } else {
      var socket = sockaddr_in6()
      socket.sin6_family = sa_family_t(AF_INET6)
      unsafe withUnsafeMutableBytes(of: &socket.sin6_addr) {
        unsafe $0.copyBytes(from: address.octets)
      }
      unsafe result = unsafe withUnsafePointer(to: &socket) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe MMDB_lookup_sockaddr(handle, $0, &status)
        }
      }
    }
    guard status == MMDB_SUCCESS else {
      throw .damagedTree(path: path, reason: maxMindMessage(status))
    }
    return unsafe (Int(result.netmask), result.found_entry ? result.entry.offset : nil)
  }
}
