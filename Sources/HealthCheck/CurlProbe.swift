import CCurl
import HealthState

/// One probe under way: a libcurl easy handle, and what has been received through it.
///
/// A TCP probe is a transfer that ends when it is connected. An HTTP probe reads the answer to its end or
/// to its limit. Both go to the target's address whatever the URL names, on a connection of their own, and
/// end by the check's timeout in any case.
@safe
final class CurlProbe {
  /// The most octets of a header section, and of a body, that are taken in.
  static let limit = 65_536

  /// What is probed.
  let target: ProbeTarget
  /// The schedule that the probe belongs to.
  let schedule: UInt64
  /// The libcurl handle.
  let easy: UnsafeMutableRawPointer

  private let connectTo: UnsafeMutablePointer<curl_slist>?
  private let errorText: UnsafeMutablePointer<CChar>
  private var headerCount = 0
  private var bodyCount = 0
  private var body: [UInt8] = []

  /// A transfer that is ready to start; nil where memory is short or an option is refused.
  init?(target: ProbeTarget, schedule: UInt64, certificateAuthorities: String?) {
    // SAFETY: the handle, the list and the text are this object's own until `deinit`; libcurl uses them,
    // and its pointer to this object, only while the handle lives.
    guard let easy = unsafe curl_easy_init() else { return nil }
    self.target = target
    self.schedule = schedule
    unsafe self.easy = unsafe easy
    let literal = target.key.address.isIPv4 ? "\(target.key.address)" : "[\(target.key.address)]"
    let endpoint = "\(literal):\(target.key.port)"
    unsafe connectTo = unsafe curl_slist_append(nil, "::\(endpoint)")
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    guard unsafe connectTo != nil, setUp(endpoint: endpoint, authorities: certificateAuthorities)
    else { return nil }
  }

  deinit {
    // SAFETY: see `init`; the handle has left its multi handle.
    unsafe curl_easy_cleanup(easy)
    unsafe curl_slist_free_all(connectTo)
    unsafe errorText.deallocate()
  }

  /// What was seen, once the transfer has ended with `code`.
  func observation(code: CURLcode) -> ProbeObservation {
    // SAFETY: the handle lives; libcurl keeps the text terminated.
    unsafe ProbeObservation(
      code: code, systemError: Int32(curl_easy_getinfo_long(easy, CURLINFO_OS_ERRNO)),
      errorText: String(cString: errorText),
      isConnected: curl_easy_getinfo_offset(easy, CURLINFO_CONNECT_TIME_T) > 0,
      status: curl_easy_getinfo_long(easy, CURLINFO_RESPONSE_CODE),
      milliseconds: Int(curl_easy_getinfo_offset(easy, CURLINFO_TOTAL_TIME_T)) / 1000,
      headerCount: headerCount, bodyCount: bodyCount, body: body)
  }

  private func setUp(endpoint: String, authorities: String?) -> Bool {
    let timeout = Int(max(target.settings.timeout, 1))
    guard
      unsafe set(CURLOPT_ERRORBUFFER, to: errorText), unsafe set(CURLOPT_CONNECT_TO, to: connectTo),
      set(CURLOPT_PROXY, to: ""), set(CURLOPT_PROTOCOLS_STR, to: "http,https"),
      set(CURLOPT_NOSIGNAL, to: 1), set(CURLOPT_FRESH_CONNECT, to: 1),
      set(CURLOPT_FORBID_REUSE, to: 1), set(CURLOPT_TIMEOUT_MS, to: timeout),
      set(CURLOPT_CONNECTTIMEOUT_MS, to: timeout),
      // Each end of a transfer walks over the names in the cache; addresses need none.
      set(CURLOPT_DNS_CACHE_TIMEOUT, to: 0)
    else { return false }
    switch target.settings.kind {
    case .tcp:
      return set(CURLOPT_URL, to: "http://\(endpoint)/") && set(CURLOPT_CONNECT_ONLY, to: 1)
    case .http(let request, let secure):
      let url = "\(secure ? "https" : "http")://\(request.host ?? endpoint)\(request.path)"
      return set(CURLOPT_URL, to: url) && setUp(request) && receiveHere()
        && (authorities.map { set(CURLOPT_CAINFO, to: $0) } ?? true)
    }
  }

  private func setUp(_ request: CheckSettings.HTTPRequest) -> Bool {
    set(CURLOPT_PATH_AS_IS, to: 1)
      && set(CURLOPT_HTTP_VERSION, to: Int(CURL_HTTP_VERSION_1_1))
      && set(CURLOPT_USERAGENT, to: "sextant health check")
      && (request.method == "HEAD"
        ? set(CURLOPT_NOBODY, to: 1) : set(CURLOPT_CUSTOMREQUEST, to: request.method))
      && set(CURLOPT_SSL_VERIFYPEER, to: request.verify ? 1 : 0)
      && set(CURLOPT_SSL_VERIFYHOST, to: request.verify ? 2 : 0)
      && set(CURLOPT_SSL_SESSIONID_CACHE, to: 0)
  }

  /// Makes libcurl hand over the header section and the body to this object.
  private func receiveHere() -> Bool {
    // SAFETY: the context is this object, which outlives the handle; libcurl calls on the thread that
    // drives the transfer, the only one that uses the object.
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    return unsafe set(CURLOPT_HEADERDATA, to: context) && set(CURLOPT_WRITEDATA, to: context)
      && curl_easy_setopt_write(
        easy, CURLOPT_HEADERFUNCTION,
        { _, size, count, context in
          guard let context = unsafe context else { return 0 }
          let probe = unsafe Unmanaged<CurlProbe>.fromOpaque(context).takeUnretainedValue()
          return probe.takeHeader(count: size * count) ? size * count : 0
        }) == CURLE_OK
      && curl_easy_setopt_write(
        easy, CURLOPT_WRITEFUNCTION,
        { octets, size, count, context in
          guard let context = unsafe context else { return 0 }
          let probe = unsafe Unmanaged<CurlProbe>.fromOpaque(context).takeUnretainedValue()
          let chunk = unsafe UnsafeRawBufferPointer(start: octets, count: size * count)
          return unsafe probe.takeBody(chunk) ? size * count : 0
        }) == CURLE_OK
  }

  /// Counts octets of the header section; false ends the transfer.
  private func takeHeader(count: Int) -> Bool {
    headerCount += count
    return headerCount <= Self.limit
  }

  /// Counts octets of the body and keeps them where the check looks for a text; false ends the transfer.
  private func takeBody(_ chunk: UnsafeRawBufferPointer) -> Bool {
    if case .http(let request, _) = target.settings.kind, request.body != nil {
      unsafe body.append(contentsOf: chunk.prefix(Self.limit - bodyCount))
    }
    bodyCount = min(bodyCount + chunk.count, Self.limit)
    return bodyCount < Self.limit
  }

  private func set(_ option: CURLoption, to value: Int) -> Bool {
    // SAFETY: the handle lives; the options used here take a `long`.
    unsafe curl_easy_setopt_long(easy, option, value) == CURLE_OK
  }

  private func set(_ option: CURLoption, to value: String) -> Bool {
    // SAFETY: the handle lives; libcurl copies the text.
    unsafe curl_easy_setopt_string(easy, option, value) == CURLE_OK
  }

  private func set(_ option: CURLoption, to value: UnsafeMutableRawPointer?) -> Bool {
    // SAFETY: the handle lives; the pointers handed in outlive it.
    unsafe curl_easy_setopt_pointer(easy, option, value) == CURLE_OK
  }
}
