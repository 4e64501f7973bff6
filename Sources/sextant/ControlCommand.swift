import Control

/// `sextant ctl`: talks to a running server.
enum ControlCommand {
  private static let help = """
    Talks to a running server through its administration.

    sextant ctl failback OWNER [--admin ADDRESS]
      Lets the failover of OWNER, or of the policy with that name, go back to the pools
      that it holds back (failback=) and that are up.
      --admin ADDRESS  where the administration is (default: 127.0.0.1:5380)

    """

  /// Runs the command; the exit status.
  static func run(_ arguments: [String]) -> Int32 {
    do throws(CommandError) {
      let options: Options
      let admin: String
      do throws(UsageError) {
        options = try Options(arguments, taking: ["--admin"])
        admin = try options.single("--admin") ?? "127.0.0.1:5380"
      } catch {
        throw .usage(error.message, command: "ctl ")
      }
      if options.flags.contains("--help") {
        print(help, terminator: "")
        return 0
      }
      guard options.operands.count == 2, options.operands[0] == "failback" else {
        throw .usage("ctl needs a verb: failback OWNER", command: "ctl ")
      }
      do throws(ControlError) {
        let answer = try AdminClient(admin).ask(
          "/v1/failback", [("owner", options.operands[1])], isChange: true)
        print(answer, terminator: "")
      } catch {
        throw .failed(error.description)
      }
      return 0
    } catch {
      return error.report()
    }
  }
}
