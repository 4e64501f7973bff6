import GeoMap

/// A map of a zone, flattened for queries.
public struct CompiledGeoMap: Sendable {
  /// The memory of the map; a lookup yields an index into `outcomes`.
  public var storage: GeoMapStorage
  /// What clients can get; no two lead to the same items in the same order.
  public var outcomes: [GeoOutcome]
}

/// What a client gets: the items of a rule in an order.
public struct GeoOutcome: Hashable, Sendable {
  /// The index of the rule; where several have the same items, of the first that leads here.
  public var rule: Int
  /// The indexes of the rule's items, the one to try first at the front.
  public var order: [Int]
}
