import Glibc

/// Weighted rendezvous hashing (Thaler and Ravishankar 1998; weights by Schindelhauer and Schomaker 2005),
/// worked out ahead for a fixed number of slots, so that a query only looks its slot up.
///
/// A slot goes to the one with the best score of its own key there: where one leaves, only its slots
/// move; where a weight changes, only slots that it wins or loses do; order plays no part.
public enum HashSlots {
  /// The binary logarithm of `count`.
  @usableFromInline static var countBits: Int { 14 }
  /// How many slots there are: a share is met within about 0.4 points.
  public static var count: Int { 1 << countBits }

  /// How many slots a hash has that hang on nothing of each other.
  @usableFromInline static var attempts: Int { 4 }

  /// One of the slots of a uniform hash: `countBits` of its bits, the uppermost at attempt 0.
  @inlinable
  static func slot(_ hash: UInt64, attempt: Int) -> Int {
    let shift = UInt64(64 &- countBits &* (attempt &+ 1))
    return Int(truncatingIfNeeded: hash &>> shift) & (count &- 1)
  }

  /// For each slot the index of who has it. `keys` name the members, the same wherever they stand; a
  /// member of weight 0 has no slot. There are at most 65,536 members, one with a weight at least.
  public static func table(keys: [UInt64], weights: [UInt32]) -> [UInt16] {
    (0..<UInt64(count)).map { slot in
      let salt = mix(slot ^ 0x5851_F42D_4C95_7F2D)
      var best = (score: Double.infinity, index: 0)
      for (index, key) in keys.enumerated() where weights[index] > 0 {
        // Exponentially distributed with the weight as rate: the smallest is its with that share.
        let uniform = (Double(mix(key ^ salt) >> 11) + 0.5) * 0x1p-53
        let score = -log(uniform) / Double(weights[index])
        if score < best.score { best = (score, index) }
      }
      return UInt16(best.index)
    }
  }

  /// A key for a name (FNV-1a; Fowler, Noll and Vo 1991, then mixed).
  public static func key(_ name: String) -> UInt64 {
    mix(name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
  }

  /// Spreads a number over 64 bits (the finalizer of SplitMix64; Steele, Lea and Flood 2014).
  @inlinable
  static func mix(_ number: UInt64) -> UInt64 {
    var bits = number &+ 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
