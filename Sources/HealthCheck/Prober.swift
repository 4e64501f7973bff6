import CCurl
import Glibc
import LinuxSystem

/// Runs probes side by side: libcurl's multi handle drives them, epoll says which socket is ready, so that
/// a wait costs what happens in it and not what is under way.
///
/// One thread uses it; only `wake` may come from another.
@safe
final class Prober: @unchecked Sendable {
  /// A probe that has ended.
  struct Result {
    let target: ProbeTarget
    let schedule: UInt64
    let outcome: ProbeOutcome
  }

  private let multi: UnsafeMutableRawPointer
  private let poll: EventPoll
  private let certificateAuthorities: String?
  /// The probes under way, by the addresses of their handles.
  private var probes: [UInt: CurlProbe] = [:]
  /// Probes that could not even start.
  private var stillborn: [Result] = []
  /// When the last wait ended.
  private var lastWait: UInt64?

  /// How late this thread may be, in milliseconds, for a timeout to be the target's fault.
  private static let tolerance: UInt64 = 200

  private static let isCurlReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// A prober that trusts the certificate authorities in the PEM file of that path; nil: the system's.
  init(certificateAuthorities: String?) throws(HealthCheckError) {
    do throws(SystemError) {
      poll = try EventPoll()
    } catch {
      throw .system(error)
    }
    self.certificateAuthorities = certificateAuthorities
    // SAFETY: the multi handle is this object's own until `deinit`; the poll that it calls back with
    // outlives it.
    guard Self.isCurlReady, let multi = unsafe curl_multi_init() else { throw .curl }
    unsafe self.multi = unsafe multi
    let code = unsafe curl_multi_setopt_socket(
      multi,
      { _, descriptor, what, context, _ in
        guard let context = unsafe context else { return 0 }
        let poll = unsafe Unmanaged<EventPoll>.fromOpaque(context).takeUnretainedValue()
        if what == CURL_POLL_REMOVE {
          poll.forget(descriptor)
        } else {
          poll.watch(
            descriptor, reading: what & CURL_POLL_IN != 0, writing: what & CURL_POLL_OUT != 0)
        }
        return 0
      }, Unmanaged.passUnretained(poll).toOpaque())
    guard code == CURLM_OK else { throw .curl }
  }

  deinit {
    // SAFETY: each easy handle leaves the multi handle before either is cleaned up.
    for probe in probes.values { unsafe curl_multi_remove_handle(multi, probe.easy) }
    probes.removeAll()
    unsafe curl_multi_cleanup(multi)
  }

  /// How many probes are under way.
  var count: Int { probes.count + stillborn.count }

  /// Starts a probe; its result comes out of `wait`.
  func start(_ target: ProbeTarget, schedule: UInt64) {
    // SAFETY: the probe, and with it its handle, lives in `probes` until it has left the multi handle.
    guard
      let probe = CurlProbe(
        target: target, schedule: schedule, certificateAuthorities: certificateAuthorities),
      unsafe curl_multi_add_handle(multi, probe.easy) == CURLM_OK
    else {
      let outcome = ProbeOutcome.inconclusive("the probe could not be set up")
      stillborn.append(Result(target: target, schedule: schedule, outcome: outcome))
      return
    }
    probes[unsafe UInt(bitPattern: probe.easy)] = probe
  }

  /// Ends the wait that is under way, or else the next one. Callable from any thread.
  func wake() { poll.wake() }

  /// Drives the probes until something happens or `deadline` (monotonic milliseconds) is reached, and
  /// returns those that have ended.
  func wait(until deadline: UInt64?) -> [Result] {
    let limit = milliseconds(until: deadline)
    let began = monotonicMilliseconds()
    let events = poll.wait(milliseconds: limit)
    let ended = monotonicMilliseconds()
    // What this thread did between two waits, and what the system kept it from.
    let absence = began - (lastWait ?? began)
    let delay = limit < 0 ? 0 : ended - min(ended, began + UInt64(limit))
    lastWait = ended
    // SAFETY: the handles live; libcurl copes with a socket that it has closed meanwhile.
    var running: Int32 = 0
    for event in events {
      let bits =
        (event.isReadable ? CURL_CSELECT_IN : 0) | (event.isWritable ? CURL_CSELECT_OUT : 0)
        | (event.isBroken ? CURL_CSELECT_ERR : 0)
      unsafe curl_multi_socket_action(multi, event.descriptor, bits, &running)
    }
    unsafe curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running)
    return takeResults(isLate: absence + delay > Self.tolerance)
  }

  private func takeResults(isLate: Bool) -> [Result] {
    var results = stillborn
    stillborn.removeAll()
    var left: Int32 = 0
    // SAFETY: a message is read before its handle leaves the multi handle, which frees it.
    while let message = unsafe curl_multi_info_read(multi, &left) {
      guard let easy = unsafe message.pointee.easy_handle,
        let probe = probes.removeValue(forKey: UInt(bitPattern: easy))
      else { continue }
      let observation = probe.observation(code: unsafe message.pointee.data.result)
      unsafe curl_multi_remove_handle(multi, easy)
      let outcome =
        isLate && observation.code == CURLE_OPERATION_TIMEDOUT
        ? .inconclusive("this server was too busy to wait for the answer")
        : observation.outcome(probe.target.settings)
      results.append(Result(target: probe.target, schedule: probe.schedule, outcome: outcome))
    }
    return results
  }

  /// How long epoll may wait: to the deadline, or to libcurl's next timer where that comes first.
  private func milliseconds(until deadline: UInt64?) -> Int32 {
    if !stillborn.isEmpty { return 0 }
    var timer = -1
    // SAFETY: libcurl writes the one number.
    unsafe curl_multi_timeout(multi, &timer)
    guard let deadline else { return Int32(clamping: timer) }
    let now = monotonicMilliseconds()
    let rest = Int32(clamping: deadline > now ? deadline - now : 0)
    return timer < 0 ? rest : min(rest, Int32(clamping: timer))
  }
}
