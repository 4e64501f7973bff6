import GeoMap
import Testing

@testable import GeoDatabase

@Suite struct NearestOrderTests {
  private static let ashburn = Coordinates(latitude: 39.04, longitude: -77.49)
  private static let dublin = Coordinates(latitude: 53.35, longitude: -6.26)
  private static let mumbai = Coordinates(latitude: 19.08, longitude: 72.88)
  private static let sydney = Coordinates(latitude: -33.87, longitude: 151.21)

  private static func order(_ items: [GeoPlace?], from client: Coordinates?) -> [Int] {
    let nearest = NearestOrder(items)
    return nearest.order(front: nearest.front(from: client.map(NearestOrder.vector)))
  }

  @Test(
    "The three nearest by distance, the rest as written",
    arguments: [
      ([ashburn, dublin, mumbai], Coordinates(latitude: 50, longitude: 8), [1, 0, 2]),
      ([ashburn, dublin, mumbai], Coordinates(latitude: 28, longitude: 77), [2, 1, 0]),
      ([ashburn, dublin, mumbai], nil, [0, 1, 2]),
      // Over the date line.
      ([ashburn, dublin, sydney], Coordinates(latitude: -20, longitude: -178), [2, 0, 1]),
      // The fourth is the nearest; the fourth nearest stays where it was written.
      (
        [ashburn, dublin, mumbai, sydney], Coordinates(latitude: -33, longitude: 151), [3, 2, 0, 1]
      ),
      (
        [sydney, ashburn, dublin, mumbai], Coordinates(latitude: 50, longitude: 8), [2, 1, 3, 0]
      ),
      // Equal distances, and none at all, stay as written.
      ([dublin, ashburn, dublin], Coordinates(latitude: 50, longitude: 8), [0, 2, 1]),
      ([nil, mumbai, nil, dublin], Coordinates(latitude: 50, longitude: 8), [3, 1, 0, 2]),
      ([], Coordinates(latitude: 0, longitude: 0), []),
    ] as [([Coordinates?], Coordinates?, [Int])])
  func order(items: [Coordinates?], client: Coordinates?, order: [Int]) {
    #expect(Self.order(items.map { $0.map { GeoPlace($0) } }, from: client) == order)
  }

  /// On a meridian, 10 degrees from one item and 12 from the other.
  @Test(
    "A bias makes an item nearer or farther by percent",
    arguments: [
      (0, 0, [0, 1]), (0, 16, [0, 1]), (0, 17, [1, 0]), (-16, 0, [0, 1]), (-17, 0, [1, 0]),
      (20, 20, [0, 1]), (99, 0, [0, 1]), (0, 99, [1, 0]), (-99, -99, [0, 1]),
    ] as [(Int, Int, [Int])])
  func bias(one: Int, other: Int, order: [Int]) {
    let places = [
      GeoPlace(Coordinates(latitude: 10, longitude: 20), bias: one),
      GeoPlace(Coordinates(latitude: -12, longitude: 20), bias: other),
    ]
    let client = Coordinates(latitude: 0, longitude: 20)
    #expect(Self.order(places, from: client) == order)
  }
}
