import Testing

@testable import ZoneFile

@Suite("Errors of RDATA")
struct RecordDataDiagnosticTests {
  @Test("each has its message", arguments: cases)
  func message(_ item: DiagnosticCase) { item.run() }

  static let cases: [DiagnosticCase] = [
    DiagnosticCase(
      ##"""
      a A
      """##,
      ##"""
      1:3+1 error: A ends too soon | A takes an IPv4 address
      """##),
    DiagnosticCase(
      ##"""
      a A 192.0.2.256
      """##,
      ##"""
      1:5+11 error: '192.0.2.256' is not an IPv4 address | write four numbers from 0 to 255, such as 192.0.2.1
      """##),
    DiagnosticCase(
      ##"""
      a A 2001:db8::1
      """##,
      ##"""
      1:5+11 error: '2001:db8::1' is not an IPv4 address | its record type is AAAA
      """##),
    DiagnosticCase(
      ##"""
      a AAAA 192.0.2.1
      """##,
      ##"""
      1:8+9 error: '192.0.2.1' is not an IPv6 address | its record type is A
      """##),
    DiagnosticCase(
      ##"""
      a AAAA 2001:db8:::1
      """##,
      ##"""
      1:8+12 error: '2001:db8:::1' is not an IPv6 address | write one such as 2001:db8::1
      """##),
    DiagnosticCase(
      ##"""
      a A 192.0.2.1 192.0.2.2
      """##,
      ##"""
      1:15+9 error: A ends before this | A takes an IPv4 address
      """##),
    DiagnosticCase(
      ##"""
      a NS a..b
      """##,
      ##"""
      1:6+4 error: 'a..b' has an empty label: two dots in a row, or one at its start
      """##),
    DiagnosticCase(
      ##"""
      a MX mail
      """##,
      ##"""
      1:3+2 error: MX ends too soon | MX takes a preference, a name
      """##),
    DiagnosticCase(
      ##"""
      a MX ten mail
      """##,
      ##"""
      1:6+3 error: 'ten' is not a number from 0 to 65535
      """##),
    DiagnosticCase(
      ##"""
      a MX 65536 mail
      """##,
      ##"""
      1:6+5 error: '65536' is not a number from 0 to 65535
      """##),
    DiagnosticCase(
      ##"""
      a MX 10 mail backup
      """##,
      ##"""
      1:14+6 error: MX ends before this | MX takes a preference, a name
      """##),
    DiagnosticCase(
      ##"""
      a SRV 1 2 http target
      """##,
      ##"""
      1:11+4 error: 'http' is not a number from 0 to 65535
      """##),
    DiagnosticCase(
      ##"""
      a CNAME
      """##,
      ##"""
      1:3+5 error: CNAME ends too soon | CNAME takes a name
      """##),
    DiagnosticCase(
      ##"""
      b SOA ns1 hostmaster 1 2h 30m 2w
      """##,
      ##"""
      1:3+3 error: SOA ends too soon | SOA takes the primary's name, a mailbox, a serial, refresh, retry, expire, minimum
      """##),
    DiagnosticCase(
      ##"""
      b SOA ns1 hostmaster 1 2h 30m 2w five
      """##,
      ##"""
      1:34+4 error: 'five' is not a duration of at most 2147483647 seconds | write seconds, or a sum such as 1h30m
      """##),
    DiagnosticCase(
      ##"""
      b SOA ns1 hostmaster 4294967296 2h 30m 2w 5m
      """##,
      ##"""
      1:22+10 error: '4294967296' is not a number from 0 to 4294967295
      """##),
    DiagnosticCase(
      ##"""
      a TXT
      """##,
      ##"""
      1:3+3 error: TXT ends too soon | TXT takes one or more strings
      """##),
    DiagnosticCase(
      ##"""
      a TXT "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
      """##,
      ##"""
      1:7+282 error: a string of 280 octets, of at most 255 | cut it into several strings in quotes, one behind the other
      """##),
    DiagnosticCase(
      ##"""
      a CAA 0 issue
      """##,
      ##"""
      1:3+3 error: CAA ends too soon | CAA takes a number from 0 to 255, a tag of letters and digits, a string
      """##),
    DiagnosticCase(
      ##"""
      a CAA 256 issue "ca.example"
      """##,
      ##"""
      1:7+3 error: '256' is not a number from 0 to 255 | field 1 of CAA
      """##),
    DiagnosticCase(
      ##"""
      a DS 1 2 3 zz
      """##,
      ##"""
      1:12+2 error: 'zz' is not a row of hexadecimal digits | field 4 of DS
      """##),
    DiagnosticCase(
      ##"""
      a DS x 8 2 00
      """##,
      ##"""
      1:6+1 error: 'x' is not a number from 0 to 65535 | field 1 of DS
      """##),
    DiagnosticCase(
      ##"""
      a LOC nowhere
      """##,
      ##"""
      1:7+7 error: 'nowhere' is not a location (RFC 1876) | field 1 of LOC
      """##),
    DiagnosticCase(
      ##"""
      a TYPE999 1 2 3
      """##,
      ##"""
      1:3+7 error: the RDATA of TYPE999 can only be written as '\# LENGTH HEX' | see RFC 3597, section 5
      """##),
    DiagnosticCase(
      ##"""
      a TYPE999 \#
      """##,
      ##"""
      1:11+2 error: '\#' takes a length and as many octets in hexadecimal | see RFC 3597, section 5
      """##),
    DiagnosticCase(
      ##"""
      a TYPE999 \# x 00
      """##,
      ##"""
      1:14+1 error: 'x' is not a number from 0 to 65535
      """##),
    DiagnosticCase(
      ##"""
      a TYPE999 \# 2 00
      """##,
      ##"""
      1:14+1 error: 2 octets are 4 hexadecimal digits, and 2 follow
      """##),
    DiagnosticCase(
      ##"""
      a TYPE999 \# 1 000
      """##,
      ##"""
      1:14+1 error: 1 octets are 2 hexadecimal digits, and 3 follow
      """##),
    DiagnosticCase(
      ##"""
      a TYPE999 \# 1 0g
      """##,
      ##"""
      1:16+2 error: this is not hexadecimal
      """##),
    DiagnosticCase(
      ##"""
      a A \# 3 000000
      """##,
      ##"""
      1:3+1 error: these octets are not RDATA of A
      """##),
    DiagnosticCase(
      ##"""
      a HTTPS 1 . nokey=x
      """##,
      ##"""
      1:3+5 error: libldns cannot read this as HTTPS: syntax error, could not parse the rr's rdata
      """##),
    DiagnosticCase(
      ##"""
      a HINFO a b c
      """##,
      ##"""
      1:3+5 error: libldns cannot read this as HINFO: syntax error, superfluous text present
      """##),
    DiagnosticCase(
      ##"""
      a NSEC b NONE
      """##,
      ##"""
      1:10+4 error: 'NONE' is not a record type | NSEC ends with a list of record types
      """##),
    DiagnosticCase(
      ##"""
      a RRSIG NONE 13 3 60 20300101000000 20200101000000 1 example.com. AQID
      """##,
      ##"""
      1:9+4 error: 'NONE' is not a record type | field 1 of RRSIG
      """##),
    DiagnosticCase(
      ##"""
      a RP "" b
      """##,
      ##"""
      1:6+2 error: '' is not a domain name | field 1 of RP
      """##),
    DiagnosticCase(
      ##"""
      a CAA 0 issue= "x"
      """##,
      ##"""
      1:9+6 error: 'issue=' is not a tag of letters and digits | field 2 of CAA
      """##),
    DiagnosticCase(
      ##"""
      a HINFO a
      """##,
      ##"""
      1:3+5 error: HINFO ends too soon | HINFO takes a string of at most 255 octets, a string of at most 255 octets
      """##),
    DiagnosticCase(
      ##"""
      a CAA 0 issue "x" y
      """##,
      ##"""
      1:3+3 error: libldns cannot read this as CAA: syntax error, superfluous text present
      """##),
    DiagnosticCase(
      ##"""
      a RP a b c
      """##,
      ##"""
      1:3+2 error: libldns cannot read this as RP: syntax error, superfluous text present
      """##),
    DiagnosticCase(
      ##"""
      a DS 70000 8 2 00
      """##,
      ##"""
      1:6+5 error: '70000' is not a number from 0 to 65535 | field 1 of DS
      """##),
    DiagnosticCase(
      ##"""
      a NSEC3PARAM 1 0 10
      """##,
      ##"""
      1:3+10 error: NSEC3PARAM ends too soon | NSEC3PARAM takes a number from 0 to 255, a number from 0 to 255, a number from 0 to 65535, data of its type
      """##),
    DiagnosticCase(
      ##"""
      a EUI48 00-11
      """##,
      ##"""
      1:9+5 error: '00-11' is not six pairs of hexadecimal digits with '-' between | field 1 of EUI48
      """##),
    DiagnosticCase(
      ##"""
      a CERT 1 2
      """##,
      ##"""
      1:3+4 error: CERT ends too soon | CERT takes a certificate type, a number from 0 to 65535, a DNSSEC algorithm, base64 text
      """##),
    DiagnosticCase(
      ##"""
      a SSHFP 1 1
      """##,
      ##"""
      1:3+5 error: SSHFP ends too soon | SSHFP takes a number from 0 to 255, a number from 0 to 255, a row of hexadecimal digits
      """##),
    DiagnosticCase(
      ##"""
      a OPENPGPKEY !!!
      """##,
      ##"""
      1:14+3 error: '!!!' is not base64 text | field 1 of OPENPGPKEY
      """##),
  ]
}
