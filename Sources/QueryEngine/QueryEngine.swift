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
    var response = unsafe Response(
      writer: PacketWriter(reply), compression: worker.compression)
    // A response is never answered (RFC 1035 §4.1.1): two servers would talk for ever.
    guard let id = message.uint16(0), let bits = message.uint16(2), message.count >= Header.length
    else { return .drop }
    let flags = HeaderFlags(rawValue: bits)
    guard !flags.contains(.response) else { return .drop }
    response.writer.append(UInt64(0))
    response.writer.append(UInt32(0))

    var question: Question?
    switch Question.read(message, flags: flags, name: worker.name, key: snapshot.key) {
    case .failure(let code):
      response.code = code
    case .question(let read):
      question = read
      if let octets = unsafe message.slice(Header.length, read.length) {
        unsafe response.writer.append(octets)
      }
    }
    let questionEnd = response.writer.count
    var subject = RateSubject(kind: .error)
    var scope = 0
    if let question {
      (subject, scope) = respond(to: question, context, worker, snapshot, &response)
    }
    let settings = snapshot.settings
    var cookie: ServerCookie?
    if let asked = question?.edns?.cookie, asked.isPresent {
      let made = ServerCookie(
        answering: asked, from: context.peer, now: context.now, settings: settings)
      // A server cookie sent alone asks whether it is good (RFC 7873 §5.4).
      if question?.isForCookie == true, asked.hasServerPart, !made.isProven {
        response.code = .badCookie
      }
      cookie = made
    }
    if let question {
      response.appendPseudoRecords(
        answering: question, message, context, settings, scope: scope, cookie: cookie)
    }
    if context.transport == .udp {
      switch worker.charge(
        subject, octets: response.writer.count, to: context, settings.rateLimit,
        isProven: cookie?.isProven ?? false)
      {
      case .send: break
      case .drop: return .drop
      case .truncate:
        response.truncateAll(to: questionEnd)
        if var question {
          question.edns?.wantsIdentifier = false
          response.appendPseudoRecords(
            answering: question, message, context, settings, scope: scope, cookie: cookie)
        }
      }
    }
    response.finishHeader(
      id: id, query: flags, questionCount: questionEnd > Header.length ? 1 : 0)
    return .reply(response.writer.count)
  }

  /// Writes the sections behind the question, as far as there is room for them and the OPT, and limits the
  /// reply to what the client takes; what the answer counts as, and its ECS scope.
  private static func respond(
    to question: Question, _ context: QueryContext, _ worker: QueryWorker, _ snapshot: Snapshot,
    _ response: inout Response
  ) -> (RateSubject, scope: Int) {
    let optLength = question.edns?.optLength(snapshot.settings) ?? 0
    response.writer.lowerLimit(to: question.sizeLimit(context) - optLength)
    var subject = RateSubject(kind: .error)
    var scope = 0
    if question.code != .noError {
      response.code = question.code
    } else if !question.isForCookie {
      var answer = Answer(
        question: question, context: context, worker: worker, snapshot: snapshot,
        response: response)
      answer.run()
      response = answer.response
      subject = answer.subject
      scope = answer.scope
    }
    response.writer.raiseLimit(by: optLength)
    return (subject, scope)
  }
}
