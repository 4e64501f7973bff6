import Synchronization

/// The version that is served: published by one pointer store, read without a lock, and given back to
/// the publisher when the last reader has left it (quiescent-state-based reclamation; McKenney 1998).
public final class Publication: Sendable {
  /// How many readers can be registered at once.
  public static let maximumReaders = 256

  private let root: Atomic<UInt>
  private let epoch = Atomic<UInt>(1)
  private let readers: ReaderSlots

  /// A publication of a first version.
  public init(_ initial: Snapshot) {
    root = Atomic(initial.bits)
    readers = ReaderSlots(count: Self.maximumReaders)
  }

  /// Makes `next` the version that is served and waits until no reader is in an older one.
  ///
  /// One publisher at a time. What the older version alone used may be freed when this returns.
  public func publish(_ next: Snapshot) {
    root.store(next.bits, ordering: .sequentiallyConsistent)
    let now = epoch.add(1, ordering: .sequentiallyConsistent).newValue
    for index in 0..<Self.maximumReaders {
      var spins = 0
      while true {
        let seen = readers.slot(index).load()
        // The mark of a slot that nobody has is above every epoch.
        if seen == ReaderSlot.offline || seen >= now { break }
        spins += 1
        pause(spins)
      }
    }
  }

  /// A new reader, offline. At most `maximumReaders` live at once.
  public func register() -> Reader {
    for index in 0..<Self.maximumReaders where readers.slot(index).claim() {
      return Reader(publication: self, slot: readers.slot(index))
    }
    preconditionFailure("more readers than a publication has room for")
  }

  /// A thread that reads the published version; it is used by one at a time.
  public struct Reader: ~Copyable, Sendable {
    private let publication: Publication
    private let slot: ReaderSlot

    fileprivate init(publication: Publication, slot: ReaderSlot) {
      self.publication = publication
      self.slot = slot
    }

    /// Says that nothing of an older version is in use any more and returns the version to use from here.
    ///
    /// Called once a batch; it ends `offline` as well.
    public func quiescent() -> Snapshot {
      slot.store(publication.epoch.load(ordering: .sequentiallyConsistent))
      return Snapshot(bits: publication.root.load(ordering: .sequentiallyConsistent))
    }

    /// Where `quiescent` and `offline` write to, as addresses.
    var written: Range<UInt> { slot.written }

    /// Says that nothing of any version is in use until the next `quiescent`: before every blocking wait.
    public func offline() { slot.store(ReaderSlot.offline) }

    deinit { slot.store(ReaderSlot.free) }
  }
}
