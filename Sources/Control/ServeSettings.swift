import DNSWire
import QueryEngine
import Transport

/// What a server is started with.
public struct ServeSettings: Sendable {
  /// The folder of the master files.
  public var zones = "zones"
  /// The MMDB files, the most trusted first; nil: what lies in `geoip`.
  public var geoip: [String]?
  /// Where country centres are read from.
  public var countryCentres = "geoip/country-centres.csv"
  /// The addresses to listen on.
  public var listen: [ListenAddress] = []
  /// How many workers; nil: one a core.
  public var workers: Int?
  /// Whom to become after binding; nil: nobody where root has bound a port below 1024.
  public var user: String?
  /// Where the last good files are kept.
  public var state = "state"
  /// What answers say about the server, and its cookies.
  public var engine = EngineSettings(cookieSecret: .random())
  /// Whether the demo's back ends run.
  public var isDemo = false

  /// The defaults.
  public init() {}
}
