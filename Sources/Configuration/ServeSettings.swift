import Addresses
import DNSWire
import Glibc
import HostLookup
import QueryEngine
import Transport

/// What a server is started with: each a setting of `sextant.yaml`, with its default here.
public struct ServeSettings: Sendable, Equatable {
  /// The addresses to listen on.
  public var listen = [ListenAddress(IPAddress(ipv4: 0x7F00_0001), port: 5300)]
  /// Where the administration listens; nil: nowhere.
  public var admin: ListenAddress?
  /// How many workers; nil: one a core.
  public var workers: Int?
  /// Whom to become after binding; nil: nobody where root has bound a port below 1024.
  public var user: String?
  /// The folder of the master files.
  public var zones = "zones"
  /// The MMDB files, the most trusted first; nil: what lies in `geoip`.
  public var geoip: [String]?
  /// Where country centres are read from.
  public var countryCentres = "geoip/country-centres.csv"
  /// Where the last good files are kept; nil: `$STATE_DIRECTORY`, else `state`.
  public var state: String?
  /// The limits of the sockets.
  public var transport = TransportSettings()
  /// Whether answers may follow the client subnet that a query carries (RFC 7871).
  public var usesClientSubnet = true
  /// The zones whose answers may not.
  public var zonesWithoutClientSubnet: [DomainName] = []
  /// The file that loads are reported in; nil: none.
  public var loadFile: String?
  /// How old that file may be, in seconds.
  public var loadLifetime = 60
  /// What server cookies are made with (RFC 9018); nil: at random at each start.
  public var cookieSecret: CookieSecret?
  /// The secret of before, whose cookies are still taken.
  public var previousCookieSecret: CookieSecret?
  /// What NSID (RFC 5001) and `id.server` (RFC 4892) say; nil: nothing.
  public var identity: String?
  /// What `version.server` (RFC 4892) says; nil: it is refused.
  public var version: String? = "Sextant"
  /// How many answers a client network is sent.
  public var rateLimit = RateLimit(answersPerSecond: 1000, octetsPerSecond: 1_000_000)
  /// Whom host names in pools are resolved by.
  public var resolver = ResolverSettings()
  /// Whether the demo's back ends run. No setting: it follows from a start without any.
  public var isDemo = false

  /// The defaults.
  public init() {}

  /// The settings of answers.
  ///
  /// - Parameter secret: what cookies are made with where no secret is set; the same for a server's life.
  public func engine(randomSecret secret: CookieSecret) -> EngineSettings {
    var engine = EngineSettings(cookieSecret: cookieSecret ?? secret)
    engine.payloadSize = transport.udpPayloadLimit
    engine.previousCookieSecret = previousCookieSecret
    engine.identifier = identity
    engine.version = version
    engine.rateLimit = rateLimit
    engine.workers = workerCount
    engine.keepalive = Int(transport.tcpIdleTimeout.components.seconds)
    return engine
  }

  /// These settings for a server that runs with others: what sockets and threads were made with stays as
  /// it is in `running`, and `restarting` names the settings that would be different after a restart.
  public func reloaded(
    over running: ServeSettings
  ) -> (settings: ServeSettings, restarting: [String]) {
    var next = self
    var restarting: [String] = []
    func keep<Value: Equatable>(_ key: String, _ path: WritableKeyPath<ServeSettings, Value>) {
      if next[keyPath: path] != running[keyPath: path] { restarting.append(key) }
      next[keyPath: path] = running[keyPath: path]
    }
    keep("listen", \.listen)
    keep("admin", \.admin)
    keep("workers", \.workers)
    keep("user", \.user)
    keep("state", \.state)
    keep("udp.payload-size", \.transport.udpPayloadLimit)
    keep("tcp", \.transport)
    keep("demo", \.isDemo)
    return (next, restarting)
  }

  /// How many workers there are.
  public var workerCount: Int { workers ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Whether answers from a zone may follow the client subnet.
  public func usesClientSubnet(in zone: DomainName) -> Bool {
    usesClientSubnet && !zonesWithoutClientSubnet.contains(zone)
  }
}
