import Addresses
import FlatMemory

/// How many answers a client network may be sent in datagrams: against those who have answers sent to
/// others by forging their address.
///
/// An account is kept for each network and kind of answer (`RateSubject`), and one for all answers to a
/// network. Every answer costs the one 1/rate seconds and the other its octets' share of a second, and each
/// earns one second a second. It may be in debt by a second: a burst of a second's worth goes out. Answers
/// beyond that are limited, and cost as much, until the debt is the window as well; from there on they go
/// unanswered at no cost. So a network is sent no more than the rates, truncated answers included, but for
/// the first (1 + window) seconds' worth.
public struct RateLimit: Sendable, Equatable {
  /// Answers a second for each network and kind, at least 1, of which each worker takes its share; nil: any
  /// number.
  public var answersPerSecond: Int?
  /// Octets of answers a second for each network, whatever their kinds, at least 1, shared out likewise; nil:
  /// any number. A truncated answer counts as if it were whole.
  public var octetsPerSecond: Int?
  /// How long the burst is remembered of a network that does not cease, in seconds.
  public var window = 15
  /// Every how many limited answers one goes out truncated, so that a client that is what it says comes
  /// back over TCP; 0: none.
  public var slip = 1
  /// How many bits of an IPv4 address are its network's, at most 32.
  public var ipv4Length = 24
  /// How many bits of an IPv6 address are its network's, at most 64.
  public var ipv6Length = 56
  /// Networks that are never limited.
  public var exempt: [IPPrefix]
  /// Whether answers that would be limited are only counted.
  public var isLogOnly = false

  /// Loopback: nobody outside can forge its addresses.
  public static let loopback = [
    IPPrefix(IPAddress(ipv4: 0x7F00_0000), length: 8),
    IPPrefix(IPAddress(high: 0, low: 1), length: 128),
  ]

  /// A limit with the defaults for all else.
  public init(
    answersPerSecond: Int?, octetsPerSecond: Int? = nil, exempt: [IPPrefix] = loopback
  ) {
    self.answersPerSecond = answersPerSecond
    self.octetsPerSecond = octetsPerSecond
    self.exempt = exempt
  }

  /// The limit of one of `workers` workers.
  func image(workers: Int, in arena: Arena) -> RateLimitImage {
    RateLimitImage(
      answerCost: Self.cost(of: answersPerSecond, workers),
      octetCost: Self.cost(of: octetsPerSecond, workers),
      window: RateLimitImage.second * Int64(max(0, min(window, 3600))),
      slip: UInt32(clamping: slip),
      ipv4Length: ipv4Length, ipv6Length: min(64, ipv6Length), exempt: arena.table(exempt),
      isLogOnly: isLogOnly)
  }

  /// What one of `rate` a second costs, rounded up, so that there are never more.
  private static func cost(of rate: Int?, _ workers: Int) -> Int64 {
    guard let rate else { return 0 }
    let second = RateLimitImage.second * Int64(max(1, workers))
    return (second + Int64(max(1, rate)) - 1) / Int64(max(1, rate))
  }
}

/// `RateLimit` for one worker, its times in nanoseconds.
struct RateLimitImage: BitwiseCopyable {
  /// A second.
  static var second: Int64 { 1_000_000_000 }
  /// What an answer costs the account of its kind; 0: there is no limit.
  var answerCost: Int64
  /// What an octet costs the account of all kinds; 0: there is no limit.
  var octetCost: Int64
  /// What an account may be in debt beyond the burst.
  var window: Int64
  var slip: UInt32
  var ipv4Length: Int
  var ipv6Length: Int
  var exempt: Table<IPPrefix>
  var isLogOnly: Bool

  /// Whether there is any limit.
  var isLimiting: Bool { answerCost | octetCost != 0 }

  /// The network that a client is in.
  func network(of client: IPAddress) -> IPPrefix {
    IPPrefix(client, length: client.isIPv4 ? ipv4Length : ipv6Length)
  }

  func exempts(_ client: IPAddress) -> Bool {
    var index = 0
    while index < exempt.count {
      if exempt[index].contains(client) { return true }
      index += 1
    }
    return false
  }
}
