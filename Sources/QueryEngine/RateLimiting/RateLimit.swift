import Addresses
import FlatMemory

/// How many answers a client network may be sent in datagrams: against those who have answers sent to
/// others by forging their address.
///
/// An account is kept for each network and kind of answer (`RateSubject`). Every answer costs it 1/rate
/// seconds, and it earns one second a second. It may be in debt by a second: a burst of `rate` answers
/// goes out. Answers beyond that are limited, and cost as much, until the debt is the window as well;
/// from there on they go unanswered at no cost. So a network is sent no more than `rate` answers a second
/// of a kind, truncated ones included, but for the first `rate` × (1 + window).
public struct RateLimit: Sendable, Equatable {
  /// Answers a second for each network and kind, at least 1, of which each worker takes its share; nil: any
  /// number.
  public var answersPerSecond: Int?
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
  public init(answersPerSecond: Int?, exempt: [IPPrefix] = loopback) {
    self.answersPerSecond = answersPerSecond
    self.exempt = exempt
  }

  /// The limit of one of `workers` workers.
  func image(workers: Int, in arena: Arena) -> RateLimitImage {
    let second: Int64 = 1_000_000_000
    let cost =
      answersPerSecond.map {
        max(1, second * Int64(max(1, workers)) / Int64(max(1, $0)))
      } ?? 0
    let burst = max(second, cost)
    return RateLimitImage(
      cost: cost, burst: burst, ceiling: burst + second * Int64(max(0, min(window, 3600))),
      slip: UInt32(clamping: slip), ipv4Length: ipv4Length, ipv6Length: min(64, ipv6Length),
      exempt: arena.table(exempt), isLogOnly: isLogOnly)
  }
}

/// `RateLimit` for one worker, its times in nanoseconds.
struct RateLimitImage: BitwiseCopyable {
  /// What an answer costs; 0: there is no limit.
  var cost: Int64
  /// The debt up to which answers go out.
  var burst: Int64
  /// The debt that an account never exceeds.
  var ceiling: Int64
  var slip: UInt32
  var ipv4Length: Int
  var ipv6Length: Int
  var exempt: Table<IPPrefix>
  var isLogOnly: Bool

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
