import FlatMemory

/// Owns a compiled zone.
public final class ZoneStorage: Sendable {
  /// The zone; valid as long as this object.
  public let image: ZoneImage

  private let arena: Arena

  init(image: ZoneImage, arena: Arena) {
    self.image = image
    self.arena = arena
  }
}
