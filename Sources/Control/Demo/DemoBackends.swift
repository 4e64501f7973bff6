import Addresses

/// HTTP servers inside the process that play the demo's back ends, each on an address of its own, so that
/// a newcomer sees a failover.
///
/// `GET /` says which back end answers, `GET /health` is 200 `ready`, or 503 after `POST /down` until
/// `POST /up`.
public final class DemoBackends: Sendable {
  /// The back ends that the demo zone names: 127.0.1.1 to 127.0.1.6.
  public static let ofDemoZone: [DemoBackend] = zip(
    0x7F00_0101..., ["use1a", "use1b", "euw1a", "euw1b", "aps1a", "last resort"]
  ).map { DemoBackend(name: $1, address: IPAddress(ipv4: $0)) }

  private let servers: [DemoServer]

  /// Starts a server for each back end, all on one port; 0: one that the system chooses for each.
  public init(_ backends: [DemoBackend] = ofDemoZone, port: UInt16 = 5381) throws(DemoBackendsError)
  {
    var servers: [DemoServer] = []
    for backend in backends { servers.append(try DemoServer(backend, port: port)) }
    self.servers = servers
  }

  /// The port of the back end at `address`; nil where none is there.
  public func port(of address: IPAddress) -> UInt16? {
    servers.first { $0.backend.address == address }?.port
  }

  /// Stops all servers and waits for their threads; those that are stopped stay so.
  public func stop() { for server in servers { server.stop() } }
}
