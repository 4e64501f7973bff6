import Glibc

/// A parser that octets are fed to.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// A query; EDNS options behind a good question; messages on TCP connections.
  case query, options, tcp
  /// A master file; a file of settings; a MaxMind DB file.
  case zone, yaml, mmdb

  /// What takes an input. It traps where something that has to hold does not.
  public func runner() -> (UnsafeRawBufferPointer) -> Void {
    switch self {
    case .query: unsafe QueryTarget().run
    case .options: unsafe OptionsTarget().run
    case .tcp: unsafe StreamTarget().run
    case .zone: unsafe ZoneTarget().run
    case .yaml: unsafe SettingsTarget().run
    case .mmdb: unsafe DatabaseTarget().run
    }
  }
}

/// What every run of this process calls: the runner of the target that `SEXTANT_FUZZ_TARGET` names.
// SAFETY: libFuzzer calls from one thread.
nonisolated(unsafe) private var runner: (UnsafeRawBufferPointer) -> Void = { _ in }

/// libFuzzer's first call.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafeMutablePointer<Int32>?, _ arguments: UnsafeMutableRawPointer?
) -> Int32 {
  // SAFETY: getenv's text is copied at once.
  let name = unsafe getenv("SEXTANT_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
  guard let target = FuzzTarget(rawValue: name) else {
    let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
    print("SEXTANT_FUZZ_TARGET is one of \(names)")
    exit(2)
  }
  unsafe runner = target.runner()
  return 0
}

/// libFuzzer's call for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  // SAFETY: libFuzzer hands over `size` readable octets.
  unsafe runner(UnsafeRawBufferPointer(start: start, count: size))
  return 0
}
