import DNSWire
import QueryEngine
import Steering
import Transport

/// Octets as what happens on TCP connections: what arrives in which fragments, when clients take their
/// replies, when they leave. What a client was sent has to be the replies to its messages, in order.
final class StreamTarget {
  /// How many clients there are: more than can hold a buffer.
  private static let clientCount = 4

  private var streams: MessageStreams<ScriptedReply, Client>
  private let snapshot: SnapshotStorage
  private let clients = (0..<clientCount).map { _ in Client() }

  init() {
    var settings = TransportSettings()
    settings.tcpBuffersPerWorker = 3
    snapshot = SnapshotStorage(
      catalogue: CatalogueStorage([], key: NameHashKey(seed: 1), owners: []),
      pools: PublishedPools([]), settings: EngineSettings(cookieSecret: .random()))
    streams = MessageStreams(
      settings: settings, connectionLimit: Self.clientCount, worker: QueryWorker(seed: 1),
      counters: Counters(), snapshot: snapshot.snapshot)
  }

  func run(_ input: UnsafeRawBufferPointer) {
    var script = unsafe Script(Array(input))
    // A step may move 64 KiB.
    for _ in 0..<32 {
      guard let step = script.octet() else { break }
      let client = clients[Int(step & 3)]
      if client.isClosed {
        client.judge(owed: false)
        client.connect()
        guard let slot = streams.open(Connection(), client) else { break }
        client.slot = slot
      }
      client.act(step >> 2 & 7, &script)
      switch step >> 5 {
      // Events may come late, and then for more than one step.
      case 4...6: break
      // There may be an event for nothing.
      case 7: streams.proceed(client.slot)
      default: handleEvents(of: client)
      }
    }
    for client in clients {
      client.window = .max
      handleEvents(of: client)
      client.judge(owed: !client.isClosed)
      if !client.isClosed { streams.close(client.slot) }
      client.connect()
      client.close()
    }
  }

  /// What the epoll set would do: every event that there is, until there is none.
  private func handleEvents(of client: Client) {
    while !client.isClosed, streams.owes(client.slot) ? client.isWritable : client.isReadable {
      streams.proceed(client.slot)
    }
  }
}
