import Addresses
@testable import QueryEngine

@testable import Transport

extension ListenAddress {
  /// Parses an address that a test knows to be one.
  static func of(_ text: String) throws -> ListenAddress { try ListenAddress(parsing: text) }
}

/// A server whose threads are stopped when the test is through.
final class TestServer {
  let server: Server

  var address: ListenAddress { server.addresses[0] }
  var statistics: TransportStatistics { server.statistics() }

  init(
    _ addresses: [String] = ["127.0.0.1:0"], workers: Int = 1,
    _ change: (inout TransportSettings) -> Void = { _ in }
  ) throws {
    var settings = TransportSettings()
    change(&settings)
    server = try Server(
      addresses: addresses.map(ListenAddress.of), workers: workers,
      publication: Publication(Snapshot(bits: 1)), settings: settings,
      responder: ScriptedResponder.self)
    try server.start()
  }

  deinit { server.stop(drain: .seconds(1)) }
}
