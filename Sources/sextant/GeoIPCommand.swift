import Addresses
import GeoDatabase
import Glibc
import Migration

/// `sextant geoip`: makes and reads MaxMind DB files.
enum GeoIPCommand {
  private static let help = """
    Makes and reads MaxMind DB files.

    sextant geoip build [CSV] -o FILE [option…]
      Writes FILE from a CSV file, from files of ranges, or from both; the CSV wins.
      Its first line names its columns: network and any of continent, country,
      subdivision, city (GeoNames id), city_name, latitude, longitude, asn,
      organization. The longest prefix wins; '#' begins a line of comment.
        -o FILE             where the database goes
        --ranges FILE       lines 'first,last,country' as in Debian's tor-geoipdb;
                            may be given more than once
        --centres FILE      continents of countries: country,continent,latitude,longitude
        --type NAME         what the database calls itself
        --description TEXT  what it is and whose data it has

    sextant geoip lookup FILE ADDRESS [--json]
      Shows the network that the address lies in and what is known of it; exits
      with 1 where nothing is.

    sextant geoip info FILE [--json]
      Shows what the database says of itself, after reading all of it.

    """

  /// Runs the command with what stands behind `geoip`; the exit status.
  static func run(_ arguments: [String]) -> Int32 {
    do throws(CommandError) {
      guard let verb = arguments.first else {
        throw .usage("geoip needs build, lookup or info", command: "geoip ")
      }
      let rest = Array(arguments.dropFirst())
      switch verb {
      case "build": return try build(rest)
      case "lookup": return try lookup(rest)
      case "info": return try info(rest)
      case "--help", "help":
        print(help, terminator: "")
        return 0
      default:
        throw .usage(
          "geoip has no command '\(verb)'; it has build, lookup and info", command: "geoip ")
      }
    } catch {
      return error.report()
    }
  }

  private static func options(
    _ arguments: [String], taking: [String] = [], flags: [String] = []
  ) throws(CommandError) -> Options? {
    do throws(UsageError) {
      let options = try Options(arguments, taking: taking, flags: flags)
      guard options.flags.contains("--help") else { return options }
      print(help, terminator: "")
      return nil
    } catch {
      throw .usage(error.message, command: "geoip ")
    }
  }

  private static func single(_ name: String, of options: Options) throws(CommandError) -> String? {
    do throws(UsageError) { return try options.single(name) } catch {
      throw .usage(error.message, command: "geoip ")
    }
  }

  // MARK: build

  private static func build(_ arguments: [String]) throws(CommandError) -> Int32 {
    let names = ["-o", "--ranges", "--centres", "--type", "--description"]
    guard let options = try options(arguments, taking: names) else { return 0 }
    let ranges = options.values["--ranges"] ?? []
    guard let output = try single("-o", of: options) else {
      throw .usage("geoip build needs '-o FILE'", command: "geoip ")
    }
    guard options.operands.count <= 1 else {
      throw .usage(
        "geoip build takes one CSV file, not \(options.operands.count)", command: "geoip ")
    }
    guard !options.operands.isEmpty || !ranges.isEmpty else {
      throw .usage("geoip build needs a CSV file or '--ranges FILE'", command: "geoip ")
    }
    let csv = options.operands.first
    let type =
      try single("--type", of: options) ?? (csv == nil ? "Sextant-Country" : "Sextant-City")
    let description = try single("--description", of: options) ?? "Built by sextant geoip build"
    let centres = try single("--centres", of: options)
    do throws(GeoDatabaseError) {
      var countries = Countries()
      if let centres { countries = try Countries(path: centres) }
      var writer = MMDBWriter(
        type: type, description: description, buildEpoch: UInt64(max(0, time(nil))))
      try writer.insert(csv: csv, ranges: ranges, countries: countries)
      try writer.write(to: output)
    } catch {
      throw .failed(error.description)
    }
    return 0
  }

  // MARK: lookup

  private static func lookup(_ arguments: [String]) throws(CommandError) -> Int32 {
    guard let options = try options(arguments, flags: ["--json"]) else { return 0 }
    guard options.operands.count == 2 else {
      throw .usage("geoip lookup needs FILE and ADDRESS", command: "geoip ")
    }
    guard let address = IPAddress(options.operands[1]) else {
      throw .usage("'\(options.operands[1])' is no IPv4 or IPv6 address", command: "geoip ")
    }
    let found: (network: IPPrefix, record: MaxMindValue?)
    do throws(GeoDatabaseError) {
      found = try MaxMindFile(path: options.operands[0]).lookup(address.canonical)
    } catch {
      throw .failed(error.description)
    }
    if options.flags.contains("--json") {
      print("{\"network\":\"\(found.network)\",\"record\":\(found.record?.json ?? "null")}")
    } else {
      print("network: \(found.network)")
      print((found.record?.lines ?? ["no record"]).joined(separator: "\n"))
    }
    return found.record == nil ? 1 : 0
  }

  // MARK: info

  private static func info(_ arguments: [String]) throws(CommandError) -> Int32 {
    guard let options = try options(arguments, flags: ["--json"]) else { return 0 }
    guard options.operands.count == 1 else {
      throw .usage("geoip info needs one FILE", command: "geoip ")
    }
    let description: MaxMindValue
    do throws(GeoDatabaseError) {
      description = try self.description(of: options.operands[0])
    } catch {
      throw .failed(error.description)
    }
    if options.flags.contains("--json") {
      print(description.json)
    } else {
      print(description.lines.joined(separator: "\n"))
    }
    return 0
  }

  private static func description(of path: String) throws(GeoDatabaseError) -> MaxMindValue {
    let metadata = try MaxMindFile(path: path).metadata
    var entries: [MaxMindValue.Entry] = [
      .init("file", .string(path)),
      .init("type", .string(metadata.type)),
      .init(
        "description",
        .map(
          metadata.descriptions.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
      ),
      .init("built", .string(Timestamp.text(Int64(clamping: metadata.buildEpoch)))),
      .init("languages", .array(metadata.languages.map { .string($0) })),
      .init("ip_version", .uint64(UInt64(metadata.ipVersion))),
      .init("nodes", .uint64(UInt64(metadata.nodeCount))),
      .init("record_size", .uint64(UInt64(metadata.recordSize))),
    ]
    var uses: [String] = []
    do throws(GeoDatabaseError) {
      let database = try GeoDatabase(path: path)
      if database.hasPlaces { uses.append("places") }
      if database.hasAutonomousSystems { uses.append("autonomous systems") }
      entries.append(.init("ipv4_networks", .uint64(UInt64(database.networkCounts.ipv4))))
      entries.append(.init("ipv6_networks", .uint64(UInt64(database.networkCounts.ipv6))))
    } catch {
      guard case .noLocations = error else { throw error }
    }
    entries.append(.init("used_for", .array(uses.map { .string($0) })))
    return .map(entries)
  }
}
