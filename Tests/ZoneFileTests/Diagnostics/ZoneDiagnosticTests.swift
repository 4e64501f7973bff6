import Testing

@testable import ZoneFile

@Suite("Errors and warnings of a zone as a whole")
struct ZoneDiagnosticTests {
  @Test("each has its message", arguments: cases)
  func message(_ item: DiagnosticCase) { item.run() }

  @Test("an RRset that no answer has room for is an error")
  func endlessRRset() {
    func records(_ count: Int) -> String {
      (0..<count).map { "a A 10.0.\($0 / 256).\($0 % 256)\n" }.joined()
    }
    // 16 octets each: 4,062 have 64,992.
    #expect(summary(load(head + records(4062))) == "")
    #expect(
      summary(load(head + records(4063)))
        == "1:3+1 error: the 4063 records of 'a.example.com.' A have 65008 octets and fit into no "
        + "answer | an answer has room for 65000 octets of records; take some out\n")
  }

  static let cases: [DiagnosticCase] = [
    DiagnosticCase(
      ##"""
      @ SOA ns1 hostmaster 2 2h 30m 2w 5m
      """##,
      ##"""
      1:3+3 error: a second SOA record | the first is in line 3
      """##),
    DiagnosticCase(
      ##"""
      a SOA ns1 hostmaster 2 2h 30m 2w 5m
      """##,
      ##"""
      1:3+3 error: a SOA record at 'a.example.com.', which is not the apex 'example.com.' | a zone below this one has a file of its own
      """##),
    DiagnosticCase(
      ##"""
      a CNAME b
      a A 192.0.2.1
      """##,
      ##"""
      1:3+5 error: 'a.example.com.' has a CNAME and other records: A in line 7 | a CNAME stands alone (RFC 2181, section 10.1)
      """##),
    DiagnosticCase(
      ##"""
      a CNAME b
      a CNAME c
      """##,
      ##"""
      2:3+5 error: 'a.example.com.' has a second CNAME | the first is in line 6
      """##),
    DiagnosticCase(
      ##"""
      a DNAME b
      a DNAME c
      """##,
      ##"""
      2:3+5 error: 'a.example.com.' has a second DNAME | the first is in line 6
      """##),
    DiagnosticCase(
      ##"""
      a DNAME b
      x.a A 192.0.2.1
      """##,
      ##"""
      2:5+1 warning: 'x.a.example.com.' lies below the DNAME at 'a.example.com.' and is never answered | RFC 6672, section 2.4; take one of them out
      """##),
    DiagnosticCase(
      ##"""
      a 60 A 192.0.2.1
      a 30 A 192.0.2.2
      """##,
      ##"""
      2:6+1 warning: the TTLs of 'a.example.com.' A differ: 30 here, 60 in line 6 | the smallest, 30, is used (RFC 2181, section 5.2)
      """##),
    DiagnosticCase(
      ##"""
      a A 192.0.2.1
      a A 192.0.2.1
      """##,
      ##"""
      2:3+1 warning: this record of 'a.example.com.' is there twice | the first is in line 6
      """##),
    DiagnosticCase(
      ##"""
      a NS NS.example.net.
      a NS ns.example.net.
      """##,
      ##"""
      2:3+2 warning: this record of 'a.example.com.' is there twice | the first is in line 6
      """##),
  ]
}
