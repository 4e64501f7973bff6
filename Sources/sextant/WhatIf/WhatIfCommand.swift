import Control
import DNSWire
import GeoDatabase
import Replay

/// `sextant whatif`: how many clients a change moves, from where to where.
enum WhatIfCommand {
  static let help = """
    Says what a change of zones, or a failure, would do: what share of the clients is
    sent elsewhere, from where to where, and what load each pool and site has before
    and after.

    sextant whatif [NAME [TYPE]] [option…]
      NAME and TYPE are what clients ask for: every steered name where there is none,
      and A where there is no AAAA or CNAME.
      --zones DIR     the folder of the master files (default: zones)
      --against DIR   the folder of what they are to become (default: the same)
      --down WHAT     what is then down: a target by name=, address or host name, a
                      pool, or a site as @NAME; may be given more than once. All else
                      is up, and before the change everything is
      --clients FILE  the clients, a line each: CLIENT [COUNT] [NAME [TYPE]], with
                      blanks or commas between. CLIENT is a network or an address; a
                      line without COUNT counts 1, one without NAME for every name.
                      (default: the networks of the first database with places, IPv4
                      by their addresses, and apart from them IPv6 by their /48s)
      --geoip FILE    a MaxMind DB file; may be given more than once
                      (default: geoip/country.mmdb, else geoip/demo.mmdb)
      --max-moved P%  exits with 1 where more of all clients move
      --max-load NAME=P%
                      exits with 1 where the pool or site has more of all clients
                      after the change; may be given more than once
      --json          one JSON object on standard output

    Where answers are drawn or taken in turns, a client counts by its shares, and what
    has to change of them is moved.

    """

  /// Runs the command; the exit status.
  static func run(_ arguments: [String]) -> Int32 {
    do throws(CommandError) {
      let options: WhatIfOptions
      do throws(UsageError) {
        guard let read = try WhatIfOptions(arguments) else {
          print(help, terminator: "")
          return 0
        }
        options = read
      } catch {
        throw .usage(error.message, command: "whatif ")
      }
      return try run(options)
    } catch {
      return error.report()
    }
  }

  private static func run(_ options: WhatIfOptions) throws(CommandError) -> Int32 {
    let progress = ProgressLine()
    defer { progress.clear() }
    progress.show("reading databases")
    let databases: GeoDatabases
    do throws(ControlError) {
      databases = try GeoFiles.open(options.geoip)
    } catch {
      throw .failed(error.description)
    }
    if options.clients == nil, databases.populated == nil {
      throw .failed(
        "there is no database whose networks could stand for clients; name one with --geoip, or "
          + "clients with --clients")
    }
    progress.show("reading zones")
    let zones = try ChangedZones(options, databases: databases)
    var clients = ReplayClients(options, zones: zones)
    let reports = try clients.replay(databases: databases, progress: progress)
    guard !reports.isEmpty else { throw .failed("there is no client in \(clients.source)") }
    let limits = try options.limits.exceeded(in: reports, pools: zones.poolNames)
    let view = WhatIfView(
      reports: reports, source: clients.source, unit: options.clients == nil ? "network" : "line",
      ignored: clients.ignored,
      changedPools: zones.changedTargets.filter { change in
        reports.contains { $0.total.poolLoads.contains { $0.name == change.pool } }
      }, exceeded: limits, isSingle: options.name != nil)
    progress.clear()
    print(options.asJSON ? view.json : view.text, terminator: "")
    guard limits.isEmpty else { throw .failed(limits.joined(separator: "\n")) }
    return 0
  }
}
