/// `sextant version`.
enum VersionCommand {
  private static let help = """
    Says the version of the program.

    sextant version

    """

  /// Runs the command; the exit status.
  static func run(_ arguments: [String]) -> Int32 {
    do throws(UsageError) {
      let options = try Options(arguments, taking: [])
      if let operand = options.operands.first {
        throw UsageError("version takes no '\(operand)'")
      }
      print(options.flags.contains("--help") ? help : "sextant \(version)\n", terminator: "")
      return 0
    } catch {
      return CommandError.usage(error.message, command: "version ").report()
    }
  }
}
