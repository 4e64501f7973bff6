import LinuxSystem
import Synchronization

/// Hands changes of health on from a thread of its own, in their order, so that a receiver which takes its
/// time does not make probes look late.
final class Courier: Sendable {
  private struct State {
    var changes: [HealthChange] = []
    var isDelivering = false
    var isStopping = false
  }

  private let state = Mutex(State())
  private let poll: EventPoll

  init() throws(SystemError) { poll = try EventPoll() }

  /// Hands on `changes`, without waiting.
  func send(_ changes: [HealthChange]) {
    guard !changes.isEmpty else { return }
    state.withLock { $0.changes += changes }
    poll.wake()
  }

  /// Whether all that was sent has been handed on.
  var isIdle: Bool { state.withLock { $0.changes.isEmpty && !$0.isDelivering } }

  /// Ends `run` once all that was sent has been handed on.
  func stop() {
    state.withLock { $0.isStopping = true }
    poll.wake()
  }

  /// Hands each change to `receiver` until `stop`.
  func run(_ receiver: (HealthChange) -> Void) {
    while true {
      let (changes, isStopping) = state.withLock { state in
        defer { state.changes.removeAll() }
        state.isDelivering = !state.changes.isEmpty
        return (state.changes, state.isStopping)
      }
      changes.forEach(receiver)
      if changes.isEmpty {
        if isStopping { return }
        _ = poll.wait(milliseconds: -1)
      }
    }
  }
}
