import Synchronization

/// The words of all probed targets; blocks of memory that never move and live as long as the process,
/// so that a compiled pool can hold a `HealthCell` and a query can read it without a lock.
///
/// Cells are handed out by the control plane and found again by key, so health outlives a reload.
public final class HealthTable: Sendable {
  @safe
  private struct State {
    var cells: [ProbeKey: HealthCell] = [:]
    var block: UnsafeMutablePointer<Atomic<UInt64>>?
    var used = 0

    /// A cell that was never handed out, from the last block or, where that is full, from a new one.
    mutating func makeCell() -> HealthCell {
      // SAFETY: a block is never freed: cells point into it for the rest of the process's life. The first
      // `used` words of `block`, fewer than `blockSize`, are handed out.
      if let block = unsafe block, used < HealthTable.blockSize {
        used += 1
        return unsafe HealthCell(word: block + (used - 1))
      }
      let made = UnsafeMutablePointer<Atomic<UInt64>>.allocate(capacity: HealthTable.blockSize)
      for index in 0..<HealthTable.blockSize {
        unsafe (made + index).initialize(
          to: Atomic(HealthWord(isUp: true, isKnown: false, soonestChange: 0).rawValue))
      }
      unsafe block = made
      used = 1
      return unsafe HealthCell(word: made)
    }
  }

  private static let blockSize = 512

  private let state = Mutex(State())

  /// An empty table.
  public init() {}

  /// The cell of `key`, made (up, not yet known) at its first use. Callable from any thread.
  public func cell(for key: ProbeKey) -> HealthCell {
    state.withLock { state in
      if let cell = state.cells[key] { return cell }
      let cell = state.makeCell()
      state.cells[key] = cell
      return cell
    }
  }
}
