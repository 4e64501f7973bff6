import Synchronization

/// The words of all probed targets; blocks of memory that never move and live as long as the process,
/// so that a compiled pool can hold a `HealthCell` and a query can read it without a lock.
///
/// Cells are handed out by the control plane and found again by key, so health outlives a reload.
public final class HealthTable: Sendable {
  private struct State {
    var cells: [ProbeKey: HealthCell] = [:]
    var block: UnsafeMutablePointer<Atomic<UInt64>>?
    var used = HealthTable.blockSize
  }

  private static let blockSize = 512

  private let state = unsafe Mutex(State())

  /// An empty table.
  public init() {}

  /// The cell of `key`, made (up, not yet known) at its first use. Callable from any thread.
  public func cell(for key: ProbeKey) -> HealthCell {
    state.withLock { state in
      if let cell = unsafe state.cells[key] { return cell }
      if unsafe state.used == Self.blockSize {
        // SAFETY: a block is never freed: cells point into it for the rest of the process's life.
        let block = UnsafeMutablePointer<Atomic<UInt64>>.allocate(capacity: Self.blockSize)
        for index in 0..<Self.blockSize {
          unsafe (block + index).initialize(
            to: Atomic(HealthWord(isUp: true, isKnown: false, soonestChange: 0).rawValue))
        }
        unsafe state.block = block
        unsafe state.used = 0
      }
      guard let block = unsafe state.block else { preconditionFailure("a block was just made") }
      let cell = unsafe HealthCell(word: block + state.used)
      unsafe state.used += 1
      unsafe state.cells[key] = cell
      return cell
    }
  }
}

/// The place of one target's `HealthWord`: a plain pointer, free to copy.
@frozen
@safe
public struct HealthCell: @unchecked Sendable, BitwiseCopyable {
  // SAFETY: points into a block of a `HealthTable`, which is never freed; access is atomic.
  @usableFromInline let word: UnsafeMutablePointer<Atomic<UInt64>>

  @usableFromInline
  init(word: UnsafeMutablePointer<Atomic<UInt64>>) { unsafe self.word = unsafe word }

  /// Reads the word.
  @inlinable
  public func load() -> HealthWord {
    HealthWord(rawValue: unsafe word.pointee.load(ordering: .relaxed))
  }

  /// Writes the word; only the health checker does.
  @inlinable
  public func store(_ value: HealthWord) {
    unsafe word.pointee.store(value.rawValue, ordering: .relaxed)
  }
}
