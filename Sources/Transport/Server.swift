import LinuxSystem
import QueryEngine
import Synchronization

/// The sockets of a name server and the threads that answer on them.
///
/// For each worker (one a core is right) there is one thread per address for datagrams, which does
/// nothing but receive, answer and send, and one thread for all TCP connections. Each has sockets of its
/// own (SO_REUSEPORT), memory of its own and counters of its own.
public final class Server: Sendable {
  /// Where the server listens, with the ports that it got.
  public let addresses: [ListenAddress]

  private enum State {
    case bound
    case running([Thread])
    case stopped
  }

  private struct Worker: Sendable {
    let datagrams: [Descriptor]
    let listeners: [Descriptor]
    /// One for each socket of `datagrams`.
    let datagramCounters: [Counters]
    let connectionCounters: Counters
    /// The memory of each thread for datagrams.
    let datagramMemory: [QueryWorker]
    let connectionMemory: QueryWorker
  }

  private let workers: [Worker]
  private let publication: Publication
  private let settings: TransportSettings
  private let shutdown: Shutdown
  private let state = Mutex(State.bound)
  /// Starts the threads of one worker; the responder that they are compiled for is in here.
  private let launch: @Sendable (Server, Worker, Int, inout [Thread]) throws(SystemError) -> Void

  /// Binds every address, for UDP and TCP alike; nothing is answered before `start`.
  ///
  /// - Parameters:
  ///   - addresses: where to listen. Port 0 gets a free port, the same for UDP and TCP.
  ///   - workers: how many workers, at least 1.
  ///   - publication: what they answer from.
  ///   - settings: the limits.
  public convenience init(
    addresses: [ListenAddress], workers: Int, publication: Publication,
    settings: TransportSettings = TransportSettings()
  ) throws(TransportError) {
    try self.init(
      addresses: addresses, workers: workers, publication: publication, settings: settings,
      responder: QueryEngine.self)
  }

  /// The same with something else in the place of the query engine.
  init<R: Responder>(
    addresses: [ListenAddress], workers: Int, publication: Publication,
    settings: TransportSettings, responder: R.Type
  ) throws(TransportError) {
    if addresses.isEmpty { throw .noAddress }
    let workerCount = max(1, workers)
    let threads = workerCount * (addresses.count + 1)
    if threads > Publication.maximumReaders {
      throw .tooManyThreads(threads, limit: Publication.maximumReaders)
    }
    self.publication = publication
    self.settings = settings
    launch = { (server, worker, index, threads) throws(SystemError) in
      try server.launch(R.self, worker, index, &threads)
    }
    let memory: [[QueryWorker]]
    do throws(SystemError) {
      shutdown = try Shutdown()
      memory = try (0..<workerCount).map { _ throws(SystemError) in
        try (0...addresses.count).map { _ throws(SystemError) in
          QueryWorker(seed: try randomSeed())
        }
      }
    } catch {
      throw .cannotStart(error)
    }
    // Connections need more than the usual 1,024.
    raiseDescriptorLimit()
    let bound = try Listeners(addresses, workers: workerCount, settings)
    self.addresses = bound.addresses
    self.workers = (0..<workerCount).map { index in
      Worker(
        datagrams: bound.datagrams.map { $0[index] },
        listeners: bound.listeners.map { $0[index] },
        datagramCounters: addresses.map { _ in Counters() }, connectionCounters: Counters(),
        datagramMemory: Array(memory[index].dropLast()),
        connectionMemory: memory[index][addresses.count])
    }
  }

  deinit {
    stop(drain: .zero)
    for worker in workers {
      for counters in worker.datagramCounters { counters.deallocate() }
      worker.connectionCounters.deallocate()
    }
  }
}

