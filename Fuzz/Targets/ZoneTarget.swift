import DNSWire
import Glibc
import HealthState
import SourceText
import TestSupport
import ZoneCompiler
import ZoneFile

/// Octets as a master file: loaded. Of 32 loads the diagnostics of one are rendered, 4 are exported and 4
/// compiled, as all of this takes longer than the parser.
struct ZoneTarget {
  private let apex = DomainName("example.com.") ?? .root
  /// What an input has in front of it that brings no SOA record of its own: most then are zones.
  private let head = Array("@ 60 SOA . . 1 1 1 1 60\n@ 60 NS n.\n".utf8)
  /// One for all runs: its memory lives as long as the process.
  private let health = HealthTable()

  func run(_ input: UnsafeRawBufferPointer) {
    if unsafe generatesTooMuch(input) { return }
    // What stands behind an octet 0 is what the zone includes, or its table of latencies.
    let end = unsafe input.firstIndex(of: 0) ?? input.count
    let other = unsafe Array(input.dropFirst(end + 1))
    let bytes = unsafe (contains(input, "SOA") ? [] : head) + input[..<end]
    let loader = ZoneLoader(now: 1_800_000_000) { path throws(FileError) in
      if path == "zones/missing" { throw .system(2) }
      return path == "zones/zone" ? bytes : other
    }
    let load = loader.load(path: "zones/zone", apex: apex)
    precondition((load.zone == nil) == (load.errorCount > 0))
    switch (input.count & 31, load.zone) {
    case (0, _): precondition(load.rendered().isEmpty == load.diagnostics.isEmpty)
    case (1...4, .some(let zone)): _ = try? plainMasterFile(of: zone)
    case (5...8, .some(let zone)):
      let compiler = ZoneCompiler(
        databases: .init([]), health: health, key: NameHashKey(seed: 1))
      _ = try? compiler.compile(zone)
    default: break
    }
  }

  /// Whether a `$GENERATE` may make more than a hundred lines, for which a run has no time.
  private func generatesTooMuch(_ input: UnsafeRawBufferPointer) -> Bool {
    guard unsafe contains(input, "$G") || contains(input, "$g") else { return false }
    return unsafe input.split { !(0x30...0x39).contains($0) }.contains { unsafe $0.count > 2 }
  }

  /// Whether a word is there. Octets that are not its first are passed over outside the instrumented code.
  private func contains(_ input: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
    guard var at = unsafe input.baseAddress else { return false }
    let end = unsafe at + input.count
    // SAFETY: `at` does not go beyond `end`; both are memory of the counts that are compared.
    while let found = unsafe memchr(at, Int32(word.utf8Start[0]), end - at),
      unsafe end - UnsafeRawPointer(found) >= word.utf8CodeUnitCount
    {
      if unsafe memcmp(found, word.utf8Start, word.utf8CodeUnitCount) == 0 { return true }
      unsafe at = UnsafeRawPointer(found) + 1
    }
    return false
  }
}
