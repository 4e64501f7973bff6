import DNSWire
import Migration
import Testing

@testable import ZoneFile

@Suite("When a migration may begin")
struct MigrationTimeTests {
  private static let line =
    "$MIGRATE move a at=2026-01-10T00:00:00Z ttl=60 lead=1d hold=2h skew=3s\n"
  private let text = head + line + "a A 192.0.2.1\n"
  private let at: Int64 = 1_768_003_200

  @Test("a plan becomes a timeline, its old TTL the largest of its owners")
  func timeline() throws {
    let load = load(
      head + "$POOL p ( 192.0.2.9 )\n$MIGRATE move a b at=2026-01-10T00:00:00Z ttl=1m\n"
        + "a 10m A 192.0.2.1\na 5m TXT x\nb 2h/1m STEER failover p\nb NS9 x\n".replacing(
          "b NS9 x\n", with: ""))
    let zone = try #require(load.zone, "\(load.rendered())")
    #expect(
      zone.migrations.map(\.timeline)
        == [Timeline(at: at, lead: 3600, low: 60, old: 7200, hold: 3600, skew: 2)])
    #expect(zone.migrations[0].owners.map(\.description) == ["a.example.com.", "b.example.com."])
  }

  @Test("NS, SOA and DS are no part of the old TTL")
  func untouched() throws {
    let zone = try zone(
      "$MIGRATE move @ at=2026-01-10T00:00:00Z ttl=1m\n@ 10m A 192.0.2.1\n")
    #expect(zone.migrations[0].timeline.old == 600)
  }

  @Test("too late is an error in a strict load, a warning at a cold start")
  func modes() {
    let late = at - 86_400 - 3600 - 3
    #expect(load(text, now: late).zone == nil)
    let cold = load(text, now: late, mode: .coldStart)
    #expect(cold.zone != nil && cold.warningCount == 1)
    #expect(load(text, now: late - 1).diagnostics.isEmpty)
  }

  @Test("a plan that is being served is never too late; an edited one is")
  func running() throws {
    let served = try #require(load(text, now: newYear).zone).migrations
    #expect(load(text, now: at - 10, running: served).diagnostics.isEmpty)
    let edited = text.replacing("ttl=60", with: "ttl=50")
    #expect(load(edited, now: at - 10, running: served).zone == nil)
  }

  @Test("a plan that is over is told, and harms nothing")
  func over() {
    let load = load(text, now: at + 7200)
    #expect(load.zone != nil)
    #expect(
      load.diagnostics.map(\.message) == ["the migration 'move' is over since 2026-01-10T02:00:00Z"]
    )
  }

  @Test("the time that an error names is early enough")
  func earliest() throws {
    let now = at - 86_400
    let hint = try #require(load(text, now: now).diagnostics.first?.hint)
    let time = try #require(hint.split(separator: "at=").last?.prefix(20))
    let mended = text.replacing("2026-01-10T00:00:00Z", with: time)
    #expect(load(mended, now: now).diagnostics.isEmpty)
  }
}
