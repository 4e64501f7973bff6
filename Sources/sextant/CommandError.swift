import Control

/// Why a command ends without having done what was asked.
enum CommandError: Error {
  /// It was called in a way that its help does not allow; exit status 2.
  case usage(String, command: String)
  /// What was asked does not hold or cannot be done; exit status 1. The text may have several lines.
  case failed(String)

  /// Writes the reason to standard error; the exit status.
  func report() -> Int32 {
    switch self {
    case .usage(let message, let command):
      writeToStandardError("sextant: \(message) (see sextant \(command)--help)\n")
      return 2
    case .failed(let message):
      let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
      writeToStandardError(lines.map { "sextant: \($0)\n" }.joined())
      return 1
    }
  }
}
