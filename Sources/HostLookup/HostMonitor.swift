import Addresses
import DNSWire
import LinuxSystem
import Synchronization

/// Resolves host names again and again from a thread of its own, as often as their TTLs ask for.
///
/// ```
/// replaceHosts ─► HostRoster ── due ─► StubResolver ─ outcome ─► HostRoster ─► onChange
///                 when, and what       c-ares, epoll                │
///                 it means                                          └─ addresses(of:)
/// ```
public final class HostMonitor: Sendable {
  private struct Engine {
    let resolver: StubResolver
    let thread: Thread
  }

  private struct State {
    var roster = HostRoster()
    var settings: ResolverSettings
    var engine: Engine?
    /// Whether changes are being handed on.
    var isReporting = false
    var isStopping = false
  }

  /// How many questions are under way at once.
  private static let capacity = 64

  private let state: Mutex<State>
  private let onChange: @Sendable ([HostChange]) -> Void

  /// A monitor without hosts that does not run yet.
  ///
  /// - Parameters:
  ///   - settings: Whom to ask.
  ///   - onChange: Called with what has changed at one time, after `addresses(of:)` shows it, in the order of
  ///     the changes, on the monitor's thread. It may call any method but `stop`.
  public init(
    settings: ResolverSettings, onChange: @escaping @Sendable ([HostChange]) -> Void
  ) {
    state = Mutex(State(settings: settings))
    self.onChange = onChange
  }

  /// Starts the thread; nothing where it was started before.
  public func start() throws(SystemError) {
    try state.withLock { state throws(SystemError) in
      guard state.engine == nil, !state.isStopping else { return }
      let resolver = try StubResolver()
      let thread = try Thread(name: "host-lookup") { [self] in run(resolver) }
      state.engine = Engine(resolver: resolver, thread: thread)
    }
  }

  /// Stops and waits for the end of the thread; what is under way is given up. What is known stays readable;
  /// a stopped monitor does not start again. Not callable from `onChange`.
  public func stop() {
    let engine = state.withLock { state in
      state.isStopping = true
      defer { state.engine = nil }
      return state.engine
    }
    engine?.resolver.wake()
    engine?.thread.join()
  }

  /// Makes `names` the hosts that are resolved, by `settings` from now on. A host that was there keeps its
  /// addresses and its schedule. Callable from any thread, before and after `start`.
  public func replaceHosts(_ names: Set<DomainName>, settings: ResolverSettings) {
    state.withLock { state in
      state.settings = settings
      state.roster.replace(names, now: monotonicMilliseconds())
      state.engine?.resolver.wake()
    }
  }

  /// Whether every host has been asked for, and all changes up to now have been handed on. Callable from any
  /// thread.
  public var isSettled: Bool { state.withLock { $0.roster.isKnown && !$0.isReporting } }

  /// What a host has now; nothing where it is none of the hosts. Callable from any thread.
  public func addresses(of name: DomainName) -> HostAddresses {
    state.withLock { $0.roster.addresses(of: name) }
  }

  private func run(_ resolver: StubResolver) {
    while true {
      let room = Self.capacity - resolver.count
      let (due, next, settings, isStopping) = state.withLock { state in
        (
          state.roster.takeDue(now: monotonicMilliseconds(), limit: room), state.roster.next,
          state.settings, state.isStopping
        )
      }
      if isStopping { return }
      for question in due { resolver.start(question, settings) }
      let results = resolver.wait(until: resolver.count < Self.capacity ? next : nil)
      let now = monotonicMilliseconds()
      let changes = state.withLock { state in
        let changes = results.compactMap { state.roster.finish($0.question, $0.outcome, now: now) }
        state.isReporting = !changes.isEmpty
        return changes
      }
      guard !changes.isEmpty else { continue }
      onChange(changes)
      state.withLock { $0.isReporting = false }
    }
  }
}
