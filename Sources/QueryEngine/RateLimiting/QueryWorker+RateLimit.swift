extension QueryWorker {
  /// Charges an answer that goes out in a datagram to its account, and says what becomes of it.
  ///
  /// A client whose address is proven by a cookie (RFC 7873 §5.2.5), and one that is exempt, is never
  /// limited. That is looked at last, so that it costs nothing where there is no flood.
  func charge(
    _ subject: RateSubject, to context: QueryContext, _ limit: RateLimitImage, isProven: Bool
  ) -> RateAccounts.Verdict {
    let network = limit.network(of: context.peer)
    let verdict = accounts.charge(subject, to: network, at: context.monotonic, limit)
    if verdict == .send || isProven || limit.exempts(context.peer) { return .send }
    rateCounters.count(verdict, to: network, isLogOnly: limit.isLogOnly)
    return limit.isLogOnly ? .send : verdict
  }
}
