/// How one of several is picked: a target of a pool, or a choice of a policy.
@frozen
public enum Selection: UInt8, Sendable, BitwiseCopyable {
  /// In turns.
  case roundRobin
  /// At random by weight, each answer on its own.
  case weighted
  /// By weight, interleaved so that a short run of answers has the shares too.
  case smooth
  /// By the client's network.
  case hash
  /// The less loaded of two that are drawn (Mitzenmacher 2001, "The Power of Two Choices").
  case leastLoad

  /// The word of the zone language.
  public var word: String {
    switch self {
    case .roundRobin: "round-robin"
    case .weighted: "weighted"
    case .smooth: "weighted smooth"
    case .hash: "hash"
    case .leastLoad: "least-load"
    }
  }

  /// Whether weights count, and one of weight 0 serves only where all others are down.
  public var goesByWeight: Bool {
    switch self {
    case .weighted, .smooth, .hash: true
    case .roundRobin, .leastLoad: false
    }
  }
}
