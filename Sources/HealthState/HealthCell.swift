import Synchronization

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
