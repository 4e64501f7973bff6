import Addresses
import HealthState

@testable import HealthCheck

extension ProbeTarget {
  /// A target on a loopback address.
  init(
    _ address: IPAddress, _ port: UInt16, _ settings: CheckSettings, check: String = "web"
  ) {
    self.init(
      key: ProbeKey(zone: "example.", check: check, address: address, port: port),
      settings: settings)
  }
}

extension CheckSettings {
  /// An HTTP check with a short timeout.
  static func http(
    _ request: HTTPRequest = HTTPRequest(), secure: Bool = false, timeout: UInt32 = 5_000
  ) -> CheckSettings {
    CheckSettings(kind: .http(request, secure: secure), timeout: timeout)
  }
}

/// Runs a probe to its end, again where this machine was too busy to tell.
func probe(_ target: ProbeTarget, certificateAuthorities: String? = nil) throws -> ProbeOutcome {
  let prober = try Prober(certificateAuthorities: certificateAuthorities)
  var outcome = ProbeOutcome.inconclusive("not begun")
  for _ in 0..<5 where outcome.succeeded == nil {
    prober.start(target, schedule: 1)
    var results: [Prober.Result] = []
    while results.isEmpty { results = prober.wait(until: nil) }
    outcome = results[0].outcome
  }
  return outcome
}

/// An answer with a length, as a well-behaved server writes it.
func answer(_ status: String = "200 OK", _ body: String = "", headers: String = "") -> String {
  "HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}
