import QueryEngine

/// What turns a message into a reply: the query engine, or in a test something simpler.
///
/// It has no instances and the workers are compiled for it, so a query passes through no indirection.
package protocol Responder: SendableMetatype {
  /// See `QueryEngine.answer`.
  static func answer(
    _ query: UnsafeRawBufferPointer, context: QueryContext, worker: QueryWorker,
    snapshot: Snapshot, into reply: UnsafeMutableRawBufferPointer
  ) -> Outcome
}

extension QueryEngine: Responder {}

/// Whether a reply's header has TC set (RFC 1035 §4.1.1).
@inline(__always)
func isTruncated(_ reply: UnsafeMutableRawBufferPointer, _ count: Int) -> Bool {
  // SAFETY: a reply has `count` octets at least.
  unsafe count > 2 && reply[2] & 0x02 != 0
}
