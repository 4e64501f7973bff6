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
      1:3+5 error: a policy is expected behind this | one of geo, nearest, latency, failover, weighted, round-robin, hash, least-load
      """##),
    DiagnosticCase(
      ##"""
      a STEER p
      """##,
      ##"""
      1:9+1 error: no policy 'p' | one of geo, nearest, latency, failover, weighted, round-robin, hash, least-load; a single pool is 'failover POOL'
      """##),
    DiagnosticCase(
      ##"""
      a STEER falover p
      """##,
      ##"""
      1:9+7 error: no policy 'falover'; did you mean 'failover'? | one of geo, nearest, latency, failover, weighted, round-robin, hash, least-load; a single pool is 'failover POOL'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER latency p
      """##,
      ##"""
      2:9+7 error: 'latency' needs a table | write table=NAME: the file NAME.csv with lines of network, pool, milliseconds
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER latency table=none p
      """##,
      ##"""
      2:23+4 error: cannot read 'zones/none.csv': No such file or directory
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER latency table=../rtt p
      """##,
      ##"""
      2:23+6 error: '../rtt.csv' lies outside the zones' folder, 'zones' | tables are found from the folder of the file that names them
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $POLICY q failover p
      a STEER latency table=rtt q
      """##,
      ##"""
      3:27+1 error: 'latency' takes pools, and 'q' is a policy | a policy has no latency of its own: name the pools
      """##),
    DiagnosticCase(
      ##"""
      $POOL other ( 192.0.2.1 )
      a STEER latency table=rtt other
      """##,
      ##"""
      2:23+3 error: 'zones/rtt.csv' has no line for a pool of this policy, or its site | a line is NETWORK,POOL,MILLISECONDS, such as 192.0.2.0/24,other,25
      zones/rtt.csv:1:14+1 warning: no pool or site 'p' | its lines are not used
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER latency table=wrong p
      """##,
      ##"""
      zones/wrong.csv:3:1+12 error: a line has three fields, this one has 2 | write NETWORK,POOL,MILLISECONDS, such as 192.0.2.0/24,web@berlin,25
      zones/wrong.csv:5:1+12 error: bits are set behind the prefix of '192.0.2.1/24' | write 192.0.2.0/24
      zones/wrong.csv:6:1+12 error: '192.0.2.0/33' is not a network | such as 192.0.2.0/24 or 2001:db8::/32
      zones/wrong.csv:7:18+2 error: '-5' is not a number of milliseconds | a number from 0 to 3600000, such as 25 or 12.5
      zones/wrong.csv:8:14+2 warning: no pool or site 'pp'; did you mean 'p'? | its lines are not used
      zones/wrong.csv:11:15+1 error: 'p' has a second line for 2001:db8::/32 | take one of them out
      """##),
    DiagnosticCase(
      ##"""
      a STEER hash
      """##,
      ##"""
      1:9+4 error: 'hash' has nothing to choose from | write pools or policies behind it, such as 'web@berlin web@paris'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER hash p network=24
      """##,
      ##"""
      2:24+2 error: '24' does not say which networks are hashed | write the prefix lengths for IPv4 (1 to 32) and IPv6 (1 to 64), such as 24/56
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER hash p network=33/56
      """##,
      ##"""
      2:24+5 error: '33/56' does not say which networks are hashed | write the prefix lengths for IPv4 (1 to 32) and IPv6 (1 to 64), such as 24/56
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER hash p=0
      """##,
      ##"""
      2:9+4 error: all weights of this policy are 0 | give one a weight
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $POLICY q failover p
      a STEER least-load q
      """##,
      ##"""
      3:20+1 error: 'least-load' takes pools, and 'q' is a policy | a policy has no load: name the pools
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER weighted p=1 smooth SMOOTH
      """##,
      ##"""
      2:29+6 error: 'smooth' is given twice | keep one of them
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER failover p failback=soon
      """##,
      ##"""
      2:29+4 error: 'soon' is no failback | write auto (at once), manual, or how long it has to be up before, such as 10m; 7d at most
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER failover p failback=manul
      """##,
      ##"""
      2:29+5 error: 'manul' is no failback; did you mean 'manual'? | write auto (at once), manual, or how long it has to be up before, such as 10m; 7d at most
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $POLICY q failover p
      a STEER failover p q failback=10m
      """##,
      ##"""
      3:20+1 error: failback= holds pools back, and 'q' is a policy | a policy has no health of its own: name the pools
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER weighted p=1 failback=10m
      """##,
      ##"""
      2:22+9 error: 'failback=' is for the policy 'failover'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      a STEER failover p bias=10
      """##,
      ##"""
      2:20+5 error: 'bias=' belongs to the $POOL: write it before the first target
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
      a STEER failover p when-dwon=all
      """##,
      ##"""
      2:20+10 error: the policy 'failover' takes no option 'when-dwon='; did you mean 'when-down='? | the policy 'failover' takes failback=, when-down=
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
      1:9+1 error: a policy is expected behind this | one of geo, nearest, latency, failover, weighted, round-robin, hash, least-load
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
