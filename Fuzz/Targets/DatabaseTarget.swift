import Addresses
import GeoDatabase

/// Octets as a MaxMind DB file: opened, looked up in, flattened.
struct DatabaseTarget {
  func run(_ input: UnsafeRawBufferPointer) {
    guard let file = try? unsafe MaxMindFile(octets: Array(input), path: "database") else { return }
    for address in [IPAddress(ipv4: 0x0101_0101), IPAddress(high: 0x2001_0218 << 32, low: 1)] {
      _ = try? file.lookup(address)
    }
    guard let database = try? GeoDatabase(file) else { return }
    _ = GeoDatabases([database]).locate(IPAddress(ipv4: 0x0808_0808))
  }
}
