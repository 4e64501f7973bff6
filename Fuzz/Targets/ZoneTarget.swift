import DNSWire
import HealthState
import SourceText
import TestSupport
import ZoneCompiler
import ZoneFile

/// Octets as a master file. What loads is compiled and exported, and its diagnostics are rendered.
struct ZoneTarget {
  private let apex = DomainName("example.com.") ?? .root
  /// One for all runs: its memory lives as long as the process.
  private let health = HealthTable()

  func run(_ input: UnsafeRawBufferPointer) {
    let bytes = unsafe Array(input)
    // $GENERATE may ask for more lines than a run has time for; it has tests of its own.
    if bytes.count > 4096 || contains(bytes, "GENERATE") { return }
    let loader = ZoneLoader(now: 1_800_000_000) { path throws(FileError) in
      guard path == "zones/example.com.zone" else { throw .system(2) }
      return bytes
    }
    let load = loader.load(path: "zones/example.com.zone", apex: apex)
    _ = load.rendered()
    guard let zone = load.zone else { return }
    _ = try? plainMasterFile(of: zone)
    let compiler = ZoneCompiler(
      databases: .init([]), health: health, key: NameHashKey(seed: 1))
    _ = try? compiler.compile(zone)
  }

  private func contains(_ bytes: [UInt8], _ word: String) -> Bool {
    String(decoding: bytes, as: UTF8.self).uppercased().contains(word)
  }
}
