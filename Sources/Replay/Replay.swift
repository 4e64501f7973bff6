import Addresses
import DNSWire
import GeoMap
import ZoneCompiler

/// Sends clients, in numbers, through zones before and after a change, and says where they go.
public struct Replay {
  /// A number of clients of one kind, who are counted apart from others.
  private struct Population {
    var label: String
    var clients = 0.0
    var networks = 0
    /// The clients of each cell who ask for everything.
    var everybody: [Int: Double] = [:]
    /// By subject, the clients of each cell who ask for that.
    var askers: [Int: [Int: Double]] = [:]
  }

  private let subjects: [ReplaySubject]
  private var cells: OutcomeCells
  private var populations: [Population]

  /// A replay for some names, and without clients yet. The shares that the report says are those of one
  /// population each.
  public init(subjects: [ReplaySubject], populations: [String]) {
    self.subjects = subjects
    self.populations = populations.map { Population(label: $0) }
    cells = OutcomeCells(
      subjects.flatMap { subject in
        [subject.before, subject.after].flatMap { $0?.maps(for: subject.name) ?? [] }
      })
  }

  /// Adds the clients of a network, spread evenly over its addresses; those who ask for one of the subjects, by
  /// its index, or for all alike.
  public mutating func add(
    _ network: IPPrefix, clients: Double, population: Int = 0, subject: Int? = nil
  ) {
    populations[population].clients += clients
    populations[population].networks += 1
    let width = network.address.bitWidth
    let one: UInt128 = 1
    let last = network.address.number | ((one << UInt128(width - network.length)) &- 1)
    var address = network.address
    while true {
      let (cell, scope) = cells.cell(of: address)
      let length = max(scope, network.length)
      var part = clients
      for _ in network.length..<length { part /= 2 }
      if let subject {
        populations[population].askers[subject, default: [:]][cell, default: 0] += part
      } else {
        populations[population].everybody[cell, default: 0] += part
      }
      let end = address.number | ((one << UInt128(width - length)) &- 1)
      if end >= last { return }
      address = width == 32 ? IPAddress(ipv4: UInt32(end + 1)) : IPAddress(ipv6: end + 1)
    }
  }

  /// What came of it: for each population that has clients, every subject and all of them together.
  public func report() -> [ReplayReport] {
    // Two populations share most cells.
    var known: [Int: [Int: CellChange]] = [:]
    return populations.compactMap { population in
      guard population.networks > 0 else { return nil }
      var report = ReplayReport(
        label: population.label, clients: population.clients, networks: population.networks)
      for (index, subject) in subjects.enumerated() {
        var clients = population.everybody
        clients.merge(population.askers[index] ?? [:], uniquingKeysWith: +)
        var part = ReplayReport.Part(name: subject.name, type: subject.type)
        for (cell, count) in clients {
          let change =
            known[index]?[cell]
            ?? CellChange(
              before: shares(subject.before, subject, cell),
              after: shares(subject.after, subject, cell))
          known[index, default: [:]][cell] = change
          part.add(change, clients: count)
        }
        report.add(part)
      }
      return report
    }
  }

  /// Where the clients of a cell are sent by one of the versions.
  private func shares(
    _ zone: SupposedZone?, _ subject: ReplaySubject, _ cell: Int
  ) -> [Destination: Double] {
    guard let zone else { return [.nameError: 1] }
    let answers = zone.answers(to: subject.name, subject.type) { map in
      cells.outcome(of: zone.map(map), in: cell)
    }
    var shares: [Destination: Double] = [:]
    for (answer, share) in answers {
      shares[Destination(answer, poolNames: zone.zone.poolNames), default: 0] += share
    }
    return shares
  }
}

/// What a change does to the clients of one cell.
struct CellChange {
  /// The share that each destination has before, and after.
  let before: [Destination: Double]
  let after: [Destination: Double]
  /// The share that goes from one destination to another.
  let moves: [(from: Destination, to: Destination, share: Double)]

  /// No more moves than has to: what a destination keeps stays, what it loses goes to those that gain, by what
  /// they gain.
  init(before: [Destination: Double], after: [Destination: Double]) {
    self.before = before
    self.after = after
    let lost = before.compactMap { destination, share -> (Destination, Double)? in
      let loss = share - after[destination, default: 0]
      return loss > 1e-12 ? (destination, loss) : nil
    }
    let gained = after.compactMap { destination, share -> (Destination, Double)? in
      let gain = share - before[destination, default: 0]
      return gain > 1e-12 ? (destination, gain) : nil
    }
    let total = gained.reduce(0) { $0 + $1.1 }
    moves = lost.flatMap { from, loss in
      gained.map { to, gain in (from, to, loss * gain / total) }
    }
  }
}
