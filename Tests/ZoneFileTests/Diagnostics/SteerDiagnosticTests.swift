import Testing

@testable import ZoneFile

@Suite("Errors of where STEER may stand")
struct SteerDiagnosticTests {
  @Test("each has its message", arguments: cases)
  func message(_ item: DiagnosticCase) { item.run() }

  static let cases: [DiagnosticCase] = [
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER failover p
      a STEER failover p
      """##,
      ##"""
      3:3+5 error: 'a.example.com.' has a second STEER | the first is in line 7
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      sub NS ns1.example.net.
      sub STEER failover p
      a.sub STEER failover p
      """##,
      ##"""
      3:5+5 error: 'sub.example.com.' lies at the delegation of 'sub.example.com.' | its answers come from the name servers of 'sub.example.com.': steer it there
      4:7+5 error: 'a.sub.example.com.' lies below the delegation of 'sub.example.com.' | its answers come from the name servers of 'sub.example.com.': steer it there
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      d DNAME example.net.
      a.b.d STEER failover p
      """##,
      ##"""
      3:7+5 error: 'a.b.d.example.com.' lies below the DNAME at 'd.example.com.' | the DNAME answers for all names below it (RFC 6672)
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      ns1 STEER failover p
      """##,
      ##"""
      2:5+5 error: 'ns1.example.com.' is a name server's name: NS in line 4 | resolvers need its addresses before they can ask: give it plain A and AAAA records
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( www.example.net. )
      @ STEER failover p
      """##,
      ##"""
      2:3+5 error: the apex cannot have a CNAME, and the pool 'p' is of host names | add answer=resolve to that $POOL, or steer the apex among pools of addresses
      """##),
    DiagnosticCase(
      ##"""
      $POOL p answer=resolve ( a www.example.net. )
      a STEER failover p
      a TXT text
      @ STEER failover p
      """##,
      ##"""
      2:3+5 warning: 'a.example.com.' is to have the addresses that it is itself resolved to: line 6 | name another host there; a resolver that asks this server gets no others
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER failover p answer=resolve
      """##,
      ##"""
      2:20+7 error: 'answer=' belongs to the $POOL: write it before the first target
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( www.example.net. )
      a STEER failover p
      a TXT text
      """##,
      ##"""
      2:3+5 error: 'a.example.com.' can have a CNAME, since the pool 'p' is of host names, and holds TXT in line 8 | beside a CNAME nothing but fallback A, AAAA or CNAME may stand (RFC 2181, section 10.1)
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER failover p
      a CNAME www.example.net.
      a TXT text
      """##,
      ##"""
      3:3+5 error: 'a.example.com.' has a CNAME and other records: TXT in line 9 | a CNAME stands alone (RFC 2181, section 10.1)
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( a )
      a STEER failover p
      """##,
      ##"""
      2:3+5 error: 'a.example.com.' would be a CNAME of itself: line 6 | name another host there
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $POLICY q failover p
      www.example.net. STEER failover q
      """##,
      ##"""
      3:1+16 error: 'www.example.net.' lies outside the zone 'example.com.' | is a final dot or $ORIGIN wrong? All owners of this file end with 'example.com.'
      """##),
  ]
}
