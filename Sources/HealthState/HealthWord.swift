/// The health of one probed target in 64 bits, so that it is read and written in one piece.
@frozen
public struct HealthWord: Equatable, Sendable {
  /// Bit 63: up. Bit 62: the first probe has not ended. Bits 0…47: `soonestChange`.
  public let rawValue: UInt64

  /// A word from its bits.
  @inlinable
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// A word from its parts; `soonestChange` is cut to 48 bits (8,900 years of milliseconds).
  @inlinable
  public init(isUp: Bool, isKnown: Bool, soonestChange: UInt64) {
    rawValue =
      (isUp ? 1 << 63 : 0) | (isKnown ? 0 : 1 << 62) | min(soonestChange, (1 << 48) - 1)
  }

  /// Whether the target may be answered with.
  @inlinable public var isUp: Bool { rawValue >> 63 == 1 }
  /// Whether a probe has ever ended; until then a target counts as up.
  @inlinable public var isKnown: Bool { rawValue >> 62 & 1 == 0 }
  /// The earliest moment at which a probe could turn `isUp`, in milliseconds of the monotonic clock.
  @inlinable public var soonestChange: UInt64 { rawValue & ((1 << 48) - 1) }
}
