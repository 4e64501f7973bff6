import Testing

@testable import ZoneFile

@Suite("Errors and warnings of $MIGRATE")
struct MigrateDiagnosticTests {
  @Test("each has its message", arguments: cases)
  func message(_ item: DiagnosticCase) { item.run() }

  static let cases: [DiagnosticCase] = [
    DiagnosticCase(
      ##"""
      $MIGRATE
      """##,
      ##"""
      1:1+8 error: $MIGRATE takes a name, owners and options | such as '$MIGRATE move www at=2026-12-01T06:00:00Z ttl=60 lead=24h hold=24h'
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE map a at=2026-02-01T00:00:00Z ttl=60
      a A 192.0.2.1
      """##,
      ##"""
      1:10+3 error: 'map' is an option's name and cannot name a migration | choose another name
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x at=2026-02-01T00:00:00Z ttl=60
      """##,
      ##"""
      1:10+1 error: the migration 'x' names no owner | write the names whose TTL is to come down behind 'x'
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x a ttl=60
      a A 192.0.2.1
      """##,
      ##"""
      1:10+1 error: the migration 'x' has no 'at=' | write the time of the move: at=2026-12-01T06:00:00Z
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x a at=2026-02-01T00:00:00Z
      a A 192.0.2.1
      """##,
      ##"""
      1:10+1 error: the migration 'x' has no 'ttl=' | write the TTL to come down to: ttl=60
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x a at=tomorrow ttl=60
      a A 192.0.2.1
      """##,
      ##"""
      1:17+8 error: 'tomorrow' is not a time | write date, time and offset (RFC 3339), such as 2026-12-01T06:00:00Z
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x a..b at=2026-02-01T00:00:00Z ttl=60
      """##,
      ##"""
      1:12+4 error: the name 'a..b' has an empty label: two dots in a row, or one at its start
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x a at=2026-02-01T00:00:00Z ttl=x
      a A 192.0.2.1
      """##,
      ##"""
      1:42+1 error: 'x' is not a TTL | a TTL is 0 to 2147483647 seconds, such as 60 or 1m
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x a at=2026-02-01T00:00:00Z ttl=60 lead=x hold=x skew=2h
      a A 192.0.2.1
      """##,
      ##"""
      1:50+1 error: 'x' is not a duration of at most 3650d | such as 30, 30s, 10m, 2h, 1d or 1h30m
      1:57+1 error: 'x' is not a duration of at most 3650d | such as 30, 30s, 10m, 2h, 1d or 1h30m
      1:64+2 error: '2h' is not a duration of at most 1h | such as 30, 30s, 10m, 2h, 1d or 1h30m
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x a from=p to=q ramp=5% step=1m by=random rollback=stop at=2026-02-01T00:00:00Z ttl=60
      a A 192.0.2.1
      """##,
      ##"""
      1:14+5 error: 'from=' is not built yet | $MIGRATE lowers the TTL in time and raises it again; change the policy by hand at the time of at=
      1:21+3 error: 'to=' is not built yet | $MIGRATE lowers the TTL in time and raises it again; change the policy by hand at the time of at=
      1:26+5 error: 'ramp=' is not built yet | $MIGRATE lowers the TTL in time and raises it again; change the policy by hand at the time of at=
      1:34+5 error: 'step=' is not built yet | $MIGRATE lowers the TTL in time and raises it again; change the policy by hand at the time of at=
      1:42+3 error: 'by=' is not built yet | $MIGRATE lowers the TTL in time and raises it again; change the policy by hand at the time of at=
      1:52+9 error: 'rollback=' is not built yet | $MIGRATE lowers the TTL in time and raises it again; change the policy by hand at the time of at=
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x a at=2026-02-01T00:00:00Z b ttl=60
      a A 192.0.2.1
      """##,
      ##"""
      1:38+1 error: 'b' is not an option | $MIGRATE takes at=, ttl=, lead=, hold=, skew=
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x a a at=2026-02-01T00:00:00Z ttl=60
      a A 192.0.2.1
      """##,
      ##"""
      1:14+1 error: 'a' is named twice | take it out here
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x ab at=2026-02-01T00:00:00Z ttl=60
      abc A 192.0.2.1
      """##,
      ##"""
      1:12+2 error: no records and no STEER at 'ab.example.com.'; did you mean 'abc.example.com.'?
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x sub at=2026-02-01T00:00:00Z ttl=60
      sub NS ns.example.net.
      """##,
      ##"""
      1:12+3 error: 'sub.example.com.' has only NS, SOA or DS records, which a migration never touches
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x a at=2026-02-01T00:00:00Z ttl=1h
      a A 192.0.2.1
      """##,
      ##"""
      1:42+2 error: ttl=1h is not below the TTL of the owners, 3600 | write a smaller TTL: there is nothing to come down from
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x a at=2026-02-01T00:00:00Z ttl=60
      $MIGRATE x b at=2026-02-01T00:00:00Z ttl=60
      a A 192.0.2.1
      b A 192.0.2.1
      """##,
      ##"""
      2:10+1 error: the migration 'x' is declared twice | the first is in line 6
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x a at=2026-02-01T00:00:00Z ttl=60
      $MIGRATE y a at=2026-02-01T00:00:00Z ttl=60
      a A 192.0.2.1
      """##,
      ##"""
      2:12+1 error: 'a.example.com.' is in the migration 'x' already | see line 6; a name moves in one at a time
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x a at=2026-01-01T01:00:00Z ttl=60 lead=30m
      a A 192.0.2.1
      """##,
      ##"""
      1:17+20 error: too late to come down from TTL 3600 before 2026-01-01T00:30:00Z, 30m ahead of the move | the earliest safe time is at=2026-01-01T01:31:00Z; a shorter lead= comes earlier
      """##),
    DiagnosticCase(
      ##"""
      $MIGRATE x a at=2025-01-01T01:00:00Z ttl=60
      a A 192.0.2.1
      """##,
      ##"""
      1:10+1 warning: the migration 'x' is over since 2025-01-01T02:00:00Z | take the line out
      """##),
  ]
}
