import CCurl
import Glibc
import HealthState
import Testing
import LinuxSystem

@testable import HealthCheck

@Suite("The judgement on a transfer")
struct ProbeObservationTests {
  private func outcome(
    _ code: CURLcode, errno: Int32 = 0, text: String = "", isConnected: Bool = false
  ) -> ProbeOutcome {
    ProbeObservation(code: code, systemError: errno, errorText: text, isConnected: isConnected)
      .outcome(.http(timeout: 2_000))
  }

  @Test("failures are said in words")
  func failures() {
    let table: [(ProbeOutcome, String)] = [
      (outcome(CURLE_COULDNT_CONNECT, errno: ECONNREFUSED), "connection refused"),
      (outcome(CURLE_COULDNT_CONNECT, errno: EHOSTUNREACH), "no route to host"),
      (outcome(CURLE_COULDNT_CONNECT, errno: ENETUNREACH), "network is unreachable"),
      (outcome(CURLE_OPERATION_TIMEDOUT), "no connection within 2000 ms"),
      (outcome(CURLE_OPERATION_TIMEDOUT, isConnected: true), "no answer within 2000 ms"),
      (
        outcome(
          CURLE_RECV_ERROR, text: "Recv failure: Connection reset by peer", isConnected: true),
        "Recv failure: Connection reset by peer"
      ),
      (
        outcome(CURLE_PEER_FAILED_VERIFICATION, text: "SSL certificate problem: expired"),
        "TLS: SSL certificate problem: expired"
      ),
      (outcome(CURLE_SSL_CONNECT_ERROR), "TLS: SSL connect error"),
    ]
    for (outcome, reason) in table { #expect(outcome == .dead(reason)) }
  }

  @Test(
    "what is wanting here says nothing about the target",
    arguments: [EMFILE, ENOBUFS, EADDRNOTAVAIL, 0])
  func local(number: Int32) {
    #expect(outcome(CURLE_COULDNT_CONNECT, errno: number).succeeded == nil)
    #expect(outcome(CURLE_OUT_OF_MEMORY).succeeded == nil)
  }

  @Test("errors of the checker are one line each")
  func errors() {
    #expect(
      HealthCheckError.system(SystemError(call: "eventfd", number: EMFILE)).description
        == "health checks: eventfd: too many open files (EMFILE)")
    #expect(HealthCheckError.curl.description == "health checks: libcurl cannot be set up")
  }
}
