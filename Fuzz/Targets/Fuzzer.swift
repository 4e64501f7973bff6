import Glibc

/// The parser that a run feeds: `SEXTANT_FUZZ_TARGET` names it.
enum Fuzzer {
  /// What every run of this process calls.
  nonisolated(unsafe) private static var target: (UnsafeRawBufferPointer) -> Void = { _ in }

  static func choose() -> Bool {
    // SAFETY: libFuzzer calls from one thread; getenv's text is copied at once.
    guard let value = unsafe getenv("SEXTANT_FUZZ_TARGET") else { return false }
    switch unsafe String(cString: value) {
    case "query": unsafe target = QueryTarget().run
    case "options": unsafe target = OptionsTarget().run
    case "zone": unsafe target = ZoneTarget().run
    case "mmdb": unsafe target = DatabaseTarget().run
    default: return false
    }
    return true
  }

  static func run(_ input: UnsafeRawBufferPointer) { unsafe target(input) }
}

/// libFuzzer's first call.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafeMutablePointer<Int32>?, _ arguments: UnsafeMutableRawPointer?
) -> Int32 {
  if Fuzzer.choose() { return 0 }
  print("SEXTANT_FUZZ_TARGET is one of query, options, zone, mmdb")
  exit(2)
}

/// libFuzzer's call for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  // SAFETY: libFuzzer hands over `size` readable octets.
  unsafe Fuzzer.run(UnsafeRawBufferPointer(start: start, count: size))
  return 0
}
