import Glibc
import GeoMap

/// Orders the items of a `nearest` rule by their great-circle distance from a client.
struct NearestOrder {
  /// So many items at the front are ordered by distance; the others stay behind them as written.
  static let orderedCount = 3

  private let vectors: [SIMD3<Double>?]
  private let count: Int

  /// `coordinates` has a place, or nil, for each item.
  init(_ coordinates: [Coordinates?]) {
    count = coordinates.count
    vectors = coordinates.prefix(Self.orderedCount).map { $0.map(Self.vector) }
  }

  /// The indexes of the items, nearest first, as seen from `place`. Equal distances stay as written;
  /// an item without a place is behind those with one; a client without one gets all as written.
  func order(from place: Coordinates?) -> [Int] {
    guard let here = place.map(Self.vector) else { return Array(0..<count) }
    // The chord grows with the arc, and its square with it.
    let distances = vectors.map { vector in
      vector.map { there in
        let chord = there - here
        return (chord * chord).sum()
      } ?? .infinity
    }
    let front = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
    return front + (front.count..<count)
  }

  /// The point of the unit sphere at a place.
  private static func vector(_ place: Coordinates) -> SIMD3<Double> {
    let latitude = place.latitude * .pi / 180
    let longitude = place.longitude * .pi / 180
    return SIMD3(
      cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude))
  }
}
