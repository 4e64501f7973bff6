import Testing

@testable import ZoneFile

@Suite("Errors and warnings of $CHECK")
struct CheckDiagnosticTests {
  @Test("each has its message", arguments: cases)
  func message(_ item: DiagnosticCase) { item.run() }

  static let cases: [DiagnosticCase] = [
    DiagnosticCase(
      ##"""
      $CHECK
      """##,
      ##"""
      1:1+6 error: $CHECK takes a name and a kind | such as '$CHECK web http path=/health'
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web
      """##,
      ##"""
      1:1+6 error: $CHECK takes a name and a kind | such as '$CHECK web http path=/health'
      """##),
    DiagnosticCase(
      ##"""
      $CHECK weighted tcp port=1
      """##,
      ##"""
      1:8+8 error: 'weighted' is a policy's word and cannot name a check | choose another name
      """##),
    DiagnosticCase(
      ##"""
      $CHECK "a b" tcp port=1
      """##,
      ##"""
      1:8+5 error: 'a b' is not made of letters, digits, '-', '_' and '.', at most 63 and cannot name a check | choose another name
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web htp
      """##,
      ##"""
      1:12+3 error: no check kind 'htp'; did you mean 'http'? | one of tcp, http, https
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web tls port=1
      """##,
      ##"""
      1:12+3 error: the check kind 'tls' is not built yet | 'tcp' probes the port, 'https' a web server with its certificate
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web dns
      """##,
      ##"""
      1:12+3 error: the check kind 'dns' is not built yet | 'tcp' probes the port
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web icmp
      """##,
      ##"""
      1:12+4 error: the check kind 'icmp' is not built yet | 'tcp' probes a port that the target listens on
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web grpc
      """##,
      ##"""
      1:12+4 error: the check kind 'grpc' is not built yet | 'tcp' probes the port, 'http' a health page beside it
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web exec
      """##,
      ##"""
      1:12+4 error: the check kind 'exec' is not built yet | let the target serve a page, and probe it with 'http'
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web push
      """##,
      ##"""
      1:12+4 error: the check kind 'push' is not built yet | let the target serve a page, and probe it with 'http'
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web static
      """##,
      ##"""
      1:12+6 error: the check kind 'static' is not built yet | a target without check= is always up; 'state=down' takes it out
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web all a b
      """##,
      ##"""
      1:12+3 error: the check kind 'all' is not built yet | probe one page with 'http' that answers 200 only while all is well
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web any a b
      """##,
      ##"""
      1:12+3 error: the check kind 'any' is not built yet | probe one page with 'http' that answers 200 while any part is well
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web atleast 2 a b
      """##,
      ##"""
      1:12+7 error: the check kind 'atleast' is not built yet | probe one page with 'http' that answers 200 while enough is well
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http paht=/
      """##,
      ##"""
      1:17+5 error: a check of kind http takes no option 'paht='; did you mean 'path='? | a check of kind http takes path=, host=, expect=, body=, method=, verify=, port=, interval=, timeout=, fall=, rise=
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web tcp path=/ port=80
      """##,
      ##"""
      1:16+5 error: 'path=' is for http and https checks, not for tcp
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http fast
      """##,
      ##"""
      1:17+4 error: 'fast' is not an option | a check of kind http takes path=, host=, expect=, body=, method=, verify=, port=, interval=, timeout=, fall=, rise=
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http path
      """##,
      ##"""
      1:17+4 error: 'path' is not an option; did you mean 'path='? | a check of kind http takes path=, host=, expect=, body=, method=, verify=, port=, interval=, timeout=, fall=, rise=
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http port=80 port=81
      """##,
      ##"""
      1:25+5 error: 'port=' is given twice | keep one of them
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http port=0
      """##,
      ##"""
      1:22+1 error: '0' is not a number from 1 to 65535
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http port=65536
      """##,
      ##"""
      1:22+5 error: '65536' is not a number from 1 to 65535
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http path=health
      """##,
      ##"""
      1:22+6 error: 'health' is not a path | a path begins with '/', other characters than ASCII are written %XX
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http path="/a b"
      """##,
      ##"""
      1:22+6 error: '/a b' is not a path | a path begins with '/', other characters than ASCII are written %XX
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http host="a/b"
      """##,
      ##"""
      1:22+5 error: 'a/b' is not a host name
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http expect=99
      """##,
      ##"""
      1:24+2 error: '99' is not a list of status codes | such as expect=200 or expect=200-299,301
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http expect=300-200
      """##,
      ##"""
      1:24+7 error: '300-200' is not a list of status codes | such as expect=200 or expect=200-299,301
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http body=""
      """##,
      ##"""
      1:22+2 error: body= takes a text of 1 to 1024 octets
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http method=POST
      """##,
      ##"""
      1:24+4 error: 'POST' is no value of 'method=' | one of get, head
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web http method=HEAD body=ok
      """##,
      ##"""
      1:34+2 error: the reply to HEAD has no body to look into | write method=GET
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web https verify=maybe
      """##,
      ##"""
      1:25+5 error: 'maybe' is no value of 'verify=' | one of yes, no
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web tcp port=80 interval=50ms
      """##,
      ##"""
      1:33+4 error: '50ms' is not a duration from 100ms to 1d | such as 30, 30s, 10m, 2h, 1d or 1h30m
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web tcp port=80 interval=fast
      """##,
      ##"""
      1:33+4 error: 'fast' is not a duration from 100ms to 1d | such as 30, 30s, 10m, 2h, 1d or 1h30m
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web tcp port=80 timeout=2d
      """##,
      ##"""
      1:32+2 error: '2d' is not a duration from 10ms to 1d | such as 30, 30s, 10m, 2h, 1d or 1h30m
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web tcp port=80 interval=2s timeout=3s
      """##,
      ##"""
      1:44+2 error: timeout=3s is above the interval of 2s | a probe has to end before the next one begins: lower timeout= or raise interval=
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web tcp port=80 fall=5/3
      """##,
      ##"""
      1:29+3 error: '5/3' is not a count of failures | write fall=3, or fall=3/10 for 3 failures within the last 10 probes; at most 64
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web tcp port=80 fall=0
      """##,
      ##"""
      1:29+1 error: '0' is not a count of failures | write fall=3, or fall=3/10 for 3 failures within the last 10 probes; at most 64
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web tcp port=80 rise=65
      """##,
      ##"""
      1:29+2 error: '65' is not a number from 1 to 64
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web tcp port=80
      $CHECK web tcp port=81
      """##,
      ##"""
      2:8+3 error: the check 'web' is declared twice | the first is in line 6
      """##),
    DiagnosticCase(
      ##"""
      $CHECK web tcp port=80
      """##,
      ##"""
      1:8+3 warning: no target uses the check 'web' | write 'check=web' in a $POOL, or take the line out
      """##),
  ]
}
