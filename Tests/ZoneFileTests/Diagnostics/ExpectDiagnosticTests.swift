import Testing

@testable import ZoneFile

@Suite("Errors and warnings of $EXPECT")
struct ExpectDiagnosticTests {
  @Test("each has its message", arguments: cases)
  func message(_ item: DiagnosticCase) { item.run() }

  static let cases: [DiagnosticCase] = [
    DiagnosticCase(
      ##"""
      $EXPECT
      """##,
      ##"""
      1:1+7 error: $EXPECT takes a name, a type, from= and, behind '->', a list | such as '$EXPECT www A from=192.0.2.1 down=@berlin -> web@paris web@london'
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT a A from=192.0.2.1
      """##,
      ##"""
      1:1+7 error: $EXPECT takes a name, a type, from= and, behind '->', a list | such as '$EXPECT www A from=192.0.2.1 down=@berlin -> web@paris web@london'
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT a A from=192.0.2.1 ->p
      """##,
      ##"""
      1:28+3 error: '->' needs a blank on both sides | such as '$EXPECT www A from=192.0.2.1 down=@berlin -> web@paris web@london'
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT a A from=192.0.2.1 ->
      """##,
      ##"""
      1:28+2 error: nothing is expected behind '->' | write the pools, or the addresses, that the answer may be
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT a A down=p -> p
      """##,
      ##"""
      1:9+1 error: this expectation has no 'from=' | say whose answer it is: from=192.0.2.1
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT a MX from=192.0.2.1 -> p
      """##,
      ##"""
      1:11+2 error: 'MX' cannot be expected: health and place decide A, AAAA and CNAME | write A, AAAA or CNAME behind the name
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT a from=192.0.2.1 down=p -> p
      """##,
      ##"""
      1:11+14 error: a type is expected before 'from=192.0.2.1' | write A, AAAA or CNAME behind the name
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT a A from=192.0.2.0/24 -> p
      """##,
      ##"""
      1:18+12 error: '192.0.2.0/24' is not an address | write one client's IPv4 or IPv6 address, such as from=192.0.2.1
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT a A from=192.0.2.1 at=tomorrow -> p
      """##,
      ##"""
      1:31+8 error: 'tomorrow' is not a time | write date, time and offset (RFC 3339), such as 2026-12-01T06:00:00Z
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT a A from=192.0.2.1 donw=p -> p
      """##,
      ##"""
      1:28+5 error: $EXPECT takes no option 'donw='; did you mean 'down='? | $EXPECT takes from=, down=, at=
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT a A from=192.0.2.1 from=192.0.2.2 -> p
      """##,
      ##"""
      1:28+5 error: 'from=' is given twice | keep one of them
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT a A from=192.0.2.1 now -> p
      """##,
      ##"""
      1:28+3 error: 'now' is not an option | $EXPECT takes from=, down=, at=
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT ns2 A from=192.0.2.1 -> 192.0.2.53
      """##,
      ##"""
      1:9+3 error: no records and no STEER at 'ns2.example.com.'; did you mean 'ns1.example.com.'?
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT www.example.net. A from=192.0.2.1 -> 192.0.2.53
      """##,
      ##"""
      1:9+16 error: 'www.example.net.' is not in the zone 'example.com.' | expect it in the zone that has it
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT ns1 AAAA from=192.0.2.1 -> 192.0.2.53
      """##,
      ##"""
      1:36+10 error: '192.0.2.53' cannot be the answer to AAAA | AAAA records have IPv6 addresses
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT ns1 CNAME from=192.0.2.1 -> 192.0.2.53
      """##,
      ##"""
      1:37+10 error: '192.0.2.53' cannot be the answer to CNAME | a CNAME leads to a host name: write it with its final dot
      """##),
    DiagnosticCase(
      ##"""
      $EXPECT ns1 A from=192.0.2.1 -> 192.0.2.53 192.0.2.53
      """##,
      ##"""
      1:44+10 error: '192.0.2.53' is in this list twice | take it out here
      """##),
    DiagnosticCase(
      ##"""
      $SITE us
      $POOL api@us ( 192.0.2.1 )
      $POLICY split failover api@us
      a 60 STEER failover split
      $EXPECT a A from=192.0.2.1 -> api
      $EXPECT a A from=192.0.2.1 -> us
      $EXPECT a A from=192.0.2.1 -> split
      $EXPECT a A from=192.0.2.1 -> api@uss
      $EXPECT a A from=192.0.2.1 -> www.example.net
      $EXPECT a A from=192.0.2.1 -> api@us 192.0.2.1
      $EXPECT a A from=192.0.2.1 -> static nodata api@us
      """##,
      ##"""
      5:31+3 error: no pool or address 'api' | the pool stands at sites: write 'api@us', or 'api@*' for all of them
      6:31+2 error: no pool or address 'us' | 'us' is a site: write a pool there, POOL@us
      7:31+5 error: no pool or address 'split' | 'split' is a policy: name the pools that it leads to
      8:31+7 error: no pool or address 'api@uss'; did you mean 'api@us'?
      9:31+15 error: no pool or address 'www.example.net' | name pools, addresses, or host names with their final dot
      10:38+9 error: '192.0.2.1' is an address, 'api@us' is a pool | a list names pools, or what is answered: addresses and host names
      """##),
    DiagnosticCase(
      ##"""
      $SITE us
      $SITE eu
      $POOL api@us ( 192.0.2.1 name=one )
      a 60 STEER failover api@us
      $EXPECT a A from=192.0.2.1 down=api@us,192.0.2.1,one,@us -> static
      $EXPECT a A from=192.0.2.1 down=api@su -> static
      $EXPECT a A from=192.0.2.1 down=one,us -> static
      $EXPECT a A from=192.0.2.1 down=@eu -> static
      $EXPECT a A from=192.0.2.1 down=@use -> static
      $EXPECT a A from=192.0.2.1 down=192.0.2.9 -> static
      $EXPECT a A from=192.0.2.1 down= -> static
      """##,
      ##"""
      6:33+6 error: no target, pool or site 'api@su'; did you mean 'api@us'?
      7:37+2 error: no target, pool or site 'us' | 'us' is a site: write '@us'
      8:33+3 error: no pool stands at the site 'eu' | supposing it down changes nothing: take it out
      9:33+4 error: no target, pool or site '@use'; did you mean '@us'?
      10:33+9 error: no target, pool or site '192.0.2.9' | name a target by name= or address, a pool, or a site as '@NAME'
      11:33+1 error: no target, pool or site '' | name a target by name= or address, a pool, or a site as '@NAME'
      """##),
  ]
}
