extension QueryWorker {
  /// Charges an answer of so many octets that goes out in a datagram to its accounts, that of its kind and
  /// that of all, and says what becomes of it.
  ///
  /// A client whose address is proven by a cookie (RFC 7873 §5.2.5), and one that is exempt, is never
  /// limited. That is looked at last, so that it costs nothing where there is no flood.
  func charge(
    _ subject: RateSubject, octets: Int, to context: QueryContext, _ limit: RateLimitImage,
    isProven: Bool
  ) -> RateAccounts.Verdict {
    let network = limit.network(of: context.peer)
    var verdict = RateAccounts.Verdict.send
    if limit.answerCost > 0 {
      verdict = accounts.charge(
        limit.answerCost, for: subject, to: network, at: context.monotonic, limit)
    }
    if limit.octetCost > 0, verdict != .drop {
      let all = accounts.charge(
        limit.octetCost * Int64(octets), for: RateSubject(kind: .all), to: network,
        at: context.monotonic, limit)
      if all.rawValue > verdict.rawValue { verdict = all }
    }
    if verdict == .send || isProven || limit.exempts(context.peer) { return .send }
    rateCounters.count(verdict, to: network, isLogOnly: limit.isLogOnly)
    return limit.isLogOnly ? .send : verdict
  }
}
