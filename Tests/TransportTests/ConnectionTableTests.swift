import Addresses
import Testing

@testable import Transport

struct ConnectionTableTests {
  private func table(_ capacity: Int = 4) -> ConnectionTable {
    ConnectionTable(capacity: capacity, idleTimeout: 100, busyTimeout: 10)
  }

  private func open(_ table: inout ConnectionTable, _ now: UInt64) throws -> Int {
    let slot = table.open(Connection(), now: now)
    return try #require(slot)
  }

  @Test func slotsAreUsedAgainUnderAnotherGeneration() throws {
    var table = table(2)
    let first = try open(&table, 0)
    let second = try open(&table, 0)
    #expect(first != second)
    let none = table.open(Connection(), now: 0)
    #expect(none == nil)
    let generation = table[first].generation
    table.close(first)
    #expect(table.count == 1)
    let third = try open(&table, 0)
    #expect(third == first)
    #expect(table[first].generation != generation)
  }

  @Test func theMostIdleOfANetworkGoesWhereItHasItsShare() throws {
    var table = table(8)
    func open(_ address: String, _ now: UInt64) throws -> Int {
      var connection = Connection()
      connection.peer = SocketAddress(try #require(IPAddress(address)), port: 1)
      let slot = table.open(connection, now: now)
      return try #require(slot)
    }
    let slots = try ["192.0.2.1", "192.0.3.1", "192.0.2.200", "2001:db8::1", "2001:db8:0:ff::1"]
      .enumerated().map { try open($1, UInt64($0)) }
    let four = try #require(IPAddress("192.0.2.9"))
    let six = try #require(IPAddress("2001:db8::9"))
    #expect(table.mostIdle(beside: four, limit: 3) == nil)
    #expect(table.mostIdle(beside: four, limit: 2) == slots[0])
    #expect(table.mostIdle(beside: six, limit: 2) == slots[3])
    table.wait(slots[0], .busy, now: 9)
    #expect(table.mostIdle(beside: four, limit: 2) == slots[2])
    table.wait(slots[2], .busy, now: 10)
    #expect(table.mostIdle(beside: four, limit: 2) == slots[0])
    table.close(slots[0])
    #expect(table.mostIdle(beside: four, limit: 2) == nil)
    #expect(table.mostIdle(beside: try #require(IPAddress("198.51.100.1")), limit: 1) == nil)
  }

  @Test func aBufferIsTakenFromWhoHasHeldItLongest() throws {
    var table = table()
    let slots = try (0..<4).map { try open(&table, UInt64($0)) }
    for slot in slots[0..<3] { table.wait(slot, .busy, now: 5) }
    #expect(table.oldestWithBuffer == nil)
    table[slots[2]].input = BufferPool.Buffer(number: 0)
    #expect(table.oldestWithBuffer == slots[2])
    table[slots[1]].output = BufferPool.Buffer(number: 1)
    #expect(table.oldestWithBuffer == slots[1])
    table.wait(slots[1], .busy, now: 6)
    #expect(table.oldestWithBuffer == slots[2])
  }

  @Test func theMostIdleIsTheOneIdleLongest() throws {
    var table = table()
    let slots = try (0..<3).map { try open(&table, UInt64($0)) }
    #expect(table.mostIdle == slots[0])
    table.wait(slots[0], .idle, now: 5)
    #expect(table.mostIdle == slots[1])
    table.wait(slots[1], .busy, now: 6)
    #expect(table.mostIdle == slots[2])
    table.close(slots[2])
    #expect(table.mostIdle == slots[0])
    table.close(slots[0])
    #expect(table.mostIdle == slots[1])
    table.close(slots[1])
    #expect(table.mostIdle == nil)
  }

  @Test func eachStateHasItsTimeout() throws {
    var table = table()
    #expect(table.nextExpiry == nil)
    let idle = try open(&table, 1000)
    #expect(table.nextExpiry == 1100)
    let busy = try open(&table, 1000)
    table.wait(busy, .busy, now: 1050)
    #expect(table.nextExpiry == 1060)
    #expect(table.expired(now: 1059) == nil)
    #expect(table.expired(now: 1060) == busy)
    table.wait(busy, .busy, now: 1095)
    #expect(table.nextExpiry == 1100)
    #expect(table.expired(now: 1099) == nil)
    #expect(table.expired(now: 1100) == idle)
    table.close(idle)
    #expect(table.nextExpiry == 1105)
  }

  /// Against a plain list, over a fixed series of steps.
  @Test func orderIsThatOfAPlainList() {
    var table = table(8)
    var plain: [Int] = []
    var state: UInt64 = 1
    for step in 0..<2000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let draw = Int(state >> 33)
      switch draw % 3 {
      case 0:
        let slot = table.open(Connection(), now: UInt64(step))
        #expect((slot == nil) == (plain.count == 8))
        if let slot { plain.append(slot) }
      case 1 where !plain.isEmpty:
        table.close(plain.remove(at: draw / 3 % plain.count))
      case 2 where !plain.isEmpty:
        let slot = plain.remove(at: draw / 3 % plain.count)
        table.wait(slot, .idle, now: UInt64(step))
        plain.append(slot)
      default: break
      }
      #expect(table.mostIdle == plain.first)
      #expect(table.count == plain.count)
    }
  }
}

struct EventTokenTests {
  @Test(arguments: [
    EventToken.connection(slot: 0, generation: 0),
    .connection(slot: 999_999, generation: .max), .listener(0), .listener(70), .shutdown,
  ])
  func roundTrips(token: EventToken) {
    #expect(EventToken(token.bits) == token)
  }
}
