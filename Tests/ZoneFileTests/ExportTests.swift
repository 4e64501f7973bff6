import DNSWire
import Foundation
import Testing

@testable import ZoneFile

@Suite("The plain master file")
struct ExportTests {
  /// A zone with a steered name of every kind.
  static let source =
    head + """
      $SITE us-east location=39.04,-77.49
      $SITE eu-west location=53.35,-6.26
      $POOL api@us-east ( 192.0.2.10 2001:db8::10 )
      $POOL api@eu-west select=weighted ( 192.0.2.20 weight=0 192.0.2.21 weight=5 192.0.2.22 state=drain 192.0.2.23 backup )
      $POOL standby ( 192.0.2.30 backup 192.0.2.31 backup )
      $POOL sorry ( static.example.net. other.example.net. )
      $POOL heavy select=weighted ( one.example.net. two.example.net. weight=9 )
      $POLICY split weighted api@us-east=20 api@eu-west=80
      a 300/20 STEER failover api@us-east api@eu-west
      b 60 STEER weighted api@us-east=20 api@eu-west=80
      c 60 STEER round-robin api@us-east api@eu-west
      d 60 STEER nearest api@*
      e 60 STEER geo pools=api ( country:US -> us-east default -> eu-west us-east )
      f 60 STEER failover sorry
      g 60 STEER failover heavy
      h 60 STEER failover split
      i 60 STEER failover standby
      j 60 STEER failover api@us-east
      j 30 A 192.0.2.99
      k 60 STEER geo ( default -> split )
      *.w 60 STEER failover api@us-east
      $POOL cdn answer=resolve ( cdn.example.net. )
      l 60 STEER failover cdn
      @ 60 STEER failover cdn
      @ 60 A 192.0.2.60
      $MIGRATE move a at=2026-12-01T06:00:00Z ttl=60
      \\$x TXT "a \\"b\\" \\200" c;d
      y HTTPS 1 . alpn="h2,h3" port=8443
      z TYPE65280 \\# 3 010203
      caa CAA 0 issue "ca.example.net"
      caa CAA 0 iodef ""
      rp RP "a b" "t\\"x;(y)"
      u\\032v\\.w A 192.0.2.50

      """

  @Test("a steered name has its plain records, or what an unknown client gets with everything up")
  func steeredNames() throws {
    let load = load(Self.source)
    let zone = try #require(load.zone, "\(load.rendered())")
    let lines: [String] = try plainMasterFile(of: zone).split(separator: "\n").map {
      String($0).replacing("\t", with: " ").replacing(".example.com.", with: "")
    }
    let expected = [
      "a 300 IN A 192.0.2.10", "a 300 IN AAAA 2001:db8::10", "b 60 IN A 192.0.2.21",
      "c 60 IN A 192.0.2.10", "c 60 IN AAAA 2001:db8::10", "d 60 IN A 192.0.2.10",
      "d 60 IN AAAA 2001:db8::10", "e 60 IN A 192.0.2.21", "f 60 IN CNAME static.example.net.",
      "g 60 IN CNAME two.example.net.", "h 60 IN A 192.0.2.21", "i 60 IN A 192.0.2.30",
      "i 60 IN A 192.0.2.31", "k 60 IN A 192.0.2.21", "*.w 60 IN A 192.0.2.10",
      "*.w 60 IN AAAA 2001:db8::10", "l 60 IN CNAME cdn.example.net.",
    ]
    #expect(Array(lines.suffix(expected.count)) == expected)
    #expect(lines.first == "example.com. 3600 IN SOA ns1 hostmaster 1 7200 1800 1209600 300")
    #expect(lines.filter { $0.hasPrefix("j ") } == ["j 30 IN A 192.0.2.99"])
    #expect(!lines.contains { $0.hasPrefix("$") })
  }

  @Test("a name that would need a CNAME and cannot have one is an error that names it")
  func resolved() throws {
    let zone = try #require(
      load(
        head + """
          $POOL cdn answer=resolve ( cdn.example.net. )
          @ 60 STEER failover cdn
          a 60 STEER failover cdn
          b 60 STEER failover cdn
          b 60 TXT "beside"

          """
      ).zone)
    let error = #expect(throws: ExportError.self) { try plainMasterFile(of: zone) }
    #expect(
      error?.description == """
        'example.com.', 'b.example.com.': answered with the addresses that host names are resolved to, \
        and where other records stand a plain master file cannot have a CNAME; give such a name plain A \
        and AAAA records, which are exported
        """)
  }

  @Test("it loads again, with the same records")
  func again() throws {
    let zone = try #require(load(Self.source).zone)
    let again = load(try plainMasterFile(of: zone))
    let second = try #require(again.zone, "\(again.rendered())")
    #expect(again.diagnostics.isEmpty)
    let count = zone.records.entries.count
    #expect(
      second.records.entries.prefix(count).map { text($0, second) }
        == zone.records.entries.map { text($0, zone) })
    #expect(second.steers.isEmpty)
    #expect(try plainMasterFile(of: second) == plainMasterFile(of: zone))
  }

  @Test(
    "other name servers load it",
    arguments: [["nsd-checkzone", "example.com"], ["kzonecheck", "-o", "example.com"]])
  func otherServers(command: [String]) throws {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let program = (folders.map(String.init) + ["/usr/sbin"]).map { "\($0)/\(command[0])" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let program else {
      print("\(command[0]) is not installed: the test of its loading is skipped")
      return
    }
    let zone = try #require(load(Self.source).zone)
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("sextant-export-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try plainMasterFile(of: zone).write(to: file, atomically: true, encoding: .utf8)
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = command.dropFirst() + [file.path]
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
  }
}
