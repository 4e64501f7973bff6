import Testing

@testable import ZoneFile

@Suite("Errors and warnings of lines")
struct LineDiagnosticTests {
  @Test("each has its message", arguments: cases)
  func message(_ item: DiagnosticCase) { item.run() }

  static let cases: [DiagnosticCase] = [
    DiagnosticCase(
      ##"""
      a A "192.0.2.1
      """##,
      ##"""
      1:5+1 error: this quote is not closed on its line | close it with '"'; a quote inside is written '\"'
      """##),
    DiagnosticCase(
      ##"""
      a TXT ( one
      b A 192.0.2.1
      """##,
      ##"""
      1:7+1 error: this parenthesis is never closed | put ')' behind the last word that belongs to the line
      """##),
    DiagnosticCase(
      ##"""
      a A 192.0.2.1 )
      """##,
      ##"""
      1:15+1 error: this parenthesis closes nothing
      """##),
    DiagnosticCase(
      ##"""
      a TXT one\
      """##,
      ##"""
      1:10+1 error: a backslash at the end of a line | lines are continued in parentheses
      """##),
    DiagnosticCase(
      ##"""
      $ORIGN foo.
      """##,
      ##"""
      1:1+6 error: no directive '$ORIGN'; did you mean '$ORIGIN'? | an owner that begins with '$' is written '\$'
      """##),
    DiagnosticCase(
      ##"""
      $ORIGIN
      """##,
      ##"""
      1:1+7 error: $ORIGIN takes one name | such as '$ORIGIN example.com.'
      """##),
    DiagnosticCase(
      ##"""
      $ORIGIN a..b
      """##,
      ##"""
      1:9+4 error: the name 'a..b' has an empty label: two dots in a row, or one at its start
      """##),
    DiagnosticCase(
      ##"""
      $TTL
      """##,
      ##"""
      1:1+4 error: $TTL takes one duration | such as '$TTL 1h'
      """##),
    DiagnosticCase(
      ##"""
      $TTL soon
      """##,
      ##"""
      1:6+4 error: 'soon' is not a TTL | a TTL is 0 to 2147483647 seconds, such as 1h30m
      """##),
    DiagnosticCase(
      ##"""
      $TTL 2147483648
      """##,
      ##"""
      1:6+10 error: '2147483648' is not a TTL | a TTL is 0 to 2147483647 seconds, such as 1h30m
      """##),
    DiagnosticCase(
      ##"""
      a..b A 192.0.2.1
      """##,
      ##"""
      1:1+4 error: the owner 'a..b' has an empty label: two dots in a row, or one at its start
      """##),
    DiagnosticCase(
      ##"""
      \999 A 192.0.2.1
      """##,
      ##"""
      1:1+4 error: the owner '\999' has a broken escape: '\' takes one character, or three digits up to 255
      """##),
    DiagnosticCase(
      ##"""
      www.example.net. A 192.0.2.1
        AAAA 2001:db8::1
      """##,
      ##"""
      1:1+16 error: 'www.example.net.' lies outside the zone 'example.com.' | is a final dot or $ORIGIN wrong? All owners of this file end with 'example.com.'
      """##),
    DiagnosticCase(
      ##"""
      www.example.com A 192.0.2.1
      """##,
      ##"""
      1:1+15 warning: 'www.example.com' without a final dot is 'www.example.com.example.com.' | write 'www.example.com.' where that is not meant
      """##),
    DiagnosticCase(
      ##"""
      a IN
      """##,
      ##"""
      1:1+1 error: this line has no record type | a line is: owner, TTL, class, type, data
      """##),
    DiagnosticCase(
      ##"""
      a 1h 2h A 192.0.2.1
      """##,
      ##"""
      1:6+2 error: a record type is expected here, not '2h' | a line is: owner, TTL, class, type, data
      """##),
    DiagnosticCase(
      ##"""
      a CH A 192.0.2.1
      """##,
      ##"""
      1:3+2 error: only the class IN is served, not 'CH'
      """##),
    DiagnosticCase(
      ##"""
      a CLASS3 A 192.0.2.1
      """##,
      ##"""
      1:3+6 error: only the class IN is served, not 'CLASS3'
      """##),
    DiagnosticCase(
      ##"""
      a 99999999999 A 192.0.2.1
      """##,
      ##"""
      1:3+11 error: '99999999999' is not a TTL | a TTL is 0 to 2147483647 seconds, such as 1h30m, or MAX/MIN, such as 300/20
      """##),
    DiagnosticCase(
      ##"""
      a 20/300 A 192.0.2.1
      """##,
      ##"""
      1:3+6 error: the smallest TTL, 300, is above the largest, 20 | write MAX/MIN: '300/20'
      """##),
    DiagnosticCase(
      ##"""
      a 300/x A 192.0.2.1
      """##,
      ##"""
      1:3+5 error: '300/x' is not a TTL | a TTL is 0 to 2147483647 seconds, such as 1h30m, or MAX/MIN, such as 300/20
      """##),
    DiagnosticCase(
      ##"""
      a IN IN A 192.0.2.1
      """##,
      ##"""
      1:6+2 error: no record type 'IN' | a type without a name is written TYPE123, its data '\# LENGTH HEX' (RFC 3597)
      """##),
    DiagnosticCase(
      ##"""
      a AAA 192.0.2.1
      """##,
      ##"""
      1:3+3 error: no record type 'AAA'; did you mean 'AAAA'? | a type without a name is written TYPE123, its data '\# LENGTH HEX' (RFC 3597)
      """##),
    DiagnosticCase(
      ##"""
      a STER failover x
      """##,
      ##"""
      1:3+4 error: no record type 'STER'; did you mean 'STEER'? | a type without a name is written TYPE123, its data '\# LENGTH HEX' (RFC 3597)
      """##),
    DiagnosticCase(
      ##"""
      a XYZZY 1
      """##,
      ##"""
      1:3+5 error: no record type 'XYZZY' | a type without a name is written TYPE123, its data '\# LENGTH HEX' (RFC 3597)
      """##),
    DiagnosticCase(
      ##"""
      a ANY 1
      """##,
      ##"""
      1:3+3 error: ANY is not a type of records that a zone holds
      """##),
    DiagnosticCase(
      ##"""
      a TYPE0 \# 0
      """##,
      ##"""
      1:3+5 error: TYPE0 is not a type of records that a zone holds
      """##),
    DiagnosticCase(
      ##"""
      a TYPE-1 \# 0
      """##,
      ##"""
      1:3+6 error: no record type 'TYPE-1' | a type without a name is written TYPE123, its data '\# LENGTH HEX' (RFC 3597)
      """##),
    DiagnosticCase(
      ##"""
      a TYPE65536 \# 0
      """##,
      ##"""
      1:3+9 error: no record type 'TYPE65536' | a type without a name is written TYPE123, its data '\# LENGTH HEX' (RFC 3597)
      """##),
    DiagnosticCase(
      ##"""
      a OPT 1
      """##,
      ##"""
      1:3+3 error: OPT is not a type of records that a zone holds
      """##),
  ]
}
