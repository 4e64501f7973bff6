import CLinux
import Glibc

/// A system call that failed.
public struct SystemError: Error, Sendable {
  /// The call: "bind".
  public let call: StaticString
  /// The error number, as in `errno`.
  public let number: Int32

  /// The error of `call` with the given number.
  public init(call: StaticString, number: Int32) {
    self.call = call
    self.number = number
  }

  /// The error that the calling thread's last call left in `errno`.
  public static func last(_ call: StaticString) -> SystemError {
    SystemError(call: call, number: errno)
  }

  /// The symbolic name: "EADDRINUSE".
  public var name: String {
    // SAFETY: the name is a constant of libc's, or null.
    guard let name = unsafe clinux_error_name(number) else { return "error \(number)" }
    return unsafe String(cString: name)
  }

  /// What it means, without a capital: "address already in use".
  public var meaning: String { Self.meaning(of: number) }

  /// What an error number means, without a capital.
  public static func meaning(of number: Int32) -> String {
    var text = [CChar](repeating: 0, count: 128)
    // SAFETY: strerror_r writes at most the `count` octets that it is handed, and a NUL.
    let status = unsafe text.withUnsafeMutableBufferPointer { buffer -> Int32 in
      guard let base = buffer.baseAddress else { return -1 }
      return unsafe strerror_r(number, base, buffer.count)
    }
    guard status == 0 else { return "error \(number)" }
    let meaning = String(
      decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return meaning.prefix(1).lowercased() + meaning.dropFirst()
  }
}

extension SystemError: CustomStringConvertible {
  /// "bind: address already in use (EADDRINUSE)".
  public var description: String { "\(call): \(meaning) (\(name))" }
}

/// Runs a system call until no signal interrupts it; a negative result is thrown as `errno` has it.
@inlinable
public func retrying<Result: SignedInteger>(
  _ call: StaticString, _ body: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = body()
    if result >= 0 { return result }
    let error = SystemError.last(call)
    if error.number != EINTR { throw error }
  }
}

extension SystemError: Hashable {
  /// Whether call and number are the same.
  public static func == (a: SystemError, b: SystemError) -> Bool {
    a.number == b.number && "\(a.call)" == "\(b.call)"
  }

  /// Hashes the number.
  public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}
