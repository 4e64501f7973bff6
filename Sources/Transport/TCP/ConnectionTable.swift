import Addresses

/// The connections of one worker in slots made once, ordered by how long each has waited.
///
/// Opening, closing, a change of state and finding the one that has waited longest take constant time.
/// It knows no socket and no clock.
struct ConnectionTable {
  /// A list through the slots, the one that has waited longest first; -1 where it is empty.
  private struct List {
    var oldest: Int32 = -1
    var newest: Int32 = -1
  }

  private var slots: [Connection]
  /// One for each state, the free slots' among them.
  private var lists = [List](repeating: List(), count: Connection.State.allCases.count)
  private let idleTimeout: UInt64
  private let busyTimeout: UInt64
  /// How many connections are open.
  private(set) var count = 0

  /// - Parameters:
  ///   - capacity: the most connections.
  ///   - idleTimeout: milliseconds.
  ///   - busyTimeout: milliseconds.
  init(capacity: Int, idleTimeout: UInt64, busyTimeout: UInt64) {
    slots = Array(repeating: Connection(), count: capacity)
    self.idleTimeout = idleTimeout
    self.busyTimeout = busyTimeout
    for slot in 0..<capacity { append(slot, to: .closed) }
  }

  /// The connection in a slot.
  subscript(slot: Int) -> Connection {
    get { slots[slot] }
    _modify { yield &slots[slot] }
  }

  /// The slots that may hold a connection.
  var indices: Range<Int> { slots.indices }

  /// Puts an idle connection in a free slot and returns the slot; nil where all are taken.
  mutating func open(_ connection: Connection, now: UInt64) -> Int? {
    guard let slot = oldest(.closed) else { return nil }
    remove(slot)
    let generation = slots[slot].generation &+ 1
    slots[slot] = connection
    slots[slot].generation = generation
    slots[slot].since = now
    append(slot, to: .idle)
    count += 1
    return slot
  }

  /// Frees the slot of an open connection.
  mutating func close(_ slot: Int) {
    remove(slot)
    append(slot, to: .closed)
    count -= 1
  }

  /// Says that an open connection made progress and waits for something from now on.
  mutating func wait(_ slot: Int, _ state: Connection.State, now: UInt64) {
    remove(slot)
    slots[slot].since = now
    append(slot, to: state)
  }

  /// The connection that has been longest in a state.
  func oldest(_ state: Connection.State) -> Int? {
    let slot = Int(lists[state.rawValue].oldest)
    return slot < 0 ? nil : slot
  }

  /// The connection that holds a buffer and has waited longest.
  var oldestWithBuffer: Int? {
    var next = oldest(.busy)
    while let slot = next, slots[slot].input == nil, slots[slot].output == nil {
      next = slots[slot].newer < 0 ? nil : Int(slots[slot].newer)
    }
    return next
  }

  /// The connection to close where room is needed: the one idle longest, else the one busy longest.
  var mostIdle: Int? { oldest(.idle) ?? oldest(.busy) }

  /// Where `limit` connections or more are of the network (/24 or /56) of `address`: the one of them to close
  /// before another comes, chosen as `mostIdle` is.
  func mostIdle(beside address: IPAddress, limit: Int) -> Int? {
    let network = IPPrefix(address, length: address.isIPv4 ? 24 : 56)
    var found: Int?
    var count = 0
    for state in [Connection.State.idle, .busy] {
      var next = oldest(state)
      while let slot = next {
        if network.contains(slots[slot].peer.address) {
          count += 1
          if found == nil { found = slot }
        }
        next = slots[slot].newer < 0 ? nil : Int(slots[slot].newer)
      }
    }
    return count >= limit ? found : nil
  }

  /// A connection whose time is over.
  func expired(now: UInt64) -> Int? {
    if let slot = oldest(.idle), slots[slot].since &+ idleTimeout <= now { return slot }
    if let slot = oldest(.busy), slots[slot].since &+ busyTimeout <= now { return slot }
    return nil
  }

  /// When the next connection's time is over; nil where none is open.
  var nextExpiry: UInt64? {
    let idle = oldest(.idle).map { slots[$0].since &+ idleTimeout }
    let busy = oldest(.busy).map { slots[$0].since &+ busyTimeout }
    guard let idle, let busy else { return idle ?? busy }
    return min(idle, busy)
  }

  private mutating func append(_ slot: Int, to state: Connection.State) {
    let newest = lists[state.rawValue].newest
    slots[slot].state = state
    slots[slot].older = newest
    slots[slot].newer = -1
    if newest >= 0 {
      slots[Int(newest)].newer = Int32(slot)
    } else {
      lists[state.rawValue].oldest = Int32(slot)
    }
    lists[state.rawValue].newest = Int32(slot)
  }

  private mutating func remove(_ slot: Int) {
    let (state, older, newer) = (slots[slot].state, slots[slot].older, slots[slot].newer)
    if older >= 0 {
      slots[Int(older)].newer = newer
    } else {
      lists[state.rawValue].oldest = newer
    }
    if newer >= 0 {
      slots[Int(newer)].older = older
    } else {
      lists[state.rawValue].newest = older
    }
  }
}
