import Glibc
import GeoMap

/// Orders the items of a `nearest` rule by their great-circle distance from a client.
struct NearestOrder {
  /// So many of the nearest items come first; the others stay behind them as written. It bounds how many
  /// orders there are: with n items n·(n-1)·(n-2), however many places clients have.
  static let orderedCount = 3

  private let points: [(vector: SIMD3<Double>, bias: Int)?]

  /// `places` has a place, or nil, for each item.
  init(_ places: [GeoPlace?]) {
    points = places.map { $0.map { (Self.vector($0.coordinates), $0.bias) } }
  }

  /// The indexes of the items as seen from `place`: the three nearest, nearest first, then the others as
  /// written. Equal distances stay as written; an item without a place is never among the nearest; a
  /// client without one gets all as written.
  func order(from place: Coordinates?) -> [Int] {
    guard let here = place.map(Self.vector) else { return Array(points.indices) }
    let distances = points.map { point in
      point.map { Self.distance(from: here, to: $0.vector, bias: $0.bias) } ?? .infinity
    }
    let front = distances.indices.filter { distances[$0] < .infinity }
      .sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(Self.orderedCount)
    return front + points.indices.filter { !front.contains($0) }
  }

  /// The great-circle distance on the unit sphere, as `bias` changes it: with 20 it counts for 80 % of
  /// itself, with -20 for 100/80.
  private static func distance(
    from here: SIMD3<Double>, to there: SIMD3<Double>, bias: Int
  ) -> Double {
    let between = there - here
    let chord = (between * between).sum().squareRoot()
    let arc = 2 * asin(min(1, chord / 2))
    let factor = 1 - abs(Double(bias)) / 100
    return bias < 0 ? arc / factor : arc * factor
  }

  /// The point of the unit sphere at a place.
  private static func vector(_ place: Coordinates) -> SIMD3<Double> {
    let latitude = place.latitude * .pi / 180
    let longitude = place.longitude * .pi / 180
    return SIMD3(
      cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude))
  }
}
