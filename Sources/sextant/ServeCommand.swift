import Control
import Transport

/// `sextant serve`: answers queries until SIGTERM.
enum ServeCommand {
  private static let help = """
    Serves the zones of a folder. Without options: the demo in zones/ and geoip/ on
    127.0.0.1:5300, with back ends of its own on 127.0.1.1 to 127.0.1.6, port 5381.

    sextant serve [option…]
      --zones DIR            the master files: example.com.zone or example.com is the zone
                             example.com. (default: zones)
      --geoip FILE           a MaxMind DB file; may be given more than once: the first with
                             places and the first with AS numbers are used
                             (default: geoip/country.mmdb, else geoip/demo.mmdb)
      --listen ADDRESS:PORT  where to listen, UDP and TCP; may be given more than once;
                             [ADDRESS]:PORT for IPv6 (default: 127.0.0.1:5300)
      --workers N            how many workers (default: one a core)
      --user NAME            whom to become after binding (default: nobody where root has
                             bound a port below 1024, else no change)
      --state DIR            where the last good files are kept
                             (default: $STATE_DIRECTORY, else state)

    SIGHUP loads zones and MMDB files again; SIGTERM and SIGINT answer what was received
    and end.

    """

  /// Runs the command; the exit status.
  static func run(_ arguments: [String]) -> Int32 {
    do throws(CommandError) {
      guard let settings = try settings(arguments) else { return 0 }
      Signals.block()
      do throws(ControlError) {
        try Service(settings).run()
        return 0
      } catch {
        throw .failed(error.description)
      }
    } catch {
      return error.report()
    }
  }

  /// The settings that the options say; nil where help was asked for and given.
  private static func settings(_ arguments: [String]) throws(CommandError) -> ServeSettings? {
    do throws(UsageError) {
      let options = try Options(
        arguments,
        taking: [
          "--zones", "--geoip", "--listen", "--workers", "--user", "--state",
        ])
      if options.flags.contains("--help") {
        print(help, terminator: "")
        return nil
      }
      if let operand = options.operands.first {
        throw UsageError("serve takes no '\(operand)'; zones are named with --zones")
      }
      var settings = ServeSettings()
      settings.isDemo = arguments.isEmpty
      settings.zones = try options.single("--zones") ?? settings.zones
      settings.geoip = options.values["--geoip"]
      settings.user = try options.single("--user")
      settings.state = try options.single("--state") ?? environment("STATE_DIRECTORY") ?? "state"
      settings.workers = try workers(options)
      settings.listen = try listen(options)
      return settings
    } catch {
      throw .usage(error.message, command: "serve ")
    }
  }

  private static func workers(_ options: Options) throws(UsageError) -> Int? {
    guard let text = try options.single("--workers") else { return nil }
    guard let count = Int(text), (1...64).contains(count) else {
      throw UsageError("--workers takes a number from 1 to 64, not '\(text)'")
    }
    return count
  }

  private static func listen(_ options: Options) throws(UsageError) -> [ListenAddress] {
    var result: [ListenAddress] = []
    for text in options.values["--listen"] ?? ["127.0.0.1:5300"] {
      do throws(ListenAddress.ParseError) {
        result.append(try ListenAddress(parsing: text))
      } catch {
        throw UsageError("--listen: \(error)")
      }
    }
    return result
  }
}
