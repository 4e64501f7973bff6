/// A use of the program that its help does not allow; exit status 2.
struct UsageError: Error {
  let message: String
  init(_ message: String) { self.message = message }
}

/// What stands behind a command's name: options with values, flags, and the rest.
struct Options {
  /// The values of each option that takes one, in order.
  private(set) var values: [String: [String]] = [:]
  /// The flags that are set.
  private(set) var flags: Set<String> = []
  /// What is no option.
  private(set) var operands: [String] = []

  /// Takes `arguments` apart. `taking` are the options with a value (`--zones DIR` or `--zones=DIR`),
  /// `flags` those without; names carry their dashes. `--` ends the options; `--help` is always a flag.
  init(_ arguments: [String], taking: [String], flags known: [String] = []) throws(UsageError) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        operands += rest
        return
      }
      guard argument.hasPrefix("-"), argument != "-" else {
        operands.append(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      if taking.contains(name) {
        if parts.count == 2 {
          values[name, default: []].append(String(parts[1]))
        } else if let value = rest.popFirst() {
          values[name, default: []].append(value)
        } else {
          throw UsageError("\(name) needs a value")
        }
      } else if parts.count == 1, known.contains(name) || name == "--help" {
        flags.insert(name)
      } else {
        throw UsageError("unknown option '\(name)'")
      }
    }
  }

  /// The one value of an option, nil where it was not given.
  func single(_ name: String) throws(UsageError) -> String? {
    guard let all = values[name] else { return nil }
    guard all.count == 1 else { throw UsageError("\(name) is given \(all.count) times") }
    return all[0]
  }
}
