import Addresses
import GeoDatabase
import Glibc

/// Octets as a MaxMind DB file: opened, flattened, looked up.
struct DatabaseTarget {
  private let path = "/dev/shm/sextant-fuzz-\(getpid()).mmdb"

  func run(_ input: UnsafeRawBufferPointer) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard file >= 0 else { return }
    // SAFETY: the input's octets are read.
    _ = unsafe write(file, input.baseAddress, input.count)
    close(file)
    guard let raw = try? MaxMindFile(path: path) else { return }
    for address in [IPAddress(ipv4: 0x0101_0101), IPAddress(high: 0x2001_0218 << 32, low: 1)] {
      _ = try? raw.lookup(address)
    }
    guard let database = try? GeoDatabase(path: path) else { return }
    _ = GeoDatabases([database]).locate(IPAddress(ipv4: 0x0808_0808))
  }
}
