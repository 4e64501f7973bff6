import Addresses
import Glibc
import TestSupport

/// `sextant serve` over zones of the test's own, on free ports of the loopback.
final class NameServer {
  /// Its files: `zones/…`, `state/…` and what the test puts there.
  let folder: TemporaryFolder
  let program: Program
  /// Where it listens, in the order of its options.
  let endpoints: [Endpoint]

  var endpoint: Endpoint { endpoints[0] }

  /// Starts it and waits until it listens.
  ///
  /// - Parameters:
  ///   - zones: texts by the names of their files.
  ///   - geoip: MMDB files.
  ///   - listen: addresses to listen on.
  ///   - options: what else stands on the command line.
  ///   - path: how the zones' folder is named on the command line; its full path where it is nil.
  ///   - folder: where its files are; those of an earlier server where it is started again.
  init(
    _ zones: [String: String] = [:], geoip: [String] = [], listen: [String] = ["127.0.0.1:0"],
    options: [String] = [], path: String? = nil, in folder: TemporaryFolder = TemporaryFolder()
  ) throws {
    self.folder = folder
    for (name, text) in zones { try folder.write("zones/\(name)", text) }
    program = try Program(
      ["serve", "--zones", path ?? folder.path("zones"), "--state", folder.path("state")]
        + geoip.flatMap { ["--geoip", $0] } + listen.flatMap { ["--listen", $0] } + options,
      in: folder.path)
    try program.wait(for: "listening on", count: listen.count)
    endpoints = program.lines(with: "listening on").compactMap { line in
      line.split(separator: " ").lazy.compactMap { Endpoint($0) }.last
    }
    guard endpoints.count == listen.count else {
      throw Failure("cannot read where it listens:\n\(program.errors)")
    }
  }

  /// A zone of `steering` behind the records that every zone needs.
  static func zone(_ steering: String, serial: Int = 1) -> String {
    """
    $TTL 300
    @ SOA ns1 hostmaster ( \(serial) 2h 30m 2w 60 )
      NS ns1
    ns1 A 127.0.0.1
    \(steering)

    """
  }

  /// Serves one zone, `example.com.`.
  convenience init(
    zone steering: String, geoip: [String] = [], listen: [String] = ["127.0.0.1:0"],
    options: [String] = []
  ) throws {
    try self.init(
      ["example.com.zone": Self.zone(steering)], geoip: geoip, listen: listen, options: options)
  }

  /// A client over UDP.
  func client(from source: String? = nil) throws -> Client { try Client(endpoint, from: source) }

  /// Where its administration listens.
  func adminAddress() throws -> String {
    let line = program.lines(with: "administration on http://").last
    guard let address = line?.split(separator: "/").last else { throw Failure("no administration") }
    return String(address)
  }

  /// Has it load everything again, and waits until it has.
  func reload() throws {
    let count = program.lines(with: " reloaded").count
    program.send(SIGHUP)
    try program.wait(for: " reloaded", count: count + 1)
  }

  /// Ends it.
  func stop() throws -> Program.Ending {
    program.send(SIGTERM)
    return try program.finish(within: .seconds(10))
  }
}
