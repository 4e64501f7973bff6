import Testing

@testable import ZoneFile

@Suite("Errors and warnings of policies")
struct PolicyDiagnosticTests {
  @Test("each has its message", arguments: cases)
  func message(_ item: DiagnosticCase) { item.run() }

  static let cases: [DiagnosticCase] = [
    DiagnosticCase(
      ##"""
      a STEER
      """##,
      ##"""
      1:3+5 error: a policy is expected behind this | one of geo, nearest, failover, weighted, round-robin
      """##),
    DiagnosticCase(
      ##"""
      a STEER p
      """##,
      ##"""
      1:9+1 error: no policy 'p' | one of geo, nearest, failover, weighted, round-robin; a single pool is 'failover POOL'
      """##),
    DiagnosticCase(
      ##"""
      a STEER falover p
      """##,
      ##"""
      1:9+7 error: no policy 'falover'; did you mean 'failover'? | one of geo, nearest, failover, weighted, round-robin; a single pool is 'failover POOL'
      """##),
    DiagnosticCase(
      ##"""
      a STEER latency table=rtt p
      """##,
      ##"""
      1:9+7 error: the policy 'latency' is not built yet | 'nearest' goes by distance, 'geo' by a map
      """##),
    DiagnosticCase(
      ##"""
      a STEER hash p
      """##,
      ##"""
      1:9+4 error: the policy 'hash' is not built yet | 'weighted' spreads clients by weight, each answer drawn anew
      """##),
    DiagnosticCase(
      ##"""
      a STEER least-load p
      """##,
      ##"""
      1:9+10 error: the policy 'least-load' is not built yet | 'weighted' spreads clients by weight
      """##),
    DiagnosticCase(
      ##"""
      a STEER failover
      """##,
      ##"""
      1:9+8 error: 'failover' has nothing to choose from | write pools or policies behind it, such as 'web@berlin web@paris'
      """##),
    DiagnosticCase(
      ##"""
      a STEER weighted
      """##,
      ##"""
      1:9+8 error: 'weighted' has nothing to choose from | write pools or policies behind it, such as 'web@berlin=90 web@paris=10'
      """##),
    DiagnosticCase(
      ##"""
      a STEER failover p
      """##,
      ##"""
      1:18+1 error: no pool or policy 'p' | declare it: '$POOL p ( 192.0.2.1 )'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER failover p failback=10m
      """##,
      ##"""
      2:20+9 error: 'failback=' is not built yet | a pool that is up again is used at once; raise rise= of its check
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER failover p when-dwon=all
      """##,
      ##"""
      2:20+10 error: the policy 'failover' takes no option 'when-dwon='; did you mean 'when-down='? | the policy 'failover' takes when-down=
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER failover p when-down=sometimes
      """##,
      ##"""
      2:30+9 error: 'sometimes' is no value of 'when-down=' | one of static, all, nodata, servfail
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER failover p when-down=static
      """##,
      ##"""
      2:30+6 error: when-down=static, and 'a.example.com.' has no plain A, AAAA or CNAME record | add the records that are the last resort, or write when-down=all
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER failover p map=m
      """##,
      ##"""
      2:20+4 error: 'map=' is for the policy 'geo'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER failover p p
      """##,
      ##"""
      2:20+1 error: 'p' is in this list twice | take it out here
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER weighted p
      """##,
      ##"""
      2:18+1 error: 'p' has no weight | write its share behind it: 'p=10'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER weighted p=90%
      """##,
      ##"""
      2:20+3 error: '90%' is not a weight from 0 to 1000000 | weights are shares of their sum, such as 90 and 10
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER weighted p=0
      """##,
      ##"""
      2:9+8 error: all weights of this policy are 0 | give one a weight
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER weighted q=1
      """##,
      ##"""
      2:18+1 error: no pool or policy 'q' | declare it: '$POOL q ( 192.0.2.1 )'
      """##),
    DiagnosticCase(
      ##"""
      $SITE berlin
      $POOL p@berlin ( 192.0.2.1 )
      a STEER failover p
      """##,
      ##"""
      3:18+1 error: no pool or policy 'p' | the pool stands at sites: write 'p@berlin', or 'p@*' for all of them
      """##),
    DiagnosticCase(
      ##"""
      $SITE berlin
      $POOL p@berlin ( 192.0.2.1 )
      a STEER failover berlin
      """##,
      ##"""
      3:18+6 error: no pool or policy 'berlin' | 'berlin' is a site: write a pool there, POOL@berlin
      """##),
    DiagnosticCase(
      ##"""
      $SITE berlin
      $POOL p@berlin ( 192.0.2.1 )
      a STEER failover q@*
      """##,
      ##"""
      3:18+3 error: no pool 'q' stands at a site | 'q@*' is every pool 'q@SITE'
      """##),
    DiagnosticCase(
      ##"""
      $SITE berlin
      $POOL p@berlin ( 192.0.2.1 )
      a STEER nearest p@*
      """##,
      ##"""
      3:17+3 error: 'nearest' needs the place of 'p@berlin' | add location=LATITUDE,LONGITUDE to '$POOL p@berlin', or to '$SITE berlin'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p location=1,2 ( 192.0.2.1 )
      $POLICY q failover p
      a STEER nearest q
      """##,
      ##"""
      3:17+1 error: 'q' is a policy, and 'nearest' takes pools | a policy has no place: name the pools
      """##),
    DiagnosticCase(
      ##"""
      a STEER geo
      """##,
      ##"""
      1:9+3 error: 'geo' needs a map | write map=NAME, or rules in parentheses
      """##),
    DiagnosticCase(
      ##"""
      a STEER geo map=m
      """##,
      ##"""
      1:17+1 error: no map 'm' | declare it: '$MAP m ( default -> … )'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( default -> p )
      a STEER geo map=m ( default -> p )
      """##,
      ##"""
      3:21+7 error: 'geo' takes map= or rules of its own, not both | take one of them out
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER geo ( country:DE -> p )
      """##,
      ##"""
      2:9+3 error: this map has no rule for 'default' | add 'default -> …': where clients go that no other rule is for
      """##),
    DiagnosticCase(
      ##"""
      $SITE berlin
      $POOL p@berlin ( 192.0.2.1 )
      a STEER geo ( default -> berlin )
      """##,
      ##"""
      3:9+3 error: the map lists the site 'berlin', and 'geo' has no pools= | write pools=NAME: at each site the pool NAME@SITE is taken
      """##),
    DiagnosticCase(
      ##"""
      $SITE berlin
      $POOL p@berlin ( 192.0.2.1 )
      a STEER geo pools=q ( default -> berlin )
      """##,
      ##"""
      3:19+1 error: no pool 'q' stands at a site | pools=q takes at each site of the map the pool 'q@SITE'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $SITE berlin
      $POOL p@berlin ( 192.0.2.1 )
      a STEER geo pools=p ( default -> p )
      b STEER failover p@berlin
      """##,
      ##"""
      4:19+1 warning: the map lists no site, so pools= is not used | take pools= out
      """##),
    DiagnosticCase(
      ##"""
      $SITE berlin
      $SITE paris
      $POOL p@berlin ( 192.0.2.1 )
      a STEER geo pools=p ( country:FR -> paris default -> berlin paris )
      """##,
      ##"""
      4:19+1 warning: no pool 'p@paris': the site is skipped | declare it, or take the site out of the map
      4:19+1 error: the rule in line 9 leads to no pool 'p' | declare a pool 'p' at one of its sites, or add a site that has one
      """##),
    DiagnosticCase(
      ##"""
      $SITE berlin
      $SITE paris
      $POOL p@berlin ( 192.0.2.1 )
      a STEER geo pools=p ( default -> paris berlin )
      """##,
      ##"""
      4:19+1 warning: no pool 'p@paris': the site is skipped | declare it, or take the site out of the map
      """##),
    DiagnosticCase(
      ##"""
      $SITE berlin
      $POOL p@berlin ( 192.0.2.1 )
      a STEER geo pools=p ( default -> nearest berlin )
      """##,
      ##"""
      3:23+7 error: 'nearest' needs the place of 'p@berlin' | add location=LATITUDE,LONGITUDE to '$POOL p@berlin', or to '$SITE berlin'
      """##),
    DiagnosticCase(
      ##"""
      $POLICY
      """##,
      ##"""
      1:1+7 error: $POLICY takes a name and a policy | such as '$POLICY split weighted web@berlin=80 web@paris=20'
      """##),
    DiagnosticCase(
      ##"""
      $POLICY q
      """##,
      ##"""
      1:9+1 error: a policy is expected behind this | one of geo, nearest, failover, weighted, round-robin
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $POLICY q failover p when-down=all
      """##,
      ##"""
      2:22+10 error: 'when-down=' belongs to the STEER line that uses this policy
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $POLICY q failover p
      $POLICY q failover p
      a STEER failover q
      """##,
      ##"""
      3:9+1 error: the policy 'q' is declared twice | the first is in line 7
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $POLICY p failover p
      """##,
      ##"""
      2:9+1 error: 'p' is the name of a pool already | see line 6; pools, policies and sites share their names
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $SITE q
      $POLICY q failover p
      """##,
      ##"""
      3:9+1 error: 'q' is the name of a site already | see line 7; pools, policies and sites share their names
      """##),
    DiagnosticCase(
      ##"""
      $POLICY x failover y
      $POLICY y weighted z=1
      $POLICY z geo ( default -> x )
      a STEER failover y
      """##,
      ##"""
      1:9+1 error: the policy 'x' leads back to itself: x -> y -> z -> x | one of them has to name a pool instead
      """##),
    DiagnosticCase(
      ##"""
      $POLICY x failover x
      a STEER failover x
      """##,
      ##"""
      1:9+1 error: the policy 'x' leads back to itself: x -> x | one of them has to name a pool instead
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $POLICY q failover p
      a STEER failover p
      """##,
      ##"""
      2:9+1 warning: nothing uses the policy 'q' | name it in a STEER, or take the line out
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http interval=10s
      $POOL p check=web ( 192.0.2.1 )
      a 300/20 STEER failover p
      """##,
      ##"""
      3:3+6 warning: a TTL of 300 is never sent: 'web' can change the answer after 3 probes, 3 × 10s = 30s | write 30/20, or probe less often
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http interval=2s fall=2 rise=2
      $POOL p check=web ( 192.0.2.1 )
      a 300/20 STEER failover p
      """##,
      ##"""
      3:3+6 warning: a TTL of 300 is never sent: 'web' can change the answer after 2 probes, 2 × 2s = 4s | write 20, or probe less often
      """##),
  ]
}
