import Addresses
import Testing

@testable import HealthState

@Suite("The table of health words")
struct HealthTableTests {
  private func key(_ number: UInt32) -> ProbeKey {
    ProbeKey(zone: "example.", check: "web", address: IPAddress(ipv4: number), port: 80)
  }

  @Test("a new cell is up and not yet known")
  func newCell() {
    let word = HealthTable().cell(for: key(1)).load()
    #expect(word == HealthWord(isUp: true, isKnown: false, soonestChange: 0))
  }

  @Test("each key keeps its own cell, over many blocks")
  func ownCells() {
    let table = HealthTable()
    let cells = (0..<2_000).map { table.cell(for: key($0)) }
    for (index, cell) in cells.enumerated() {
      cell.store(HealthWord(isUp: index % 2 == 0, isKnown: true, soonestChange: UInt64(index)))
    }
    for index in 0..<2_000 {
      #expect(
        table.cell(for: key(UInt32(index))).load()
          == HealthWord(isUp: index % 2 == 0, isKnown: true, soonestChange: UInt64(index)))
    }
  }

  @Test("cells of keys that differ in any part are not shared")
  func keyParts() {
    let table = HealthTable()
    let address = IPAddress(ipv4: 1)
    let keys = [
      ProbeKey(zone: "a.", check: "web", address: address, port: 80),
      ProbeKey(zone: "b.", check: "web", address: address, port: 80),
      ProbeKey(zone: "a.", check: "db", address: address, port: 80),
      ProbeKey(zone: "a.", check: "web", address: IPAddress(high: 0, low: 1), port: 80),
      ProbeKey(zone: "a.", check: "web", address: address, port: 81),
    ]
    for (index, key) in keys.enumerated() {
      table.cell(for: key).store(
        HealthWord(isUp: true, isKnown: true, soonestChange: UInt64(index)))
    }
    for (index, key) in keys.enumerated() {
      #expect(table.cell(for: key).load().soonestChange == UInt64(index))
    }
  }

  @Test("a word keeps its parts", arguments: [0, 1, 1 << 47, (1 << 48) - 1] as [UInt64])
  func words(soonest: UInt64) {
    for isUp in [true, false] {
      for isKnown in [true, false] {
        let word = HealthWord(isUp: isUp, isKnown: isKnown, soonestChange: soonest)
        #expect(word.isUp == isUp && word.isKnown == isKnown && word.soonestChange == soonest)
      }
    }
    #expect(
      HealthWord(isUp: false, isKnown: true, soonestChange: .max).soonestChange == 1 << 48 - 1)
  }

  @Test("a check without a port probes the scheme's")
  func ports() {
    let request = CheckSettings.HTTPRequest()
    #expect(CheckSettings(kind: .http(request, secure: false)).effectivePort == 80)
    #expect(CheckSettings(kind: .http(request, secure: true)).effectivePort == 443)
    #expect(CheckSettings(kind: .http(request, secure: true), port: 8443).effectivePort == 8443)
    #expect(CheckSettings(kind: .tcp, port: 5432).effectivePort == 5432)
  }

  @Test("a key reads as a line")
  func description() {
    #expect(key(0xC000_0201).description == "web 192.0.2.1 port 80 (example.)")
  }
}