extension Server {
  /// Starts answering. Called once; later calls do nothing.
  ///
  /// It throws where a thread cannot be had, and has then stopped the others.
  public func start() throws(TransportError) {
    let failure: SystemError? = state.withLock { state in
      guard case .bound = state else { return nil }
      var threads: [Thread] = []
      do throws(SystemError) {
        for (index, worker) in workers.enumerated() {
          try launch(self, worker, index, &threads)
        }
        state = .running(threads)
        return nil
      } catch {
        state = .running(threads)
        return error
      }
    }
    if let failure {
      stop(drain: .zero)
      throw .cannotStart(failure)
    }
  }

  /// Stops listening, answers what was received before, sends the TCP replies that are owed, and returns
  /// when all threads have ended.
  ///
  /// - Parameter drain: how long that may take; what is not done by then is given up.
  public func stop(drain: Duration) {
    state.withLock { state in
      var threads: [Thread] = []
      switch state {
      case .stopped: return
      case .bound: break
      case .running(let running): threads = running
      }
      shutdown.begin(deadline: Clock().monotonic + drain.milliseconds)
      let datagrams = workers.flatMap(\.datagrams)
      for socket in datagrams {
        // Where the filter cannot be had, the deadline ends what would go on.
        try? socket.refuseDatagrams()
        socket.wakeReceivers()
      }
      for thread in threads { thread.join() }
      for socket in datagrams + workers.flatMap(\.listeners) { socket.close() }
      state = .stopped
    }
  }

  /// What the workers have counted so far. It costs the workers nothing.
  public func statistics() -> TransportStatistics {
    var total = TransportStatistics()
    for worker in workers {
      for counters in worker.datagramCounters { total.udp.add(counters) }
      for memory in worker.datagramMemory {
        total.rateLimit = total.rateLimit + memory.rateLimitCounts
      }
      let counters = worker.connectionCounters
      total.tcp.add(counters)
      total.connections += counters[.connections]
      // Read in this order, a connection that closes meanwhile cannot make the number negative.
      let closed = counters[.closedConnections]
      total.openConnections += counters[.connections] - closed
      total.timedOutConnections += counters[.timedOutConnections]
      total.evictedConnections += counters[.evictedConnections]
      total.failedAccepts += counters[.failedAccepts]
    }
    return total
  }
}

extension Server {
  /// Starts the threads of one worker, compiled for `R`.
  private func launch<R: Responder>(
    _: R.Type, _ worker: Worker, _ index: Int, _ threads: inout [Thread]
  ) throws(SystemError) {
    let sizeLimit = min(max(settings.udpPayloadLimit, DatagramBatch.shortReply), 65_535)
    for (number, address) in addresses.enumerated() {
      let udp = UDPWorker<R>(
        socket: worker.datagrams[number], local: address, sizeLimit: sizeLimit,
        worker: worker.datagramMemory[number], counters: worker.datagramCounters[number],
        shutdown: shutdown)
      let reader = publication.register()
      threads.append(try Thread(name: "udp-\(index)") { udp.run(reader: reader) })
    }
    let listeners = zip(worker.listeners, addresses).map {
      TCPWorker<R>.Listener(socket: $0, address: $1)
    }
    let poller = try TCPWorker<R>.poller(for: listeners, shutdown)
    let memory = worker.connectionMemory
    let counters = worker.connectionCounters
    let reader = publication.register()
    let limit = (settings.tcpConnectionLimit + workers.count - 1) / workers.count
    let networkLimit = (settings.tcpNetworkLimit + workers.count - 1) / workers.count
    do throws(SystemError) {
      threads.append(
        try Thread(name: "tcp-\(index)") { [settings, shutdown] in
          var tcp = TCPWorker<R>(
            listeners: listeners, settings: settings, connectionLimit: limit,
            networkLimit: networkLimit, worker: memory,
            counters: counters, shutdown: shutdown, poller: poller, snapshot: reader.quiescent())
          tcp.run(reader: reader)
        })
    } catch {
      poller.close()
      throw error
    }
  }
}
