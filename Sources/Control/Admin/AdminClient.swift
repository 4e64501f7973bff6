import CCurl
import Glibc

/// Talks to the administration of a running server, through libcurl.
public struct AdminClient {
  private let url: String

  /// A client of the server at `address`: `127.0.0.1:5380`, or with `http://` before it.
  public init(_ address: String) {
    let base = address.hasSuffix("/") ? String(address.dropLast()) : address
    url = base.hasPrefix("http://") || base.hasPrefix("https://") ? base : "http://" + base
  }

  /// The body of the answer to a request; the arguments are encoded here. An answer that is no success is an
  /// error with its text.
  public func ask(
    _ path: String, _ arguments: [(name: String, value: String)], isChange: Bool = false
  ) throws(ControlError) -> String {
    guard let easy = unsafe curl_easy_init() else { throw ControlError("libcurl cannot be used") }
    defer { unsafe curl_easy_cleanup(easy) }
    let query = arguments.map { "\($0.name)=\(Self.encoded($0.value))" }.joined(separator: "&")
    var body: [UInt8] = []
    // SAFETY: `body` outlives the transfer, whose callback appends to it on this thread.
    let code = unsafe withUnsafeMutablePointer(to: &body) { body in
      unsafe curl_easy_setopt_string(easy, CURLOPT_URL, "\(url)\(path)?\(query)")
      unsafe curl_easy_setopt_long(easy, CURLOPT_NOSIGNAL, 1)
      unsafe curl_easy_setopt_long(easy, CURLOPT_TIMEOUT, 30)
      unsafe curl_easy_setopt_string(easy, CURLOPT_NOPROXY, "*")
      if isChange { unsafe curl_easy_setopt_string(easy, CURLOPT_POSTFIELDS, "") }
      unsafe curl_easy_setopt_write(easy, CURLOPT_WRITEFUNCTION, receive)
      unsafe curl_easy_setopt_pointer(easy, CURLOPT_WRITEDATA, body)
      return unsafe curl_easy_perform(easy)
    }
    guard code == CURLE_OK else {
      let reason = unsafe String(cString: curl_easy_strerror(code))
      throw ControlError("cannot ask the server at \(url): \(reason)")
    }
    let text = String(decoding: body, as: UTF8.self)
    let status = unsafe curl_easy_getinfo_long(easy, CURLINFO_RESPONSE_CODE)
    guard (200..<300).contains(status) else {
      throw ControlError(
        text.isEmpty ? "the server at \(url) says \(status)" : String(text.dropLast()))
    }
    return text
  }

  /// A value with all but plain letters and digits as `%XX` (RFC 3986 §2.1).
  private static func encoded(_ text: String) -> String {
    text.utf8.map { octet in
      let isPlain =
        octet &- 48 < 10 || octet &- 65 < 26 || octet &- 97 < 26 || "-._".utf8.contains(octet)
      if isPlain { return String(UnicodeScalar(octet)) }
      return "%" + (octet < 16 ? "0" : "") + String(octet, radix: 16, uppercase: true)
    }.joined()
  }
}

/// Appends what has come to the array that `context` points to.
private func receive(
  data: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
  // SAFETY: libcurl hands over `size * count` octets and the pointer of `AdminClient.ask`.
  guard let data = unsafe data, let context = unsafe context else { return 0 }
  let body = unsafe context.assumingMemoryBound(to: [UInt8].self)
  unsafe UnsafeRawBufferPointer(start: data, count: size * count).withMemoryRebound(to: UInt8.self)
  {
    unsafe body.pointee += $0
  }
  return size * count
}
