import Foundation
import TestSupport
import Testing

/// Where it listens, and what fits a datagram there.
@Suite("Listening", .ownThreads, .timeLimit(.minutes(5))) struct ListenTests {
  @Test("A wildcard answers from the address that was asked")
  func wildcard() throws {
    let server = try NameServer(
      zone: "www 60 A 192.0.2.1", listen: ["0.0.0.0:0", "[::]:0"])
    for asked in ["127.0.0.1", "127.0.0.2", "127.200.3.4"] {
      // The sockets are connected: an answer from elsewhere would not reach them.
      let endpoint = try server.endpoints[0].at(asked)
      #expect(try Client(endpoint).first("www.example.com.") == "192.0.2.1")
      #expect(try Client(tcp: endpoint).first("www.example.com.") == "192.0.2.1")
    }
    let six = try server.endpoints[1].at("::1")
    #expect(try Client(six).first("www.example.com.") == "192.0.2.1")
    #expect(try Client(tcp: six).first("www.example.com.") == "192.0.2.1")
    #expect(try server.stop().status == 0)
  }

  private static let many = (0..<150).map { "many 60 A 10.0.0.\($0)\n" }.joined()

  @Test(
    "What does not fit a datagram is truncated, and dig comes back over TCP",
    arguments: ["127.0.0.1", "::1"])
  func truncation(address: String) throws {
    let server = try NameServer(
      zone: Self.many, listen: [address == "::1" ? "[::1]:0" : "127.0.0.1:0"])
    func dig(_ options: String...) throws -> String {
      let ending = try Program.run(
        ["@\(address)", "-p", "\(server.endpoint.port)", "many.example.com.", "A", "+tries=1"]
          + options, command: "dig")
      #expect(ending.status == 0, "\(ending)")
      return ending.output
    }
    for offer in ["+noedns", "+bufsize=1232", "+bufsize=65535"] {
      let short = try dig("+ignore", "+notcp", offer)
      #expect(short.contains("flags: qr aa tc"), "\(short)")
    }
    let long = try dig()
    #expect(long.contains(";; Truncated, retrying in TCP mode."))
    #expect(long.contains("ANSWER: 150,"))
    #expect(long.contains("(TCP)"))
    let client = try Client(server.endpoint)
    #expect(try client.ask("many.example.com.").length <= 512)
    #expect(try client.ask("many.example.com.", edns: 4096).length <= 1232)
  }
}
