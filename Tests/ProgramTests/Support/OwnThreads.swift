import Foundation
import Testing

/// Runs tests that block on two threads of their own, so that tests of other modules, which share the few
/// threads of Swift's tasks, are not held up.
struct OwnThreads: SuiteTrait, TestTrait, TestScoping {
  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(Threads.shared, operation: function)
  }

  private final class Threads: TaskExecutor {
    static let shared = Threads()
    private let queue = OperationQueue()

    private init() { queue.maxConcurrentOperationCount = 2 }

    func enqueue(_ job: consuming ExecutorJob) {
      // SAFETY: the job is run once, here.
      let job = UnownedJob(job)
      queue.addOperation { [self] in
        unsafe job.runSynchronously(on: asUnownedTaskExecutor())
      }
    }
  }
}

extension Trait where Self == OwnThreads {
  /// See `OwnThreads`.
  static var ownThreads: Self { OwnThreads() }
}
