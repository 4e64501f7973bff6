import DNSWire

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
  @unsafe
  public static func answer(
    _ query: UnsafeRawBufferPointer, context: QueryContext, worker: QueryWorker,
    snapshot: Snapshot, into reply: UnsafeMutableRawBufferPointer
  ) -> Outcome {
    let message = unsafe PacketReader(query)
    // A response is never answered (RFC 1035 §4.1.1): two servers would talk for ever.
    guard message.count >= Header.length, let id = message.uint16(0), let bits = message.uint16(2)
    else { return .drop }
    let flags = HeaderFlags(rawValue: bits)
    guard !flags.contains(.response) else { return .drop }
    var answer = unsafe Answer(
      context: context, worker: worker, snapshot: snapshot, writer: PacketWriter(reply))
    answer.question.read(message, flags: flags, name: worker.name, key: snapshot.key)
    // The question goes back as it came, and the header is overwritten at the end.
    let questionEnd = Header.length + answer.question.length
    if let octets = unsafe message.slice(0, questionEnd) {
      unsafe answer.response.writer.append(octets)
    }
    answer.respond()
    let cookie = answer.question.additional.edns.cookie.isPresent ? answer.cookie() : nil
    answer.appendPseudoRecords(message, cookie: cookie)
    if context.transport == .udp, snapshot.settings.rateLimit.isLimiting {
      switch answer.charge(isProven: cookie?.isProven ?? false) {
      case .send: break
      case .drop: return .drop
      case .truncate:
        answer.response.truncateAll(to: questionEnd)
        answer.question.additional.edns.wantsIdentifier = false
        answer.appendPseudoRecords(message, cookie: cookie)
      }
    }
    answer.response.finishHeader(
      id: id, query: flags, questionCount: questionEnd > Header.length ? 1 : 0)
    return .reply(answer.response.writer.count)
  }
}

extension Answer {
  /// Writes the sections behind the question, as far as there is room for them and the OPT, and limits the
  /// reply to what the client takes.
  @inline(__always)
  fileprivate mutating func respond() {
    let optLength = optLength()
    response.writer.lowerLimit(to: question.sizeLimit(context) - optLength)
    if question.code != .noError {
      response.code = question.code
    } else if !question.isForCookie {
      run()
    }
    response.writer.raiseLimit(by: optLength)
  }

  /// The server cookie of the reply to a query that has a cookie.
  fileprivate mutating func cookie() -> ServerCookie {
    let asked = question.additional.edns.cookie
    let made = ServerCookie(
      answering: asked, from: context.peer, now: context.now, settings: snapshot.settings)
    // A server cookie sent alone asks whether it is good (RFC 7873 §5.4).
    if question.isForCookie, asked.hasServerPart, !made.isProven { response.code = .badCookie }
    return made
  }
}
