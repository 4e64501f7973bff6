import Addresses
import Glibc
import QueryEngine

/// One thread that answers the datagrams of one socket: recvmmsg, answers, sendmmsg, and nothing else.
struct UDPWorker<R: Responder>: Sendable {
  let socket: Descriptor
  /// Where it listens.
  let local: ListenAddress
  let sizeLimit: Int
  let worker: QueryWorker
  let counters: Counters
  let shutdown: Shutdown

  /// Answers until the shutdown, and then what had been received by then.
  func run(reader: borrowing Publication.Reader) {
    var batch = DatagramBatch(sizeLimit: sizeLimit, wantsDestination: local.isWildcard)
    while serve(&batch, reader) {}
    reader.offline()
  }

  /// Receives a batch, answers it and sends the replies; false where there is nothing more to do.
  ///
  /// A function of its own, so that `Scripts/hot-path` can look at what is done again and again.
  @inline(never)
  private func serve(_ batch: inout DatagramBatch, _ reader: borrowing Publication.Reader) -> Bool {
    let ending = shutdown.isBegun
    reader.offline()
    batch.receive(from: socket, waiting: !ending)
    let snapshot = reader.quiescent()
    let clock = Clock()
    if ending && (batch.received == 0 || clock.monotonic >= shutdown.deadline) { return false }
    answer(&batch, snapshot, clock)
    send(&batch, snapshot, clock, waiting: !ending)
    return true
  }

  @inline(__always)
  private func answer(_ batch: inout DatagramBatch, _ snapshot: Snapshot, _ clock: Clock) {
    var queries = 0
    var octets = 0
    var truncated = 0
    for index in 0..<batch.received where batch.hasSender(index) {
      queries += 1
      // SAFETY: `query` and `space` are different memory of the batch's, which outlives this call.
      let query = unsafe batch.query(index)
      octets += query.count
      guard batch.isWhole(index),
        let context = context(of: index, in: batch, clock, sizeLimit: sizeLimit)
      else { continue }
      let space = unsafe batch.space
      let outcome = unsafe R.answer(
        query, context: context, worker: worker, snapshot: snapshot, into: space)
      if case .reply(let count) = outcome, batch.append(count, to: index) {
        if unsafe isTruncated(space, count) { truncated += 1 }
      }
    }
    counters.add(.queries, queries)
    counters.add(.queryOctets, octets)
    counters.add(.drops, queries - batch.pending)
    counters.add(.truncated, truncated)
  }

  /// How a query came; nil where it cannot be answered, as nobody can be at port 0.
  @inline(__always)
  private func context(
    of index: Int, in batch: borrowing DatagramBatch, _ clock: Clock, sizeLimit: Int
  ) -> QueryContext? {
    let sender = batch.sender(index)
    if sender.port == 0 { return nil }
    let destination = local.isWildcard ? batch.destination(index) : nil
    return QueryContext(
      transport: .udp, peer: sender.address, peerPort: sender.port,
      local: destination ?? local.address, sizeLimit: sizeLimit, now: clock.wall,
      monotonic: clock.monotonic)
  }

  /// Sends the replies. One that fails is left out and the others go on.
  @inline(__always)
  private func send(
    _ batch: inout DatagramBatch, _ snapshot: Snapshot, _ clock: Clock, waiting: Bool
  ) {
    var next = 0
    var sent = 0
    var octets = 0
    while next < batch.pending {
      do {
        let count = try batch.send(from: next, to: socket, waiting: waiting)
        for reply in next..<(next + count) { octets += batch.count(reply) }
        next += count
        sent += count
      } catch {
        // The socket's own buffer stayed full: the rest would have to wait as long.
        if error.number == EAGAIN { break }
        if error.number == EMSGSIZE, shorten(next, in: &batch, snapshot, clock) { continue }
        next += 1
      }
    }
    counters.add(.replies, sent)
    counters.add(.failedSends, batch.pending - sent)
    counters.add(.replyOctets, octets)
  }

  /// Answers again a query whose reply is too long for its interface, within what every path takes, so
  /// that the client comes back over TCP; false where that has been done.
  private func shorten(
    _ reply: Int, in batch: inout DatagramBatch, _ snapshot: Snapshot, _ clock: Clock
  ) -> Bool {
    let index = batch.origin(reply)
    let limit = DatagramBatch.shortReply
    guard let context = context(of: index, in: batch, clock, sizeLimit: limit) else { return false }
    // SAFETY: as in `answer`.
    let outcome = unsafe R.answer(
      batch.query(index), context: context, worker: worker, snapshot: snapshot, into: batch.space)
    guard case .reply(let count) = outcome else { return false }
    return batch.replace(reply, with: count)
  }
}
