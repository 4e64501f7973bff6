import Glibc
import TestSupport
import Testing

/// Loads that a file reports.
@Suite("load.file", .ownThreads, .timeLimit(.minutes(5))) struct LoadTests {
  @Test("least-load follows the file, says what is wrong in it, and goes by chance without it")
  func loads() throws {
    let folder = TemporaryFolder.withAllTimes()
    try folder.write("load", "")
    try folder.write("sextant.yaml", "load:\n  file: \(folder.path("load"))\n")
    let server = try NameServer(
      [
        "example.com.zone": NameServer.zone(
          """
          $POOL one ( 192.0.2.1 )
          $POOL two ( 192.0.2.2 )
          $POOL many select=least-load answers=1 ( 192.0.2.10 192.0.2.11 name=b )
          pools 0 STEER least-load one two
          targets 0 STEER failover many
          """)
      ], options: ["--config", folder.path("sextant.yaml")], in: folder)
    let client = try server.client()
    func answers(_ name: String) throws -> Set<String> {
      Set(try (0..<40).map { _ in try client.first("\(name).example.com.") })
    }
    func wait(_ name: String, _ expected: Set<String>) throws {
      _ = try eventually(within: .seconds(20), "\(expected) at \(name)") {
        try answers(name) == expected ? true : nil
      }
    }
    #expect(try answers("pools") == ["192.0.2.1", "192.0.2.2"])
    try folder.write(
      "load",
      """
      # zone pool [target] load
      example.com. one 0.9
      example.com. two 0.4
      example.com. many 192.0.2.10 3
      example.com. many b 7.5
      example.com. none 1
      example.com. one
      """)
    try wait("pools", ["192.0.2.2"])
    try wait("targets", ["192.0.2.10"])
    try server.program.wait(for: "load:7: a line is 'ZONE POOL LOAD' or 'ZONE POOL TARGET LOAD'")
    try server.program.wait(for: "load: no pool none (example.com.)")
    try folder.write("load", "example.com. one 0.1\nexample.com. two 0.4\n")
    try wait("pools", ["192.0.2.1"])
    try wait("targets", ["192.0.2.10", "192.0.2.11"])
    for (count, seconds) in [0, Int.min, -9_300_000_000].enumerated() {
      folder.setModificationTime(of: "load", seconds)
      try server.program.wait(for: "has not been written for", count: count + 1)
      folder.setModificationTime(of: "load", Int(time(nil)))
      try wait("pools", ["192.0.2.1"])
    }
    try folder.remove("load")
    try server.program.wait(for: "least-load goes by chance")
    try wait("pools", ["192.0.2.1", "192.0.2.2"])
    #expect(try server.stop().status == 0)
  }
}
