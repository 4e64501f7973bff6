import Testing

@testable import ZoneFile

@Suite("Errors of $SITE")
struct SiteDiagnosticTests {
  @Test("each has its message", arguments: cases)
  func message(_ item: DiagnosticCase) { item.run() }

  static let cases: [DiagnosticCase] = [
    DiagnosticCase(
      ##"""
      $SITE
      """##,
      ##"""
      1:1+5 error: $SITE takes a name | such as '$SITE berlin location=52.52,13.40'
      """##),
    DiagnosticCase(
      ##"""
      $SITE default
      """##,
      ##"""
      1:7+7 error: 'default' is a matcher's word and cannot name a site | choose another name
      """##),
    DiagnosticCase(
      ##"""
      $SITE berlin location=52.5
      """##,
      ##"""
      1:23+4 error: '52.5' is not a place | write latitude (-90 to 90) and longitude (-180 to 180), such as 52.52,13.40
      """##),
    DiagnosticCase(
      ##"""
      $SITE berlin location=91,0
      """##,
      ##"""
      1:23+4 error: '91,0' is not a place | write latitude (-90 to 90) and longitude (-180 to 180), such as 52.52,13.40
      """##),
    DiagnosticCase(
      ##"""
      $SITE berlin place=52,13
      """##,
      ##"""
      1:14+6 error: $SITE takes no option 'place=' | $SITE takes location=
      """##),
    DiagnosticCase(
      ##"""
      $SITE berlin here
      """##,
      ##"""
      1:14+4 error: 'here' is not an option | $SITE takes location=
      """##),
    DiagnosticCase(
      ##"""
      $SITE berlin
      $SITE berlin
      """##,
      ##"""
      2:7+6 error: the site 'berlin' is declared twice | the first is in line 6
      """##),
  ]
}
