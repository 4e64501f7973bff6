/// What was looked at on the way to an answer, step by step, for whoever wants to know why.
public enum SteeringEvent: Sendable, BitwiseCopyable {
  /// A steered name is reached: its entry, in the zone whose pools begin there in the `PoolTable`.
  case steered(entry: UInt32, poolBase: Int)
  /// A policy of the zone is followed.
  case policy(UInt32)
  /// A geo policy has found the client's outcome, good for a prefix of so many bits.
  case outcome(policy: UInt32, outcome: UInt32, scope: Int)
  /// A pool, by its index in the `PoolTable`, is looked at.
  case pool(Int, isUp: Bool)
  /// Nothing was up, and all is looked at again as if every probe had passed.
  case ignoringHealth
  /// The TTL in seconds: as it is written, as a migration has it by now, and until a probe could first change
  /// the answer.
  case ttl(written: UInt32, now: UInt32, untilChange: UInt32)
  /// Nothing is up, whatever health says, and the name's `when-down=` decides.
  case nothingUp
  /// A pool, by its index in the `PoolTable`, answers.
  case picked(Int)
  /// Its addresses were resolved, and their TTL, in seconds, is below that of the name.
  case ttlLimit(UInt32)
}

/// Room for the events of one answer. A plain pointer, free to copy; one thread uses it, and it lives as
/// long as the process.
@frozen
@safe
public struct SteeringJournal: @unchecked Sendable, BitwiseCopyable {
  // SAFETY: `count` points to one number, `room` to `capacity` events, of which the first `count` are
  // initialized; one thread uses both.
  private let count: UnsafeMutablePointer<Int>
  private let room: UnsafeMutablePointer<SteeringEvent>

  /// What does not fit is left out: no answer takes so many steps but of thousands of pools.
  private static var capacity: Int { 4096 }

  /// An empty journal.
  public init() {
    unsafe count = .allocate(capacity: 1)
    unsafe count.initialize(to: 0)
    unsafe room = .allocate(capacity: Self.capacity)
  }

  /// The events since the last `clear`.
  public var events: [SteeringEvent] {
    unsafe Array(UnsafeBufferPointer(start: room, count: count.pointee))
  }

  /// Forgets all events.
  public func clear() { unsafe count.pointee = 0 }

  /// Notes an event.
  public func note(_ event: SteeringEvent) {
    let at = unsafe count.pointee
    guard at < Self.capacity else { return }
    unsafe (room + at).initialize(to: event)
    unsafe count.pointee = at + 1
  }
}
