import Control
import DNSWire
import Glibc
import ZoneFile

/// `sextant export`: a plain master file of a steered zone, for any other name server.
enum ExportCommand {
  private static let help = """
    Writes a zone as a plain master file (RFC 1035) on standard output, for any other
    name server: a steered name gets its plain records or, where it has none, what a
    client of unknown place gets with everything up. Where that is answered with the
    addresses of a host name, it gets a CNAME of the host; where it cannot have one, as
    at the apex, it needs plain records.

    sextant export ZONE [option…]
      --zones DIR   the folder of the master files (default: zones)

    """

  /// Runs the command; the exit status.
  static func run(_ arguments: [String]) -> Int32 {
    do throws(CommandError) {
      let options: Options
      let folder: String
      do throws(UsageError) {
        options = try Options(arguments, taking: ["--zones"])
        folder = try options.single("--zones") ?? "zones"
      } catch {
        throw .usage(error.message, command: "export ")
      }
      if options.flags.contains("--help") {
        print(help, terminator: "")
        return 0
      }
      guard options.operands.count == 1, let apex = DomainName(options.operands[0]) else {
        throw .usage("export needs the name of one zone", command: "export ")
      }
      print(try export(apex, in: folder), terminator: "")
      return 0
    } catch {
      return error.report()
    }
  }

  private static func export(_ apex: DomainName, in folder: String) throws(CommandError) -> String {
    let entries: [ZoneFolder.Entry]
    do throws(ControlError) {
      entries = try ZoneFolder.list(folder)
    } catch {
      throw .failed(error.description)
    }
    guard let entry = entries.first(where: { $0.apex == apex }) else {
      let known = entries.map { "\($0.apex)" }.joined(separator: ", ")
      throw .failed("no zone \(apex) in '\(folder)'; it has \(known.isEmpty ? "none" : known)")
    }
    let load = ZoneLoader(root: folder, now: Int64(time(nil))).load(path: entry.path, apex: apex)
    writeToStandardError(load.rendered(color: usesColor(2)))
    guard let zone = load.zone else {
      throw .failed("\(entry.path) has errors; nothing is exported")
    }
    do throws(ExportError) {
      return try plainMasterFile(of: zone)
    } catch {
      throw .failed("\(error)")
    }
  }
}
