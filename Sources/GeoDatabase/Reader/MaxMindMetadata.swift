/// What a MaxMind DB says about itself.
public struct MaxMindMetadata: Hashable, Sendable {
  /// Its type, as in `GeoLite2-City`.
  public var type: String
  /// When it was built, in seconds since 1970; any number at all.
  public var buildEpoch: UInt64
  /// 4, or 6 for a tree that has both families.
  public var ipVersion: Int
  /// How many nodes the search tree has.
  public var nodeCount: Int
  /// How many bits a record of a node has: 24, 28 or 32.
  public var recordSize: Int
  /// The languages of its names.
  public var languages: [String]
  /// What it is, by language; licence and source are found here.
  public var descriptions: [String: String]
}
