import Foundation
import Glibc
import Testing

/// The program under test, or a tool beside it, as a child process. What it writes goes to files, so that it
/// never waits for a reader; it is killed with this object.
final class Program {
  /// How a process ended.
  struct Ending: CustomStringConvertible {
    /// Its exit status; nil where a signal killed it.
    var status: Int32?
    /// The signal that killed it.
    var signal: Int32?
    /// What it wrote.
    var output: String
    var errors: String

    /// The lines of standard error.
    var errorLines: [Substring] { errors.split(separator: "\n") }

    var description: String {
      "\(signal.map { "killed by signal \($0)" } ?? "exit status \(status ?? -1)"): \(output)\(errors)"
    }
  }

  /// `sextant`, which is built beside the tests.
  static let sextant =
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appendingPathComponent("sextant").path

  /// The process's id.
  let pid: pid_t
  private let folder = TemporaryFolder()
  private var ending: Ending?

  /// Starts `command` with `arguments`, in the folder `directory` where one is named.
  init(
    _ arguments: [String], command: String = sextant, in directory: String? = nil,
    environment: [String: String] = [:]
  ) throws {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_APPEND
    // All other descriptors of the tests are closed by exec.
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, folder.path("output"), flags, 0o600)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, folder.path("errors"), flags, 0o600)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // The tests' own mask is none of the program's business.
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var inherited = ProcessInfo.processInfo.environment
    inherited["STATE_DIRECTORY"] = nil
    inherited.merge(environment) { $1 }
    let start = directory.map { ["env", "-C", $0] } ?? []
    let words = start + [command] + arguments
    // SAFETY: the texts are freed when the child has its copies of them.
    var texts = unsafe words.map { unsafe strdup($0) } + [nil]
    var variables = unsafe inherited.map { unsafe strdup("\($0)=\($1)") } + [nil]
    defer { unsafe (texts + variables).forEach { unsafe free($0) } }
    var pid: pid_t = 0
    let code = unsafe posix_spawnp(&pid, words[0], &actions, &attributes, &texts, &variables)
    guard code == 0 else { throw POSIXError(.init(rawValue: code) ?? .EIO) }
    self.pid = pid
  }

  deinit {
    guard ending == nil else { return }
    kill(pid, SIGKILL)
    var status: Int32 = 0
    unsafe waitpid(pid, &status, 0)
  }

  /// Runs a command to its end.
  static func run(
    _ arguments: String..., command: String = sextant, in directory: String? = nil,
    environment: [String: String] = [:]
  ) throws -> Ending {
    try run(arguments, command: command, in: directory, environment: environment)
  }

  /// Runs a command to its end.
  static func run(
    _ arguments: [String], command: String = sextant, in directory: String? = nil,
    environment: [String: String] = [:]
  ) throws -> Ending {
    try Program(arguments, command: command, in: directory, environment: environment).finish()
  }

  /// What it has written to standard error so far.
  var errors: String { folder.read("errors") }

  /// The lines of standard error that contain `text`.
  func lines(with text: String) -> [String] {
    errors.split(separator: "\n").filter { $0.contains(text) }.map(String.init)
  }

  /// Waits until standard error has `count` lines with `text`; the last of them.
  @discardableResult
  func wait(
    for text: String, count: Int = 1, within limit: Duration = .seconds(20)
  ) throws -> String {
    try eventually(within: limit, "'\(text)' in the log:\n\(errors)") {
      let found = lines(with: text)
      if found.count < count, hasEnded { throw Failure("it ended before '\(text)':\n\(errors)") }
      return found.count >= count ? found.last : nil
    }
  }

  /// Sends a signal.
  func send(_ signal: Int32) { kill(pid, signal) }

  /// Waits for the end.
  func finish(within limit: Duration = .seconds(30)) throws -> Ending {
    try eventually(within: limit, "the end of the program:\n\(errors)") { hasEnded ? ending : nil }
  }

  /// Whether the process has ended; it is reaped then.
  private var hasEnded: Bool {
    if ending != nil { return true }
    var status: Int32 = 0
    guard unsafe waitpid(pid, &status, WNOHANG) == pid else { return false }
    let signal = status & 0x7F
    ending = Ending(
      status: signal == 0 ? status >> 8 & 0xFF : nil, signal: signal == 0 ? nil : signal,
      output: folder.read("output"), errors: errors)
    return true
  }
}
