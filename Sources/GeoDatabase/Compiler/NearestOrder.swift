import Glibc
import GeoMap

/// Orders the items of a `nearest` rule by their great-circle distance from a client.
struct NearestOrder {
  /// So many of the nearest items come first; the others stay behind them as written. It bounds how many
  /// orders there are: with n items n·(n-1)·(n-2), however many places clients have.
  static let orderedCount = 3

  private let vectors: [SIMD3<Double>?]
  private let count: Int

  /// `coordinates` has a place, or nil, for each item.
  init(_ coordinates: [Coordinates?]) {
    count = coordinates.count
    vectors = coordinates.map { $0.map(Self.vector) }
  }

  /// The indexes of the items as seen from `place`: the three nearest, nearest first, then the others as
  /// written. Equal distances stay as written; an item without a place is never among the nearest; a
  /// client without one gets all as written.
  func order(from place: Coordinates?) -> [Int] {
    guard let here = place.map(Self.vector) else { return Array(0..<count) }
    // The chord grows with the arc, and its square with it.
    let distances = vectors.map { vector in
      vector.map { there in
        let chord = there - here
        return (chord * chord).sum()
      } ?? .infinity
    }
    let front = distances.indices.filter { distances[$0] < .infinity }
      .sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(Self.orderedCount)
    return front + (0..<count).filter { !front.contains($0) }
  }

  /// The point of the unit sphere at a place.
  private static func vector(_ place: Coordinates) -> SIMD3<Double> {
    let latitude = place.latitude * .pi / 180
    let longitude = place.longitude * .pi / 180
    return SIMD3(
      cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude))
  }
}
