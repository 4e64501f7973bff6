import Control
import DNSWire
import Explain
import GeoDatabase
import Glibc
import HealthState
import LinuxSystem
import Migration
import SourceText
import Steering
import ZoneCompiler
import ZoneFile

/// `sextant explain`: why a client gets an answer.
enum ExplainCommand {
  private static let help = """
    Says why a client gets an answer: what is known of it, the rule it meets, what is up,
    what is picked and with which TTL. From zone files with everything up, or from a
    running server with its health. The answer is made by the code that serves.

    sextant explain NAME [TYPE] --client ADDRESS [option…]
      TYPE             A where nothing is said
      --client ADDRESS whose answer it is
      --zones DIR      the folder of the master files (default: zones)
      --geoip FILE     a MaxMind DB file; may be given more than once (default: as serve)
      --down WHAT      a target, a pool or a site (@NAME) that is supposed down; may be
                       given more than once
      --at TIME        the time, such as 2026-12-01T06:00:00Z (default: now)
      --admin ADDRESS  asks the running server whose administration is there
                       (127.0.0.1:5380), and no files
      --packet         shows the whole reply too
      --json           one JSON object on standard output

    """

  /// Runs the command; the exit status.
  static func run(_ arguments: [String]) -> Int32 {
    do throws(CommandError) {
      let options: Options
      do throws(UsageError) {
        options = try Options(
          arguments, taking: ["--client", "--zones", "--geoip", "--down", "--at", "--admin"],
          flags: ["--packet", "--json"])
      } catch {
        throw .usage(error.message, command: "explain ")
      }
      if options.flags.contains("--help") {
        print(help, terminator: "")
        return 0
      }
      try explain(options)
      return 0
    } catch {
      return error.report()
    }
  }

  private static func explain(_ options: Options) throws(CommandError) {
    let name: String
    let type: String
    let client: String
    let (zones, at, admin): (String?, String?, String?)
    do throws(UsageError) {
      guard (1...2).contains(options.operands.count) else {
        throw UsageError("explain needs a name, and may have a type")
      }
      name = options.operands[0]
      type = options.operands.count > 1 ? options.operands[1] : "A"
      guard let address = try options.single("--client") else {
        throw UsageError("explain needs '--client ADDRESS'")
      }
      client = address
      (zones, at, admin) = try (
        options.single("--zones"), options.single("--at"), options.single("--admin")
      )
      if admin != nil,
        let other = ["--zones", "--geoip", "--down", "--at"].first(where: {
          options.values[$0] != nil
        })
      {
        throw UsageError("\(other) is for files; a running server has its own")
      }
    } catch {
      throw .usage(error.message, command: "explain ")
    }
    do throws(ControlError) {
      if let admin {
        let isText = !options.flags.contains("--json") && !options.flags.contains("--packet")
        let answer = try AdminClient(admin).ask(
          "/v1/explain",
          [
            ("name", name), ("type", type), ("client", client),
            ("format", options.flags.contains("--json") ? "json" : isText ? "text" : "packet"),
          ])
        print(answer, terminator: "")
        return
      }
      let now = try at.map { text throws(ControlError) -> Int64 in
        guard let time = Timestamp.seconds(text) else {
          throw ControlError("'\(text)' is not a time such as 2026-12-01T06:00:00Z")
        }
        return time
      }
      let question = try ExplainArguments(
        name: name, type: type, client: client, now: now ?? Int64(time(nil)),
        monotonic: monotonicMilliseconds()
      ).question
      let files = try ExplainedFiles(
        zones: zones ?? "zones", geoip: options.values["--geoip"],
        down: options.values["--down"] ?? [])
      let explanation = Explainer(seed: .random(in: .min ... .max)).explain(
        question, in: files.version)
      if options.flags.contains("--json") {
        print(explanation.json)
      } else {
        print(explanation.text, terminator: "")
        if options.flags.contains("--packet") { print("\n" + explanation.packet, terminator: "") }
      }
    } catch {
      throw .failed(error.description)
    }
  }
}
