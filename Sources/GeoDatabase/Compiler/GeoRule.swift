import GeoMap

/// A rule of a map: which clients it is for and where it leads.
public struct GeoRule: Hashable, Sendable {
  /// The clients that it is for.
  public var matchers: [GeoMatcher]
  /// Where it leads, in order of failover. Equal numbers mean the same in all rules of a map, so that
  /// rules with the same list share their outcomes and clients of both can share a scope.
  public var items: [Int]
  /// For `nearest` the place of each item, nil for one without; nil for the order as written.
  public var itemPlaces: [GeoPlace?]?

  /// A rule from its parts; `itemPlaces`, where given, has an element for each of `items`.
  public init(matchers: [GeoMatcher], items: [Int], itemPlaces: [GeoPlace?]? = nil) {
    self.matchers = matchers
    self.items = items
    self.itemPlaces = itemPlaces
  }
}

/// Where an item of a `nearest` rule is.
public struct GeoPlace: Hashable, Sendable {
  /// Its place.
  public var coordinates: Coordinates
  /// By how many percent, -99…99, it counts as nearer (above 0) or farther.
  public var bias: Int

  /// A place from its parts.
  public init(_ coordinates: Coordinates, bias: Int = 0) {
    self.coordinates = coordinates
    self.bias = bias
  }
}
