import Testing

@testable import ZoneFile

@Suite("Errors and warnings of $POOL")
struct PoolDiagnosticTests {
  @Test("each has its message", arguments: cases)
  func message(_ item: DiagnosticCase) { item.run() }

  @Test("a pool may have 256 targets and no more")
  func mostTargets() {
    func pool(_ count: Int) -> String {
      let targets = (1...count).map { "198.18.\($0 >> 8).\($0 & 255)" }
      return "$POOL p ( \(targets.joined(separator: " ")) )"
    }
    #expect(load(head + pool(256) + "\n", files: [:]).zone != nil)
    DiagnosticCase(
      pool(257),
      ##"""
      1:7+1 error: the pool 'p' has 257 targets, of at most 256 | make several pools of it, and a policy over them
      """##
    ).run()
  }

  static let cases: [DiagnosticCase] = [
    DiagnosticCase(
      ##"""
      $POOL
      """##,
      ##"""
      1:1+5 error: $POOL takes a name and targets | such as '$POOL web@berlin ( 192.0.2.1 )'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p
      """##,
      ##"""
      1:7+1 error: the pool 'p' has no target | write addresses or host names behind it: '( 192.0.2.1 192.0.2.2 )'
      """##),
    DiagnosticCase(
      ##"""
      $POOL geo ( 192.0.2.1 )
      """##,
      ##"""
      1:7+3 error: 'geo' is a policy's word and cannot name a pool | choose another name
      """##),
    DiagnosticCase(
      ##"""
      $POOL p@nowhere ( 192.0.2.1 )
      """##,
      ##"""
      1:9+7 error: no site 'nowhere' | declare it: '$SITE nowhere'
      """##),
    DiagnosticCase(
      ##"""
      $SITE berlin
      $POOL p@berln ( 192.0.2.1 )
      """##,
      ##"""
      2:9+5 error: no site 'berln'; did you mean 'berlin'? | declare it: '$SITE berln'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.300 )
      """##,
      ##"""
      1:11+11 error: '192.0.2.300' is not an address | a target is an IPv4 or IPv6 address, or a host name; ports are written port=
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1:80 )
      """##,
      ##"""
      1:11+12 error: '192.0.2.1:80' is not an address | a target is an IPv4 or IPv6 address, or a host name; ports are written port=
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( a..b )
      """##,
      ##"""
      1:11+4 error: the name 'a..b' has an empty label: two dots in a row, or one at its start
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 www.example.net. )
      a STEER failover p
      """##,
      ##"""
      1:21+16 error: 'www.example.net.' is a host name, the first target is an address | a pool holds all addresses or all host names: make two pools of it
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 bakcup )
      a STEER failover p
      """##,
      ##"""
      1:21+6 error: 'bakcup' is a host name, the first target is an address; did you mean 'backup'? | a pool holds all addresses or all host names: make two pools of it
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( www.example.net. 192.0.2.1 )
      a STEER failover p
      """##,
      ##"""
      1:28+9 error: '192.0.2.1' is an address, the first target is a host name | a pool holds all addresses or all host names: make two pools of it
      """##),
    DiagnosticCase(
      ##"""
      $POOL p backup ( 192.0.2.1 )
      a STEER failover p
      """##,
      ##"""
      1:9+6 error: 'backup' belongs to a target: write it behind the address
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 backup backup )
      a STEER failover p
      """##,
      ##"""
      1:28+6 error: 'backup' is given twice | keep one of them
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 192.0.2.1 )
      a STEER failover p
      """##,
      ##"""
      1:21+9 error: '192.0.2.1' is in this pool twice | weight= gives a target more than one share
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 name=x 192.0.2.2 name=x )
      a STEER failover p
      """##,
      ##"""
      1:28+9 error: two targets of this pool are named 'x'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p weight=2 ( 192.0.2.1 )
      a STEER failover p
      """##,
      ##"""
      1:9+7 error: 'weight=' belongs to a target: write it behind the address
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 select=weighted )
      a STEER failover p
      """##,
      ##"""
      1:21+7 error: 'select=' belongs to the pool: write it before the first target
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 weight=2 )
      a STEER failover p
      """##,
      ##"""
      1:21+7 warning: weight= counts only in a pool with select=weighted or select=hash | add select=weighted before the first target, or take weight= out
      """##),
    DiagnosticCase(
      ##"""
      $POOL p select=weighted ( 192.0.2.1 weight=-1 )
      a STEER failover p
      """##,
      ##"""
      1:44+2 error: '-1' is not a number from 0 to 1000000
      """##),
    DiagnosticCase(
      ##"""
      $POOL p select=weighted ( 192.0.2.1 weight=0 192.0.2.2 weight=0 )
      a STEER failover p
      """##,
      ##"""
      1:7+1 error: all weights of the pool 'p' are 0 | a target of weight 0 serves only when all others are down: give one a weight
      """##),
    DiagnosticCase(
      ##"""
      $POOL p select=hsah ( 192.0.2.1 )
      """##,
      ##"""
      1:16+4 error: 'hsah' is no value of 'select='; did you mean 'hash'? | one of round-robin, weighted, hash, least-load
      """##),
    DiagnosticCase(
      ##"""
      $POOL p smooth ( 192.0.2.1 )
      """##,
      ##"""
      1:9+6 error: 'smooth' is for weighted selection | write 'select=weighted smooth', or take it out
      """##),
    DiagnosticCase(
      ##"""
      $POOL p select=weighted smooth smooth ( 192.0.2.1 )
      """##,
      ##"""
      1:32+6 error: 'smooth' is given twice | keep one of them
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 smooth )
      """##,
      ##"""
      1:21+6 error: 'smooth' belongs to the pool: write it before the first target
      """##),
    DiagnosticCase(
      ##"""
      $POOL p network=24/56 ( 192.0.2.1 )
      """##,
      ##"""
      1:9+8 error: network= is for selection by hash | add select=hash, or take network= out
      """##),
    DiagnosticCase(
      ##"""
      $POOL p select=hash network=24/65 ( 192.0.2.1 )
      """##,
      ##"""
      1:29+5 error: '24/65' does not say which networks are hashed | write the prefix lengths for IPv4 (1 to 32) and IPv6 (1 to 64), such as 24/56
      """##),
    DiagnosticCase(
      ##"""
      $POOL p select=wieghted ( 192.0.2.1 )
      a STEER failover p
      """##,
      ##"""
      1:16+8 error: 'wieghted' is no value of 'select='; did you mean 'weighted'? | one of round-robin, weighted, hash, least-load
      """##),
    DiagnosticCase(
      ##"""
      $POOL p bias=100 ( 192.0.2.1 )
      """##,
      ##"""
      1:14+3 error: '100' is not a bias from -99 to 99 | percent: with bias=20 the pool counts as 20 % nearer than it is
      """##),
    DiagnosticCase(
      ##"""
      $POOL p bias= ( 192.0.2.1 )
      """##,
      ##"""
      1:14+1 error: '' is not a bias from -99 to 99 | percent: with bias=20 the pool counts as 20 % nearer than it is
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 bias=2 )
      """##,
      ##"""
      1:21+5 error: 'bias=' belongs to the pool: write it before the first target
      """##),
    DiagnosticCase(
      ##"""
      $POOL p answer=resolve ( www.example.net. answer=cname )
      a STEER failover p
      """##,
      ##"""
      1:43+7 error: 'answer=' belongs to the pool: write it before the first target
      """##),
    DiagnosticCase(
      ##"""
      $POOL p answer=resolv ( www.example.net. )
      a STEER failover p
      """##,
      ##"""
      1:16+6 error: 'resolv' is no value of 'answer='; did you mean 'resolve'? | one of cname, resolve
      """##),
    DiagnosticCase(
      ##"""
      $POOL p answer=resolve ( 192.0.2.1 )
      a STEER failover p
      """##,
      ##"""
      1:9+7 error: answer= is for host names, and '192.0.2.1' is an address | take answer= out: addresses are answered as they are
      """##),
    DiagnosticCase(
      ##"""
      $CHECK c tcp port=80
      $POOL p answer=resolve check=c ( www.example.net. )
      a STEER failover p
      """##,
      ##"""
      2:34+16 error: health of host-name targets is not built yet | take check=c out, or write the host's addresses
      """##),
    DiagnosticCase(
      ##"""
      $POOL p answers=0 ( 192.0.2.1 )
      a STEER failover p
      """##,
      ##"""
      1:17+1 error: '0' is not a number from 1 to 255
      """##),
    DiagnosticCase(
      ##"""
      $POOL p answers=1 ( www.example.net. )
      a STEER failover p
      """##,
      ##"""
      1:7+1 error: answers= has no meaning for host names: one CNAME is answered | take answers= out, or add answer=resolve to have their addresses answered
      """##),
    DiagnosticCase(
      ##"""
      $POOL p min-healthy=0 ( 192.0.2.1 )
      a STEER failover p
      """##,
      ##"""
      1:21+1 error: '0' is not a number from 1 to 65535
      """##),
    DiagnosticCase(
      ##"""
      $POOL p min-healthy=101% ( 192.0.2.1 )
      a STEER failover p
      """##,
      ##"""
      1:21+4 error: '101%' is not a share from 1% to 100%
      """##),
    DiagnosticCase(
      ##"""
      $POOL p min-healthy=2 ( 192.0.2.1 )
      a STEER failover p
      """##,
      ##"""
      1:7+1 error: min-healthy=2 can never be reached with 1 targets | lower min-healthy=, or write a share such as min-healthy=50%
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 state=off )
      a STEER failover p
      """##,
      ##"""
      1:27+3 error: 'off' is no value of 'state=' | one of up, down, drain
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 port=80 )
      a STEER failover p
      """##,
      ##"""
      1:21+5 warning: '192.0.2.1' has a port and no check: the port is not used | port= is where a check probes; DNS answers carry no ports
      """##),
    DiagnosticCase(
      ##"""
      $POOL p check=web ( 192.0.2.1 )
      a STEER failover p
      """##,
      ##"""
      1:15+3 error: no check 'web' | declare it: '$CHECK web tcp port=443'
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http
      $POOL p check=wbe ( 192.0.2.1 check=web )
      a STEER failover p
      """##,
      ##"""
      2:15+3 error: no check 'wbe'; did you mean 'web'?
      """##),
    DiagnosticCase(
      ##"""
      $CHECK db tcp
      $POOL p check=db ( 192.0.2.1 port=1 192.0.2.2 )
      a STEER failover p
      """##,
      ##"""
      2:37+9 error: the check 'db' of kind tcp has no port to probe here | write port= in the $CHECK, or behind the target
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http
      $POOL p check=web ( www.example.net. )
      a STEER failover p
      """##,
      ##"""
      2:21+16 error: health of host-name targets is not built yet | take check=web out, or write the host's addresses
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $POOL p ( 192.0.2.2 )
      a STEER failover p
      """##,
      ##"""
      2:7+1 error: the pool 'p' is declared twice | the first is in line 6
      """##),
    DiagnosticCase(
      ##"""
      $SITE p
      $POOL p ( 192.0.2.2 )
      a STEER failover p
      """##,
      ##"""
      2:7+1 error: 'p' is the name of a site already | see line 6; pools, policies and sites share their names
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.2 )
      """##,
      ##"""
      1:7+1 warning: no policy uses the pool 'p' | name it in a STEER, or take the line out
      """##),
    DiagnosticCase(
      ##"""
      $SITE s1
      $SITE s2
      $POOL p@s1 ( 192.0.2.1 2001:db8::1 )
      $POOL p@s2 ( 192.0.2.2 )
      a STEER failover p@*
      """##,
      ##"""
      4:7+4 warning: 'p@s2' has no IPv6 address, 'p@s1' has one | clients that are sent to 'p@s2' get no AAAA record
      """##),
  ]
}
