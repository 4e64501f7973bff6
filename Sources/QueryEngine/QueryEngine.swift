/// The whole of authoritative behaviour: octets in, outcome out; no system call, no clock.
public enum QueryEngine {
  /// Answers one query.
  ///
  /// - Parameters:
  ///   - query: the message as it came, without TCP's length prefix. Any octets at all are allowed.
  ///   - context: how, whence and when it came.
  ///   - worker: the memory of the calling worker; one thread uses it.
  ///   - snapshot: the version to answer from.
  ///   - reply: where the reply goes; at least 65,535 octets. It must not overlap `query`.
  public static func answer(
    _ query: UnsafeRawBufferPointer, context: QueryContext, worker: QueryWorker,
    snapshot: Snapshot, into reply: UnsafeMutableRawBufferPointer
  ) -> Outcome {
    .drop
  }
}
