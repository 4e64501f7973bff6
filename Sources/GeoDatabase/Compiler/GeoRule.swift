import GeoMap

/// A rule of a map: which clients it is for and where it leads.
public struct GeoRule: Hashable, Sendable {
  /// The clients that it is for.
  public var matchers: [GeoMatcher]
  /// Where it leads, in order of failover. Equal numbers mean the same in all rules of a map, so that
  /// rules with the same list share their outcomes and clients of both can share a scope.
  public var items: [Int]
  /// For `nearest` the place of each item, nil for one without; nil for the order as written.
  public var itemCoordinates: [Coordinates?]?

  /// A rule from its parts; `itemCoordinates`, where given, has an element for each of `items`.
  public init(matchers: [GeoMatcher], items: [Int], itemCoordinates: [Coordinates?]? = nil) {
    self.matchers = matchers
    self.items = items
    self.itemCoordinates = itemCoordinates
  }
}
