import Testing

@testable import ZoneFile

@Suite("Errors of $INCLUDE")
struct IncludeDiagnosticTests {
  @Test("each has its message", arguments: cases)
  func message(_ item: DiagnosticCase) { item.run() }

  static let cases: [DiagnosticCase] = [
    DiagnosticCase(
      ##"""
      $INCLUDE
      """##,
      ##"""
      1:1+8 error: $INCLUDE takes a file and, if need be, an origin | such as '$INCLUDE shared/pools.zone'
      """##),
    DiagnosticCase(
      ##"""
      $INCLUDE ../secret
      """##,
      ##"""
      1:10+9 error: '../secret' lies outside the zones' folder, 'zones' | included files are found from the folder of the file that includes them
      """##),
    DiagnosticCase(
      ##"""
      $INCLUDE /etc/passwd
      """##,
      ##"""
      1:10+11 error: '/etc/passwd' lies outside the zones' folder, 'zones' | included files are found from the folder of the file that includes them
      """##),
    DiagnosticCase(
      ##"""
      $INCLUDE missing.zone
      """##,
      ##"""
      1:10+12 error: cannot read 'zones/missing.zone': No such file or directory
      """##),
    DiagnosticCase(
      ##"""
      $INCLUDE example.com.zone
      """##,
      ##"""
      1:10+16 error: 'example.com.zone' includes itself
      """##),
    DiagnosticCase(
      ##"""
      $INCLUDE shared.zone a..b
      """##,
      ##"""
      1:22+4 error: the name 'a..b' has an empty label: two dots in a row, or one at its start
      """##),
  ]
}
