import Configuration
import Control
import GeoDatabase
import Glibc
import HealthState
import SourceText
import ZoneCompiler
import ZoneFile

/// `sextant check`: every error and warning of zone files and settings, in one go.
enum CheckCommand {
  private static let help = """
    Says what is wrong with zone files and settings, and tries what zones expect of
    themselves ($EXPECT): every error and warning with its place and a way to mend it.
    Exits with 1 where there is an error.

    sextant check [option…] PATH…
      PATH is a zone's file, named after the zone (example.com.zone or example.com), a
      folder of such files, or a file of settings whose name ends with .yaml.
      --config FILE  a file of settings, whatever its name
      --geoip FILE   a MaxMind DB file that the maps are compiled with; may be given
                     more than once (default for zones with $EXPECT lines:
                     geoip/country.mmdb, else geoip/demo.mmdb)
      --json         one JSON object a diagnostic, one a line, on standard output

    """

  /// Runs the command; the exit status.
  static func run(_ arguments: [String]) -> Int32 {
    do throws(CommandError) {
      let options: Options
      do throws(UsageError) {
        options = try Options(arguments, taking: ["--config", "--geoip"], flags: ["--json"])
      } catch {
        throw .usage(error.message, command: "check ")
      }
      if options.flags.contains("--help") {
        print(help, terminator: "")
        return 0
      }
      guard !options.operands.isEmpty || options.values["--config"] != nil else {
        throw .usage(
          "check needs a zone's file, a folder or a file of settings", command: "check ")
      }
      return try check(options)
    } catch {
      return error.report()
    }
  }

  private static func check(_ options: Options) throws(CommandError) -> Int32 {
    let paths = options.values["--geoip"]
    var compiler = try compiler(paths ?? [])
    // Where clients are matters to what zones expect alone, and a large database takes its time.
    var isDecisive = paths != nil
    var errors = 0
    var warnings = 0
    let configurations = options.operands.filter { $0.hasSuffix(".yaml") }
    for path in (options.values["--config"] ?? []) + configurations {
      errors += checkSettings(path, asJSON: options.flags.contains("--json"))
    }
    for path in options.operands where !path.hasSuffix(".yaml") {
      let (root, entries) = try entries(of: path)
      for entry in entries {
        var load = ZoneLoader(root: root, now: Int64(time(nil))).load(
          path: entry.path, apex: entry.apex)
        var compiled: CompiledZone?
        if let zone = load.zone {
          if !isDecisive, !zone.expectations.isEmpty {
            compiler = try self.compiler(nil)
            isDecisive = true
          }
          let made = try compile(zone, of: entry, with: compiler)
          load = load.adding(
            compiler.check(expectationsOf: zone, in: made, supposesDatabases: true))
          compiled = made
        }
        errors += load.errorCount
        warnings += load.warningCount
        if options.flags.contains("--json") {
          for diagnostic in load.diagnostics { print(json(diagnostic, in: load.files)) }
        } else {
          writeToStandardError(load.rendered(color: usesColor(2)))
        }
        if let compiled, load.errorCount == 0, !options.flags.contains("--json") {
          print(
            "\(entry.path): zone \(entry.apex) serial \(compiled.serial): "
              + "\(compiled.counts.records) records, \(compiled.counts.steeredNames) steered names")
        }
      }
    }
    if !options.flags.contains("--json"), errors + warnings > 0 {
      print("\(count(errors, "error")), \(count(warnings, "warning"))")
    }
    return errors == 0 ? 0 : 1
  }

  /// Checks a file of settings; how many errors it has.
  private static func checkSettings(_ path: String, asJSON: Bool) -> Int {
    let file = ConfigurationFile(path: path)
    if asJSON {
      for diagnostic in file.diagnostics { print(json(diagnostic, in: [path])) }
    } else if file.errorCount == 0 {
      print("\(path): settings are good")
    } else {
      writeToStandardError(file.rendered(color: usesColor(2)))
    }
    return file.errorCount
  }

  private static func compile(
    _ zone: Zone, of entry: ZoneFolder.Entry, with compiler: ZoneCompiler
  ) throws(CommandError) -> CompiledZone {
    do throws(ZoneCompilerError) {
      return try compiler.compile(zone)
    } catch {
      throw .failed("\(entry.path): \(error)")
    }
  }

  private static func compiler(_ paths: [String]?) throws(CommandError) -> ZoneCompiler {
    do throws(ControlError) {
      return ZoneCompiler(
        databases: try GeoFiles.open(paths), health: HealthTable(), key: .init(seed: 0))
    } catch {
      throw .failed("\(error)")
    }
  }

  private static func entries(
    of path: String
  ) throws(CommandError) -> (root: String?, [ZoneFolder.Entry]) {
    do throws(ControlError) {
      if ZoneFolder.isFolder(path) { return (path, try ZoneFolder.list(path)) }
      return (nil, [try ZoneFolder.entry(path)])
    } catch {
      throw .failed(error.description)
    }
  }

  private static func json(_ diagnostic: Diagnostic, in files: [String]) -> String {
    var fields: [MaxMindValue.Entry] = [
      .init("severity", .string(diagnostic.severity.rawValue)),
      .init("file", .string(files[Int(diagnostic.location.file)])),
      .init("line", .uint32(diagnostic.location.line)),
      .init("column", .uint32(diagnostic.location.column)),
      .init("message", .string(diagnostic.message)),
    ]
    if let hint = diagnostic.hint { fields.append(.init("hint", .string(hint))) }
    return MaxMindValue.map(fields).json
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
