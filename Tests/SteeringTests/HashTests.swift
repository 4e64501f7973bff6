import Addresses
import Steering
import Testing

/// Selection by a hash of the client's network: consistent, by numbers.
struct HashTests {
  /// How many client networks are looked at.
  private static let networks = 30_000

  private func picks(_ names: [String], _ weights: [UInt32]? = nil) -> [String] {
    let pool = SelectionPool(
      .hash, weights: weights ?? names.map { _ in 1 }, names: names)
    return (0..<Self.networks).map { network in
      names[pool.order(client: IPAddress(ipv4: UInt32(network * 37) << 8))[0]]
    }
  }

  private func share(_ picks: [String], of name: String) -> Double {
    Double(picks.count { $0 == name }) / Double(picks.count)
  }

  private let five = ["a", "b", "c", "d", "e"]

  @Test func sharesAreEven() {
    let picks = picks(five)
    for name in five { #expect(abs(share(picks, of: name) - 0.2) < 0.02) }
  }

  /// Where one of N goes, its clients move and no other: at most 1/N and 2 points.
  @Test(arguments: ["a", "b", "c", "d", "e"])
  func onlyTheClientsOfWhatIsGoneMove(_ gone: String) {
    let before = picks(five)
    let after = picks(five.filter { $0 != gone })
    var moved = 0
    for (old, new) in zip(before, after) where old != new {
      #expect(old == gone)
      moved += 1
    }
    #expect(Double(moved) / Double(Self.networks) <= 0.22)
    // They spread over those that are left.
    let landed = zip(before, after).filter { $0.0 == gone }.map(\.1)
    for name in five where name != gone { #expect(abs(share(landed, of: name) - 0.25) < 0.04) }
  }

  /// Where a weight changes, clients move only to or from that target, and as many as its share does.
  @Test func aWeightMovesOnlyItsPart() {
    let before = picks(five)
    let after = picks(five, [1, 1, 3, 1, 1])
    var moved = 0
    for (old, new) in zip(before, after) where old != new {
      #expect(new == "c")
      moved += 1
    }
    #expect(abs(share(after, of: "c") - 3 / 7.0) < 0.02)
    #expect(abs(Double(moved) / Double(Self.networks) - (3 / 7.0 - 1 / 5.0)) < 0.02)
  }

  /// The order of lines changes nothing, and weight 0 gets nothing.
  @Test func orderAndZeroWeights() {
    #expect(picks(five) == picks(five.reversed()))
    #expect(share(picks(five, [1, 0, 1, 1, 1]), of: "b") == 0)
  }

  /// All clients of a /24, or of a /56, get the same; the next network need not.
  @Test func networksStandForTheirClients() {
    let network = ClientNetwork.standard
    let ipv4 = IPAddress("198.51.100.0") ?? IPAddress(ipv4: 0)
    let slot = network.slot(of: ipv4, attempt: 0)
    for host in [1, 77, 255] as [UInt32] {
      #expect(network.slot(of: IPAddress(ipv4: ipv4.ipv4 + host), attempt: 0) == slot)
    }
    #expect(network.slot(of: IPAddress(ipv4: ipv4.ipv4 + 256), attempt: 0) != slot)
    let ipv6 = IPAddress("2001:db8:1:200::") ?? ipv4
    for host in ["2001:db8:1:2ff:1:2:3:4", "2001:db8:1:200::1"] {
      #expect(
        network.slot(of: IPAddress(host) ?? ipv4, attempt: 0) == network.slot(of: ipv6, attempt: 0))
    }
    #expect(
      network.slot(of: IPAddress("2001:db8:1:300::") ?? ipv4, attempt: 0)
        != network.slot(of: ipv6, attempt: 0))
  }

  /// The same on every server, in every version: these must never change.
  @Test func slotsAreFixed() {
    let network = ClientNetwork.standard
    let clients = ["192.0.2.1", "198.51.100.1", "2001:db8::1"].compactMap { IPAddress($0) }
    #expect(clients.map { network.slot(of: $0, attempt: 0) } == [12204, 14079, 12605])
    let table = HashSlots.table(keys: ["a", "b", "c"].map(HashSlots.key), weights: [1, 1, 2])
    #expect(Array(table.prefix(16)) == [2, 2, 2, 2, 1, 2, 2, 1, 0, 1, 2, 0, 1, 2, 2, 0])
  }
}
