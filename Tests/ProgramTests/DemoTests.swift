import Foundation
import Glibc
import TestSupport
import Testing

/// `sextant serve` without a word behind it, as a newcomer runs it, in a network of its own.
@Suite("The demo", .enabled(if: Demo.isPossible), .timeLimit(.minutes(5))) struct DemoTests {
  @Test("geo, weights and a failover, with dig and curl, on the ports that README says")
  func firstSitting() throws {
    let demo = try Demo()
    let frankfurt = try demo.dig("api.example.com", "+subnet=198.51.100.7")
    #expect([["127.0.1.3"], ["127.0.1.4"]].contains(frankfurt))
    #expect(try demo.dig("api.example.com", "+subnet=203.0.113.7") == ["127.0.1.5"])
    #expect(try demo.dig("api.example.com", "-b", "127.0.5.1") == ["127.0.1.5"])
    #expect(try demo.dig("pay.example.com") == ["127.0.1.1"])
    try demo.post("http://127.0.1.1:5381/down")
    _ = try eventually(within: .seconds(15), "a failover of pay") {
      try demo.dig("pay.example.com") == ["127.0.1.3"] ? true : nil
    }
    try demo.program.wait(
      for: "health: web 127.0.1.1 port 5381 (example.com.) is down: HTTP status 503")
    try demo.post("http://127.0.1.1:5381/up")
    _ = try eventually(within: .seconds(15), "the way back of pay") {
      try demo.dig("pay.example.com") == ["127.0.1.1"] ? true : nil
    }
    #expect(try demo.dig("help.example.com") == ["static.sorry-pages.example.net."])
    demo.program.send(SIGTERM)
    #expect(try demo.program.finish().status == 0)
  }
}

/// The demo in a network namespace, where its ports are free.
private struct Demo {
  /// Whether this process may make one.
  static let isPossible: Bool = {
    let ending = try? Program.run(
      "-n", "sh", "-c", "ip link set lo up && curl --version && dig -v", command: "unshare")
    return ending?.status == 0
  }()

  let program: Program
  private let folder = TemporaryFolder()

  init() throws {
    for name in ["zones", "geoip"] {
      try FileManager.default.copyItem(
        atPath: "\(TestData.package)/\(name)", toPath: folder.path(name))
    }
    try? FileManager.default.removeItem(atPath: folder.path("geoip/country.mmdb"))
    let built = try Program.run(
      "geoip", "build", "geoip/demo.csv", "-o", "geoip/demo.mmdb", in: folder.path)
    guard built.status == 0 else { throw Failure("\(built)") }
    program = try Program(
      ["-n", "sh", "-c", "ip link set lo up && exec '\(Program.sextant)' serve"],
      command: "unshare", in: folder.path)
    try program.wait(for: "listening on 127.0.0.1:5300")
  }

  /// The lines of a short answer.
  func dig(_ words: String...) throws -> [String] {
    let ending = try inside(["dig", "+short", "+tries=1", "@127.0.0.1", "-p", "5300"] + words)
    return ending.output.split(separator: "\n").map(String.init)
  }

  func post(_ url: String) throws {
    let ending = try inside(["curl", "-sf", "-X", "POST", url])
    guard ending.status == 0 else { throw Failure("\(ending)") }
  }

  private func inside(_ words: [String]) throws -> Program.Ending {
    try Program.run(["-t", "\(program.pid)", "-n"] + words, command: "nsenter")
  }
}
