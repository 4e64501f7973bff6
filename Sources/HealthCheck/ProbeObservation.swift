import CCurl
import Glibc
import HealthState
import LinuxSystem

/// What a transfer came to, as plain values, and the judgement on it.
struct ProbeObservation {
  /// libcurl's result.
  var code: CURLcode
  /// The `errno` of the last failed connect; 0 where there is none.
  var systemError: Int32 = 0
  /// libcurl's own words for the failure.
  var errorText = ""
  /// Whether the TCP connection stood.
  var isConnected = false
  /// The status code; 0 where no answer came.
  var status = 0
  /// How long the probe took.
  var milliseconds = 0
  /// How many octets of the header section came.
  var headerCount = 0
  /// How many octets of the body were taken.
  var bodyCount = 0
  /// The body, where the check looks for a text in it.
  var body: [UInt8] = []

  /// Errors of `connect` and `socket` for want of something on this machine.
  private static let localErrors = [EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL]

  /// Judges what was seen by what the check asks for.
  func outcome(_ settings: CheckSettings) -> ProbeOutcome {
    switch code {
    case CURLE_OK: return judge(settings.kind)
    case CURLE_WRITE_ERROR where headerCount > CurlProbe.limit:
      return .dead("header section longer than \(CurlProbe.limit) octets")
    case CURLE_WRITE_ERROR where bodyCount == CurlProbe.limit: return judge(settings.kind)
    // libcurl says this, too, of a header field longer than it takes.
    case CURLE_OUT_OF_MEMORY where isConnected: return .dead("header field too long")
    case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT: return .inconclusive("out of memory")
    case CURLE_COULDNT_CONNECT where systemError == 0: return .inconclusive("no socket")
    case CURLE_COULDNT_CONNECT where Self.localErrors.contains(systemError):
      return .inconclusive(SystemError.meaning(of: systemError))
    default: return .dead(failure(timeout: settings.timeout).printable)
    }
  }

  private func judge(_ kind: CheckSettings.Kind) -> ProbeOutcome {
    guard case .http(let request, _) = kind else {
      return .alive("connected in \(milliseconds) ms")
    }
    guard request.expect.contains(where: { $0.contains(status) }) else {
      let expected = request.expect.map { range in
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
      }
      return .dead("HTTP status \(status), expected \(expected.joined(separator: ","))")
    }
    if let text = request.body, !body.contains(text.utf8) {
      return .dead("body does not contain \"\(text)\"".printable)
    }
    return .alive("HTTP status \(status) in \(milliseconds) ms")
  }

  private func failure(timeout: UInt32) -> String {
    switch code {
    case CURLE_COULDNT_CONNECT: return SystemError.meaning(of: systemError)
    case CURLE_OPERATION_TIMEDOUT:
      if !isConnected { return "no connection within \(timeout) ms" }
      return headerCount == 0
        ? "no answer within \(timeout) ms" : "no complete answer within \(timeout) ms"
    case CURLE_GOT_NOTHING: return "connection closed without an answer"
    case CURLE_PARTIAL_FILE: return "connection closed before the end of the answer"
    case CURLE_UNSUPPORTED_PROTOCOL: return "not an HTTP answer"
    case CURLE_WEIRD_SERVER_REPLY: return "not an HTTP answer: \(detail)"
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR: return "TLS: \(detail)"
    default: return detail
    }
  }

  /// libcurl's words for this failure, else those for the kind of failure.
  private var detail: String {
    // SAFETY: libcurl's texts for its result codes are never freed.
    errorText.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : errorText
  }
}

extension String {
  /// At most 200 characters, with a `?` for all that is not printable ASCII: a back end cannot write
  /// lines of its own into a log.
  var printable: String {
    String(decoding: utf8.prefix(200).map { (32...126).contains($0) ? $0 : 63 }, as: UTF8.self)
  }
}
