import Addresses
import DNSWire
import GeoDatabase
import HealthState
import QueryEngine
import Steering
import Synchronization
import ZoneCompiler

/// Answers queries as the server does, by the same code, and keeps what each answer came from.
///
/// It has the memory of a worker, which lives as long as the process: one is enough for a process.
public final class Explainer: Sendable {
  private let journal = SteeringJournal()
  private let worker: QueryWorker
  /// Room for a reply. Whoever holds the lock has the worker and its journal too.
  private let room = Mutex([UInt8](repeating: 0, count: 65_535))

  /// What the answer is explained from.
  public struct Version {
    /// The zones, in the order in which they were served.
    public var zones: [CompiledZone]
    /// The version that answers.
    public var snapshot: Snapshot
    /// What is known of clients.
    public var databases: GeoDatabases
    /// What the last probe of a target saw, in words; nil where nothing is known.
    public var probeResult: (ProbeKey) -> String?
    /// Whether a target counts as up.
    public var isUp: (ProbeKey) -> Bool
    /// What host names are resolved to; nil where nobody is asked.
    public var hostAddresses: ((DomainName) -> HostAddresses)?

    /// A version from its parts; what owns the snapshot is the caller's to keep.
    public init(
      zones: [CompiledZone], snapshot: Snapshot, databases: GeoDatabases,
      isUp: @escaping (ProbeKey) -> Bool, probeResult: @escaping (ProbeKey) -> String?,
      hostAddresses: ((DomainName) -> HostAddresses)? = nil
    ) {
      self.zones = zones
      self.snapshot = snapshot
      self.databases = databases
      self.isUp = isUp
      self.probeResult = probeResult
      self.hostAddresses = hostAddresses
    }
  }

  /// A question and when it is asked.
  public struct Question {
    /// The name.
    public var name: DomainName
    /// The type.
    public var type: RecordType
    /// Its mnemonic.
    public var typeName: String
    /// Whose answer is wanted, `canonical`.
    public var client: IPAddress
    /// Seconds since 1970.
    public var now: Int64
    /// Milliseconds of the monotonic clock.
    public var monotonic: UInt64

    /// A question from its parts.
    public init(
      name: DomainName, type: RecordType, typeName: String, client: IPAddress, now: Int64,
      monotonic: UInt64
    ) {
      self.name = name
      self.type = type
      self.typeName = typeName
      self.client = client
      self.now = now
      self.monotonic = monotonic
    }
  }

  /// An explainer whose draws follow from `seed`.
  public init(seed: UInt64) { worker = QueryWorker(seed: seed, journal: journal) }

  /// Asks the question over TCP, so that nothing is cut off, with all of the client's address in a client
  /// subnet option.
  public func explain(_ question: Question, in version: Version) -> Explanation {
    var explanation = Explanation(
      name: question.name, type: question.typeName, client: question.client,
      location: version.databases.locate(question.client))
    explanation.zone = Self.zone(of: question.name, in: version.zones).map { ($0.apex, $0.serial) }
    let query = ExplainedQuery(question.name, question.type, client: question.client)
    let context = QueryContext(
      transport: .tcp, peer: question.client, peerPort: 53_000, local: IPAddress(ipv4: 0x7F00_0001),
      sizeLimit: 65_535, now: question.now, monotonic: question.monotonic)
    let snapshot = version.snapshot
    let (reply, events) = room.withLock { room -> ([UInt8], [SteeringEvent]) in
      journal.clear()
      // SAFETY: both arrays outlive the call, which reads the one and writes the other within its bounds.
      let outcome = unsafe query.octets.withUnsafeBytes { octets in
        unsafe room.withUnsafeMutableBytes { reply in
          unsafe QueryEngine.answer(
            octets, context: context, worker: worker, snapshot: snapshot, into: reply)
        }
      }
      guard case .reply(let length) = outcome else { return ([], journal.events) }
      return (Array(room[..<length]), journal.events)
    }
    explanation.reply = ReplyText(reply[...])
    explanation.scope = ExplainedQuery.scope(ofReply: reply)
    explanation.steered = EventReader(version, client: question.client).steered(events)
    return explanation
  }

  private static func zone(of name: DomainName, in zones: [CompiledZone]) -> CompiledZone? {
    var suffix: DomainName? = name
    while let apex = suffix {
      if let zone = zones.first(where: { $0.apex == apex }) { return zone }
      suffix = apex.parent
    }
    return nil
  }
}
