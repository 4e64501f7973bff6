import Glibc
import Synchronization

/// How many processors there are.
public var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

/// What `body` makes of each of `0..<count`, in that order, worked out by at most `threads` threads, the calling
/// one among them; the others have its priority.
public func inParallel<Result: Sendable>(
  _ count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Result
) -> [Result] {
  let work = SharedWork<Result>(count: count)
  // Where there can be no more threads, fewer do.
  let helpers = (1..<max(1, min(threads, count))).compactMap { _ in
    try? Thread(name: "load") { work.take(part: body) }
  }
  work.take(part: body)
  for helper in helpers { helper.join() }
  return work.inOrder
}

/// Pieces of work that threads take one after the other.
private final class SharedWork<Result: Sendable>: Sendable {
  private let count: Int
  private let next = Atomic<Int>(0)
  private let done = Mutex<[(index: Int, result: Result)]>([])

  init(count: Int) { self.count = count }

  /// Does pieces until none is left.
  func take(part body: (Int) -> Result) {
    var mine: [(index: Int, result: Result)] = []
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < count else { break }
      mine.append((index, body(index)))
    }
    done.withLock { $0 += mine }
  }

  /// All results.
  var inOrder: [Result] {
    done.withLock(\.self).sorted { $0.index < $1.index }.map(\.result)
  }
}
