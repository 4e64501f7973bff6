import Glibc
import GeoMap

/// Orders the items of a `nearest` rule by their great-circle distance from a client.
struct NearestOrder {
  /// So many of the nearest items come first; the others stay behind them as written. It bounds how many
  /// orders there are: with n items n·(n-1)·(n-2), however many places clients have.
  static let orderedCount = 3

  /// The nearest items, nearest first; -1 where there are fewer.
  typealias Front = SIMD4<Int32>

  private let points: [(index: Int32, vector: SIMD3<Double>, bias: Int)]
  private let itemCount: Int
  private let isBiased: Bool

  /// `places` has a place, or nil, for each item.
  init(_ places: [GeoPlace?]) {
    points = places.enumerated().compactMap { index, place in
      place.map { (Int32(index), Self.vector($0.coordinates), $0.bias) }
    }
    itemCount = places.count
    isBiased = points.contains { $0.bias != 0 }
  }

  /// The items that come first as seen from a point of the unit sphere. Equal distances stay as written; an item
  /// without a place is never among them; a client without one has none.
  func front(from here: SIMD3<Double>?) -> Front {
    var front = Front.none
    guard let here else { return front }
    var distances = SIMD4<Double>(repeating: .infinity)
    for point in points {
      let between = point.vector - here
      let square = (between * between).sum()
      // Without a bias the chord orders as the arc does.
      let distance = isBiased ? Self.distance(chord: square.squareRoot(), bias: point.bias) : square
      guard distance < distances[Self.orderedCount - 1] else { continue }
      var place = Self.orderedCount - 1
      while place > 0, distance < distances[place - 1] {
        distances[place] = distances[place - 1]
        front[place] = front[place - 1]
        place -= 1
      }
      distances[place] = distance
      front[place] = point.index
    }
    return front
  }

  /// The indexes of all items: `front`, then the others as written.
  func order(front: Front) -> [Int] {
    let first = (0..<Self.orderedCount).map { Int(front[$0]) }.filter { $0 >= 0 }
    return first + (0..<itemCount).filter { !first.contains($0) }
  }

  /// The great-circle distance on the unit sphere, as `bias` changes it: with 20 it counts for 80 % of
  /// itself, with -20 for 100/80.
  private static func distance(chord: Double, bias: Int) -> Double {
    let arc = 2 * asin(min(1, chord / 2))
    let factor = 1 - abs(Double(bias)) / 100
    return bias < 0 ? arc / factor : arc * factor
  }

  /// The point of the unit sphere at a place.
  static func vector(_ place: Coordinates) -> SIMD3<Double> {
    let latitude = place.latitude * .pi / 180
    let longitude = place.longitude * .pi / 180
    return SIMD3(
      cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude))
  }
}

extension NearestOrder.Front {
  /// No item.
  static var none: NearestOrder.Front { NearestOrder.Front(repeating: -1) }
}
