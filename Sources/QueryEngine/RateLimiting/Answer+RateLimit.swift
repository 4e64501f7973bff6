extension Answer {
  /// Charges the answer, which goes out in a datagram, to its client's accounts, that of its kind and that of
  /// all, and says what becomes of it.
  ///
  /// A client whose address is proven by a cookie (RFC 7873 §5.2.5), and one that is exempt, is never
  /// limited. That is looked at last, so that it costs nothing where there is no flood.
  mutating func charge(isProven: Bool) -> RateAccounts.Verdict {
    let limit = snapshot.settings.rateLimit
    let network = limit.network(of: context.peer)
    var verdict = RateAccounts.Verdict.send
    if limit.answerCost > 0 {
      verdict = worker.accounts.charge(
        limit.answerCost, for: subject, to: network, at: context.monotonic, limit)
    }
    if limit.octetCost > 0, verdict != .drop {
      let all = worker.accounts.charge(
        limit.octetCost * Int64(response.writer.count), for: RateSubject(kind: .all), to: network,
        at: context.monotonic, limit)
      if all.rawValue > verdict.rawValue { verdict = all }
    }
    if verdict == .send || isProven || limit.exempts(context.peer) { return .send }
    worker.rateCounters.count(verdict, to: network, isLogOnly: limit.isLogOnly)
    return limit.isLogOnly ? .send : verdict
  }
}
