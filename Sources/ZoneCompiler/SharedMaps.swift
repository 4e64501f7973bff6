import GeoDatabase
import Synchronization

/// The maps that were made from one set of databases: policies whose rules part clients alike share one map,
/// whatever they lead to and whichever zone they are in.
///
/// Several threads may ask at once: one makes a map, and those that ask for the same one wait for it.
final class SharedMaps: Sendable {
  /// The place of one map, empty until it is made.
  private final class Place: Sendable {
    let map = Mutex<CompiledGeoMap?>(nil)
  }

  private let databases: GeoDatabases
  private let places = Mutex<[MapShape: Place]>([:])

  init(databases: GeoDatabases) { self.databases = databases }

  /// The map of `rules`. An outcome's order is of the items of its rule in `rules`.
  func map(_ rules: [GeoRule]) throws(GeoDatabaseError) -> CompiledGeoMap {
    let shape = MapShape(rules)
    let place = places.withLock { places in
      if let known = places[shape] { return known }
      let place = Place()
      places[shape] = place
      return place
    }
    var compiled = try place.map.withLock { (map) throws(GeoDatabaseError) in
      if let made = map { return made }
      let made = try databases.compile(shape.rules)
      map = made
      return made
    }
    for index in compiled.outcomes.indices {
      let rule = rules[compiled.outcomes[index].rule]
      if rule.itemPlaces == nil { compiled.outcomes[index].order = Array(rule.items.indices) }
    }
    return compiled
  }

  /// Lets go of the maps that no zone has.
  func forgetUnused() {
    places.withLock { places in
      places = places.filter { _, place in
        place.map.withLock { map in
          guard var made = map.take() else { return false }
          let isUsed = !isKnownUniquelyReferenced(&made.storage)
          map = made
          return isUsed
        }
      }
    }
  }
}

/// Rules without what has no part in which clients get the same.
struct MapShape: Hashable {
  /// The rules with other items, to which an outcome leads if and only if it leads to the given ones. The items
  /// of `nearest` are numbered as they appear, and so are those of a list that is an order of them. Any other
  /// list is one item, the same for lists that are the same, so that their clients can share a scope.
  let rules: [GeoRule]

  init(_ rules: [GeoRule]) {
    var numbers: [Int: Int] = [:]
    var sets: Set<Set<Int>> = []
    for rule in rules where rule.itemPlaces != nil {
      sets.insert(Set(rule.items))
      for item in rule.items where numbers[item] == nil { numbers[item] = numbers.count }
    }
    var lists: [[Int]: Int] = [:]
    self.rules = rules.map { rule in
      var rule = rule
      if rule.itemPlaces != nil || sets.contains(Set(rule.items)) {
        rule.items = rule.items.map { numbers[$0] ?? 0 }
      } else {
        let list = lists[rule.items] ?? lists.count
        lists[rule.items] = list
        rule.items = [-1 - list]
      }
      return rule
    }
  }
}
