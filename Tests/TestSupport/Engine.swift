import Addresses
import DNSWire
import GeoDatabase
import HealthState
import QueryEngine
import SourceText
import Steering
import ZoneCompiler
import ZoneFile

/// Zones compiled from text and asked without sockets: the one `answer` function, with time, health and
/// randomness in the test's hands.
public final class Engine {
  /// The health of targets.
  public let health = HealthTable()
  /// Seconds since 1970.
  public var now: Int64 = 1_800_000_000
  /// Milliseconds of the monotonic clock.
  public var monotonic: UInt64 = 1_000_000

  private let zones: [CompiledZone]
  private let settings: EngineSettings
  private let catalogue: CatalogueStorage
  private var storage: SnapshotStorage
  private var hosts: [DomainName: HostAddresses] = [:]
  private let worker: QueryWorker
  private var reply = [UInt8](repeating: 0, count: 65_535)

  /// What went wrong.
  public struct Failure: Error, CustomStringConvertible {
    /// The text.
    public let description: String
  }

  /// Compiles zones, given as pairs of apex and text.
  public init(
    _ texts: [(apex: String, text: String)], databases: GeoDatabases = GeoDatabases([]),
    seed: UInt64 = 1, now: Int64 = 1_800_000_000, settings: EngineSettings? = nil,
    usesClientSubnet: Bool = true
  ) throws {
    self.settings = settings ?? EngineSettings(cookieSecret: .random())
    let key = NameHashKey(seed: 42)
    let compiler = ZoneCompiler(databases: databases, health: health, key: key)
    self.now = now
    var zones: [CompiledZone] = []
    for (apex, text) in texts {
      let loader = ZoneLoader(now: now, mode: .coldStart) { file throws(FileError) in
        Array((richZoneFiles[file] ?? text).utf8)
      }
      let load = loader.load(path: "\(apex)zone", apex: DomainName(apex) ?? .root)
      guard let zone = load.zone else { throw Failure(description: load.rendered()) }
      zones.append(try compiler.compile(zone))
    }
    self.zones = zones
    var bases = SteeringBases()
    var served: [ServedZone] = []
    for zone in zones {
      served.append(zone.served(&bases, usesClientSubnet: usesClientSubnet))
    }
    catalogue = CatalogueStorage(served, key: key, owners: zones)
    storage = SnapshotStorage(
      catalogue: catalogue,
      pools: PublishedPools(zones.flatMap { $0.pools.map { $0.publishable() } }),
      settings: self.settings)
    worker = QueryWorker(seed: seed)
  }

  /// One zone.
  public convenience init(
    _ apex: String, _ text: String, databases: GeoDatabases = GeoDatabases([]), seed: UInt64 = 1,
    now: Int64 = 1_800_000_000
  ) throws {
    try self.init([(apex, text)], databases: databases, seed: seed, now: now)
  }

  /// Sets the health of every target that has one of the addresses, and publishes what follows.
  public func set(_ addresses: [String], isUp: Bool, soonestChange: UInt64 = 0) {
    for zone in zones {
      for key in zone.probes.keys where addresses.contains("\(key.address)") {
        health.cell(for: key).store(
          HealthWord(isUp: isUp, isKnown: true, soonestChange: soonestChange))
      }
    }
    publish()
  }

  /// Sets what a host name is resolved to, and publishes what follows.
  public func resolve(_ host: String, to addresses: [String], ttl: UInt32) {
    hosts[DomainName(host) ?? .root] = HostAddresses(
      addresses.compactMap { IPAddress($0) }, ttl: ttl)
    publish()
  }

  private func publish() {
    let pools = zones.flatMap(\.pools)
      .map { $0.publishable { self.hosts[$0] ?? HostAddresses() } }
    storage = SnapshotStorage(
      catalogue: catalogue, pools: PublishedPools(pools), settings: settings)
  }

  /// What the rate limit has done.
  public var rateLimitCounts: RateLimitCounts { worker.rateLimitCounts }

  /// Answers octets; nil where nothing is sent.
  public func answer(
    _ query: [UInt8], from peer: String = "192.0.2.1", transport: QueryTransport = .udp,
    sizeLimit: Int? = nil
  ) -> [UInt8]? {
    let context = QueryContext(
      transport: transport, peer: (IPAddress(peer) ?? IPAddress(ipv4: 0)).canonical,
      peerPort: 5353, local: IPAddress(ipv4: 0x7F00_0001),
      sizeLimit: sizeLimit ?? (transport == .tcp ? 65_535 : 1232), now: now,
      monotonic: monotonic)
    let outcome = unsafe query.withUnsafeBytes { query in
      unsafe reply.withUnsafeMutableBytes { reply in
        unsafe QueryEngine.answer(
          query, context: context, worker: worker, snapshot: storage.snapshot, into: reply)
      }
    }
    guard case .reply(let length) = outcome else { return nil }
    return Array(reply[0..<length])
  }

  /// Asks a question and reads the reply with libldns.
  public func ask(
    _ name: String, _ type: RecordType = .a, from peer: String = "192.0.2.1",
    subnet: String? = nil, edns: Int? = nil, transport: QueryTransport = .udp
  ) throws -> Message {
    let query = Query(name, type, edns: edns, subnet: subnet)
    guard let octets = answer(query.octets, from: peer, transport: transport) else {
      throw Failure(description: "no reply")
    }
    guard let message = Message(octets) else {
      throw Failure(description: "a reply that libldns cannot read: \(octets)")
    }
    return message
  }

  /// Answers each of `queries` `rounds` times, calling nothing else between: how many octets came out.
  /// `before` and `after` are called around all of it, for a counter.
  public func answerRepeatedly(
    _ queries: [[UInt8]], rounds: Int, from peer: String, before: () -> Void = {},
    after: () -> Void = {}
  ) -> Int {
    let context = QueryContext(
      transport: .udp, peer: IPAddress(peer) ?? IPAddress(ipv4: 0), peerPort: 5353,
      local: IPAddress(ipv4: 0x7F00_0001), sizeLimit: 1232, now: now, monotonic: monotonic)
    var octets = 0
    let snapshot = storage.snapshot
    let all = queries.flatMap(\.self)
    let lengths = queries.map(\.count)
    unsafe all.withUnsafeBytes { all in
      unsafe reply.withUnsafeMutableBytes { reply in
        var start = 0
        before()
        // Not `for … in`: unoptimized, its iterators allocate.
        var turn = 0
        while turn < rounds * lengths.count {
          if turn % lengths.count == 0 { start = 0 }
          let length = lengths[turn % lengths.count]
          let query = unsafe UnsafeRawBufferPointer(rebasing: all[start..<(start + length)])
          if case .reply(let length) = unsafe QueryEngine.answer(
            query, context: context, worker: worker, snapshot: snapshot, into: reply)
          {
            octets += length
          }
          start += length
          turn += 1
        }
        after()
      }
    }
    return octets
  }
}
