import Configuration
import Control

/// `sextant serve`: answers queries until SIGTERM.
enum ServeCommand {
  private static let help = """
    Serves the zones of a folder. Without options: the demo in zones/ and geoip/ on
    127.0.0.1:5300, with back ends of its own on 127.0.1.1 to 127.0.1.6, port 5381.

    sextant serve [option…]
      --config FILE          reads settings from FILE (sextant.example.yaml shows all of
                             them); the other options come before what it says
      --zones DIR            the master files: example.com.zone or example.com is the zone
                             example.com. (default: zones)
      --geoip FILE           a MaxMind DB file; may be given more than once: the first with
                             places and the first with AS numbers are used
                             (default: geoip/country.mmdb, else geoip/demo.mmdb)
      --listen ADDRESS:PORT  where to listen, UDP and TCP; may be given more than once;
                             [ADDRESS]:PORT for IPv6 (default: 127.0.0.1:5300)
      --admin ADDRESS:PORT   where the administration listens (HTTP), for explain and ctl
                             (default: nowhere; the demo: 127.0.0.1:5380)
      --workers N            how many workers (default: one a core)
      --user NAME            whom to become after binding (default: nobody where root has
                             bound a port below 1024, else no change)
      --state DIR            where the last good files are kept
                             (default: $STATE_DIRECTORY, else state)

    SIGHUP reads settings, zones and MMDB files again; SIGTERM and SIGINT answer what was
    received and end.

    """

  /// Runs the command; the exit status.
  static func run(_ arguments: [String]) -> Int32 {
    if arguments.contains("--help") {
      print(help, terminator: "")
      return 0
    }
    do throws(CommandError) {
      let options = try options(arguments)
      let settings = try settings(options)
      Signals.block()
      do throws(ControlError) {
        let service = try Service(settings) { () throws(ControlError) in
          do throws(ServeOptions.BadFile) {
            return try options.settings()
          } catch {
            throw ControlError("settings: " + error.diagnostics)
          }
        }
        service.run()
        return 0
      } catch {
        throw .failed(error.description)
      }
    } catch {
      return error.report()
    }
  }

  private static func options(_ arguments: [String]) throws(CommandError) -> ServeOptions {
    do throws(UsageError) {
      return try ServeOptions(arguments)
    } catch {
      throw .usage(error.message, command: "serve ")
    }
  }

  private static func settings(_ options: ServeOptions) throws(CommandError) -> ServeSettings {
    do throws(ServeOptions.BadFile) {
      return try options.settings(color: usesColor(2))
    } catch {
      writeToStandardError(error.diagnostics)
      throw .failed("\(error.path) has errors; nothing is served")
    }
  }
}
