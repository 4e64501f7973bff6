import DNSWire
import FlatMemory

/// What an operator sets about answers.
public struct EngineSettings: Sendable {
  /// The payload size that responses announce (RFC 6891 §6.2.5), in octets: 1232 is what a datagram
  /// carries without fragments nearly anywhere.
  public var payloadSize = 1232
  /// What server cookies are made with (RFC 9018), at random where no secret is shared.
  public var cookieSecret: CookieSecret
  /// Another secret whose cookies are still taken, while secrets are rolled over.
  public var previousCookieSecret: CookieSecret?
  /// What NSID (RFC 5001) and `id.server` (RFC 4892) say; nil: nothing. At most 128 octets count.
  public var identifier: String?
  /// What `version.server` (RFC 4892) says; nil: it is refused. At most 128 octets count.
  public var version: String? = "Sextant"
  /// The idle timeout of TCP connections that is told to clients that ask (RFC 7828), in seconds.
  public var keepalive = 30
  /// How many answers a client network may be sent.
  public var rateLimit = RateLimit(answersPerSecond: nil)
  /// How many workers share the rate limit.
  public var workers = 1

  /// The defaults, with a cookie secret of their own.
  public init(cookieSecret: CookieSecret) { self.cookieSecret = cookieSecret }

  /// The settings as the data plane reads them.
  func image(in arena: Arena) -> SettingsImage {
    SettingsImage(
      payloadSize: payloadSize, rateLimit: rateLimit.image(workers: workers, in: arena),
      cookieSecret: cookieSecret,
      previousCookieSecret: previousCookieSecret ?? cookieSecret,
      identifier: arena.table(Array((identifier ?? "").utf8.prefix(128))),
      version: arena.table(Array((version ?? "").utf8.prefix(128))),
      nothing: arena.table([]), keepalive: UInt16(clamping: keepalive * 10))
  }
}

/// `EngineSettings` as tables.
struct SettingsImage: BitwiseCopyable {
  var payloadSize: Int
  var rateLimit: RateLimitImage
  var cookieSecret: CookieSecret
  var previousCookieSecret: CookieSecret
  var identifier: Table<UInt8>
  var version: Table<UInt8>
  /// An empty text.
  var nothing: Table<UInt8>
  /// In units of 100 ms.
  var keepalive: UInt16
}
