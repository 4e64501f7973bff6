import Testing

@testable import ZoneFile

@Suite("Errors of $GENERATE")
struct GenerateDiagnosticTests {
  @Test("each has its message", arguments: cases)
  func message(_ item: DiagnosticCase) { item.run() }

  static let cases: [DiagnosticCase] = [
    DiagnosticCase(
      ##"""
      $GENERATE 1-3 a$
      """##,
      ##"""
      1:1+9 error: $GENERATE takes a range, an owner, a type and data | such as '$GENERATE 1-100 host$ A 192.0.2.$'
      """##),
    DiagnosticCase(
      ##"""
      $GENERATE 3-1 a$ A 192.0.2.$
      """##,
      ##"""
      1:11+3 error: '3-1' is not a range of at most 1000000 numbers | write START-STOP or START-STOP/STEP, such as 1-100/2
      """##),
    DiagnosticCase(
      ##"""
      $GENERATE 1-3000000 a$ A 192.0.2.$
      """##,
      ##"""
      1:11+9 error: '1-3000000' is not a range of at most 1000000 numbers | write START-STOP or START-STOP/STEP, such as 1-100/2
      """##),
    DiagnosticCase(
      ##"""
      $GENERATE 1-3/0 a$ A 192.0.2.$
      """##,
      ##"""
      1:11+5 error: '1-3/0' is not a range of at most 1000000 numbers | write START-STOP or START-STOP/STEP, such as 1-100/2
      """##),
    DiagnosticCase(
      ##"""
      $GENERATE 1-3 a${0,3,q} A 192.0.2.$
      """##,
      ##"""
      1:15+9 error: '${0,3,q}' is not a form of the number | write ${OFFSET,WIDTH,BASE}, the base one of d, o, x, X, n, N, such as ${0,3,d}
      """##),
    DiagnosticCase(
      ##"""
      $GENERATE 1-3 a${0 A 192.0.2.$
      """##,
      ##"""
      1:15+4 error: '${0 ' is not a form of the number | write ${OFFSET,WIDTH,BASE}, the base one of d, o, x, X, n, N, such as ${0,3,d}
      """##),
    DiagnosticCase(
      ##"""
      $GENERATE 254-257 a$ A 192.0.2.$
      """##,
      ##"""
      1:1+9 error: '192.0.2.256' is not an IPv4 address | write four numbers from 0 to 255, such as 192.0.2.1
      1:1+9 error: '192.0.2.257' is not an IPv4 address | write four numbers from 0 to 255, such as 192.0.2.1
      """##),
  ]
}
