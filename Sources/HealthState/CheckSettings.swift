/// How a target proves that it is alive: a `$CHECK` line, as plain values.
public struct CheckSettings: Hashable, Sendable {
  /// What is done to a target.
  public enum Kind: Hashable, Sendable {
    /// A TCP connection is opened and closed.
    case tcp
    /// An HTTP request is sent, over TLS where `secure`.
    case http(HTTPRequest, secure: Bool)
  }

  /// What an HTTP probe sends and expects.
  public struct HTTPRequest: Hashable, Sendable {
    /// The request target, beginning with `/`.
    public var path: String
    /// The `Host` field and TLS server name; the target's address where nil.
    public var host: String?
    /// The status codes that mean alive.
    public var expect: [ClosedRange<Int>]
    /// A text that the first 64 KiB of the body must contain.
    public var body: String?
    /// The method: `GET` or `HEAD`.
    public var method: String
    /// Whether the certificate of an `https` target is verified.
    public var verify: Bool

    /// A request with the language's defaults: `GET /`, 200–299, no body text, certificates verified.
    public init(
      path: String = "/", host: String? = nil, expect: [ClosedRange<Int>] = [200...299],
      body: String? = nil, method: String = "GET", verify: Bool = true
    ) {
      self.path = path
      self.host = host
      self.expect = expect
      self.body = body
      self.method = method
      self.verify = verify
    }
  }

  /// The kind, with what belongs to it.
  public var kind: Kind
  /// The port probed where the target names none; nil: 80 or 443 for HTTP(S) (a `tcp` check must name one).
  public var port: UInt16?
  /// Milliseconds between the starts of two probes of one target.
  public var interval: UInt32
  /// Milliseconds after which a probe without a result has failed; not above `interval`.
  public var timeout: UInt32
  /// How many failures make a target dead…
  public var fall: Int
  /// …within how many last probes; equal to `fall` where they have to be consecutive. At most
  /// `longestFallWindow`.
  public var fallWindow: Int
  /// How many consecutive successes bring it back.
  public var rise: Int

  /// The most results that `fall` and `fallWindow` can look back on; larger ones count as this.
  public static let longestFallWindow = 64

  /// A check with the language's defaults: every 10 s, 2 s timeout, 3 failures, 2 successes.
  public init(
    kind: Kind, port: UInt16? = nil, interval: UInt32 = 10_000, timeout: UInt32 = 2_000,
    fall: Int = 3, fallWindow: Int? = nil, rise: Int = 2
  ) {
    self.kind = kind
    self.port = port
    self.interval = interval
    self.timeout = timeout
    self.fall = fall
    self.fallWindow = fallWindow ?? fall
    self.rise = rise
  }

  /// The port that is probed on a target that names none of its own.
  public var effectivePort: UInt16 {
    if let port { return port }
    guard case .http(_, let secure) = kind else { return 0 }
    return secure ? 443 : 80
  }
}
