import Addresses
import Configuration
import Transport

/// The options of `sextant serve`.
struct ServeOptions: Sendable {
  /// The file of settings that `--config` names has errors.
  struct BadFile: Error {
    var path: String
    /// All of them, as a person reads them.
    var diagnostics: String
  }

  private let configuration: String?
  private let zones: String?
  private let geoip: [String]?
  private let user: String?
  private let state: String?
  private let workers: Int?
  private let listen: [ListenAddress]?
  private let admin: ListenAddress?
  private let isDemo: Bool

  /// Reads what stands behind `serve`.
  init(_ arguments: [String]) throws(UsageError) {
    let options = try Options(
      arguments,
      taking: [
        "--config", "--zones", "--geoip", "--listen", "--admin", "--workers", "--user", "--state",
      ])
    if let operand = options.operands.first {
      throw UsageError("serve takes no '\(operand)'; zones are named with --zones")
    }
    configuration = try options.single("--config")
    zones = try options.single("--zones")
    geoip = options.values["--geoip"]
    user = try options.single("--user")
    state = try options.single("--state")
    workers = try Self.workers(options)
    listen = try Self.addresses(options, "--listen")
    _ = try options.single("--admin")
    admin = try Self.addresses(options, "--admin")?.first
    isDemo = arguments.isEmpty
  }

  /// The settings: what the options say, then the file that they name, read anew, then the defaults.
  func settings(color: Bool = false) throws(BadFile) -> ServeSettings {
    var settings = ServeSettings()
    if let configuration {
      let file = ConfigurationFile(path: configuration)
      guard let read = file.settings else {
        throw BadFile(path: configuration, diagnostics: file.rendered(color: color))
      }
      settings = read
    }
    settings.zones = zones ?? settings.zones
    settings.geoip = geoip ?? settings.geoip
    settings.user = user ?? settings.user
    settings.state = state ?? settings.state ?? environment("STATE_DIRECTORY")
    settings.workers = workers ?? settings.workers
    settings.listen = listen ?? settings.listen
    settings.admin = admin ?? settings.admin
    settings.isDemo = isDemo
    if isDemo { settings.admin = ListenAddress(IPAddress(ipv4: 0x7F00_0001), port: 5380) }
    return settings
  }

  private static func workers(_ options: Options) throws(UsageError) -> Int? {
    guard let text = try options.single("--workers") else { return nil }
    guard let count = Int(text), (1...64).contains(count) else {
      throw UsageError("--workers takes a number from 1 to 64, not '\(text)'")
    }
    return count
  }

  private static func addresses(
    _ options: Options, _ name: String
  ) throws(UsageError) -> [ListenAddress]? {
    guard let texts = options.values[name] else { return nil }
    var result: [ListenAddress] = []
    for text in texts {
      do throws(ListenAddress.ParseError) {
        result.append(try ListenAddress(parsing: text))
      } catch {
        throw UsageError("\(name): \(error)")
      }
    }
    return result
  }
}
