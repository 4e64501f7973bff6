import Testing

@testable import ZoneFile

@Suite("Errors and warnings of $MAP")
struct MapDiagnosticTests {
  @Test("each has its message", arguments: cases)
  func message(_ item: DiagnosticCase) { item.run() }

  static let cases: [DiagnosticCase] = [
    DiagnosticCase(
      ##"""
      $MAP
      """##,
      ##"""
      1:1+4 error: $MAP takes a name and rules | such as '$MAP world ( default -> berlin )'
      """##),
    DiagnosticCase(
      ##"""
      $MAP asn ( default -> p )
      """##,
      ##"""
      1:6+3 error: 'asn' is a matcher's word and cannot name a map | choose another name
      1:23+1 error: no pool, policy or site 'p' | declare it: '$POOL p ( 192.0.2.1 )'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( country:DE -> p )
      a STEER geo map=m
      """##,
      ##"""
      2:6+1 error: this map has no rule for 'default' | add 'default -> …': where clients go that no other rule is for
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( p default -> p )
      a STEER geo map=m
      """##,
      ##"""
      2:10+1 error: a rule begins with a matcher, not with 'p' | a rule is MATCHER -> LIST, such as 'country:US,CA -> us-east eu-west'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( default p )
      a STEER geo map=m
      """##,
      ##"""
      2:18+1 error: '->' is missing before this | a rule is MATCHER -> LIST, such as 'country:US,CA -> us-east eu-west'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( default->p )
      a STEER geo map=m
      """##,
      ##"""
      2:10+10 error: '->' needs a blank on both sides | a rule is MATCHER -> LIST, such as 'country:US,CA -> us-east eu-west'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( -> p default -> p )
      a STEER geo map=m
      """##,
      ##"""
      2:10+2 error: '->' stands behind a matcher | a rule is MATCHER -> LIST, such as 'country:US,CA -> us-east eu-west'
      2:13+1 error: a rule begins with a matcher, not with 'p' | a rule is MATCHER -> LIST, such as 'country:US,CA -> us-east eu-west'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( country:DE -> default -> p )
      a STEER geo map=m
      """##,
      ##"""
      2:10+10 error: the rule 'country:DE' leads nowhere | write pools, policies or sites behind its '->'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( country:DE default -> p )
      a STEER geo map=m
      """##,
      ##"""
      2:10+10 error: the rule 'country:DE' leads nowhere | a rule is MATCHER -> LIST, such as 'country:US,CA -> us-east eu-west'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( contry:DE -> p default -> p )
      a STEER geo map=m
      """##,
      ##"""
      2:10+9 error: no matcher 'contry:'; did you mean 'country:'? | one of net:, asn:, city:, subdivision:, country:, continent:, default
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( default:all -> p )
      a STEER geo map=m
      """##,
      ##"""
      2:10+11 error: 'default' takes no value
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( country:DE,FR -> p country:FR -> p default -> p )
      a STEER geo map=m
      """##,
      ##"""
      2:37+2 error: the matcher 'country:FR' occurs twice in this map | the first is in line 7
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( default -> p p )
      a STEER geo map=m
      """##,
      ##"""
      2:23+1 warning: 'p' is in this list twice | take it out here
      """##),
    DiagnosticCase(
      ##"""
      $POOL p location=1,2 ( 192.0.2.1 )
      $MAP m ( default -> p nearest )
      a STEER geo map=m
      """##,
      ##"""
      2:23+7 error: 'nearest' stands right behind '->'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( default -> nearest p )
      a STEER geo map=m
      """##,
      ##"""
      2:10+7 error: 'nearest' needs the place of 'p' | add location=LATITUDE,LONGITUDE to '$POOL p'
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $POLICY q failover p
      $MAP m ( default -> nearest q )
      a STEER geo map=m
      """##,
      ##"""
      3:10+7 error: 'nearest' takes pools and sites, and 'q' is a policy | a policy has no place: name the pools
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m pools=p ( default -> p )
      a STEER geo map=m
      """##,
      ##"""
      2:8+6 error: $MAP takes no option 'pools=' | options of the policy stand in the STEER line
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( net:192.0.2.1/24,x,192.0.2.0/33 -> p default -> p )
      a STEER geo map=m
      """##,
      ##"""
      2:14+12 error: bits are set behind the prefix of '192.0.2.1/24' | write net:192.0.2.0/24
      2:27+1 error: 'x' is not a network | such as net:192.0.2.0/24 or net:2001:db8::/32
      2:29+12 error: '192.0.2.0/33' is not a network | such as net:192.0.2.0/24 or net:2001:db8::/32
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( asn:x -> p city:Berlin -> p subdivision:California -> p country:Germany -> p continent:Europe -> p default -> p )
      a STEER geo map=m
      """##,
      ##"""
      2:14+1 error: 'x' is not an AS number | such as asn:64500
      2:26+6 error: 'Berlin' is not a GeoNames id | a city is named by number: city:2950159
      2:50+10 error: 'California' is not an ISO 3166-2 code | such as subdivision:US-CA
      2:74+7 error: 'Germany' is not a country's two-letter code | such as country:DE (ISO 3166-1)
      2:97+6 error: no continent 'Europe' | one of AF, AN, AS, EU, NA, OC, SA
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( country:UK,ZZ subdivision:ZZ-1 -> p default -> p )
      a STEER geo map=m
      """##,
      ##"""
      2:10+13 error: the rule 'country:UK,ZZ' leads nowhere | a rule is MATCHER -> LIST, such as 'country:US,CA -> us-east eu-west'
      2:18+2 warning: no country has the code 'UK'; did you mean 'GB'? | codes are those of ISO 3166-1; no client will match this
      2:21+2 warning: no country has the code 'ZZ' | codes are those of ISO 3166-1; no client will match this
      2:36+4 warning: no country has the code 'ZZ' | codes are those of ISO 3166-1; no client will match this
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( country:UK,ZZ -> p subdivision:ZZ-1 -> p default -> p )
      a STEER geo map=m
      """##,
      ##"""
      2:18+2 warning: no country has the code 'UK'; did you mean 'GB'? | codes are those of ISO 3166-1; no client will match this
      2:21+2 warning: no country has the code 'ZZ' | codes are those of ISO 3166-1; no client will match this
      2:41+4 warning: no country has the code 'ZZ' | codes are those of ISO 3166-1; no client will match this
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( default -> pp )
      a STEER geo map=m
      """##,
      ##"""
      2:21+2 error: no pool, policy or site 'pp'; did you mean 'p'?
      """##),
    DiagnosticCase(
      ##"""
      $SITE us-east
      $POOL p@us-east ( 192.0.2.1 )
      $MAP m ( default -> us-esat )
      a STEER geo map=m pools=p
      """##,
      ##"""
      3:21+7 error: no pool, policy or site 'us-esat'; did you mean 'us-east'?
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( default -> p )
      $MAP m ( default -> p )
      a STEER geo map=m
      """##,
      ##"""
      3:6+1 error: the map 'm' is declared twice | the first is in line 7
      """##),
    DiagnosticCase(
      ##"""
      $POOL p ( 192.0.2.1 )
      $MAP m ( default -> p )
      a STEER failover p
      """##,
      ##"""
      2:6+1 warning: no policy uses the map 'm' | write 'STEER geo map=m', or take the line out
      """##),
  ]
}
