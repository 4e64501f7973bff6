import CCares
import LinuxSystem

/// Asks resolvers many questions side by side (a stub resolver; RFC 9499 §6): c-ares sends, tries again and goes
/// over to TCP, epoll says which socket is ready.
///
/// One thread uses it; only `wake` may come from another.
final class StubResolver: @unchecked Sendable {
  private let poll: EventPoll
  private var lookups: [Lookup] = []

  /// A resolver with nothing under way.
  init() throws(SystemError) { poll = try EventPoll() }

  deinit { lookups.forEach { $0.close() } }

  /// How many questions are under way.
  var count: Int { lookups.count }

  /// Asks a question; what comes of it comes out of `wait`.
  func start(_ question: HostQuestion, _ settings: ResolverSettings) {
    lookups.append(Lookup(question, settings, poll))
  }

  /// Ends the wait that is under way, or else the next one. Callable from any thread.
  func wake() { poll.wake() }

  /// Waits until something happens or `deadline` (monotonic milliseconds) is reached; the questions that have
  /// an outcome.
  func wait(until deadline: UInt64?) -> [(question: HostQuestion, outcome: LookupOutcome)] {
    for event in poll.wait(milliseconds: milliseconds(until: deadline)) {
      lookups.first { $0.sockets.contains(event.descriptor) }?.process(event)
    }
    for lookup in lookups { lookup.processTimeouts() }
    var ended: [(question: HostQuestion, outcome: LookupOutcome)] = []
    lookups.removeAll { lookup in
      guard let outcome = lookup.outcome else { return false }
      ended.append((lookup.question, outcome))
      lookup.close()
      return true
    }
    return ended
  }

  /// How long epoll may wait: to the deadline, or to the first timeout where that comes first.
  private func milliseconds(until deadline: UInt64?) -> Int32 {
    if lookups.contains(where: { $0.outcome != nil }) { return 0 }
    let timeouts = lookups.compactMap(\.timeout)
    guard let deadline else { return timeouts.min() ?? -1 }
    let now = monotonicMilliseconds()
    let rest = Int32(clamping: deadline > now ? deadline - now : 0)
    return min(rest, timeouts.min() ?? rest)
  }
}
