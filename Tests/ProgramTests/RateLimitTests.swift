import DNSWire
import Glibc
import TestSupport
import Testing

/// The rate limit of a running server.
@Suite("Rate limit") struct RateLimitProgramTests {
  @Test("a flood from one network is limited, another network is answered, and the log says so")
  func flood() throws {
    let folder = TemporaryFolder()
    try folder.write("zones/example.com.zone", NameServer.zone("www A 192.0.2.1"))
    let settings = try folder.write(
      "settings.yaml",
      "workers: 2\nrate-limit: {answers-per-second: 20, window: 1h, slip: 0, exempt: []}\n")
    let server = try NameServer(options: ["--config", settings], in: folder)

    // More than one datagram a socket, so that both workers' shares are used up.
    let query = Query("www.example.com.").octets
    let flood = try (1...40).map { try server.client(from: "127.0.5.\($0)") }
    for _ in 0..<25 {
      for client in flood { try client.socket.send(query) }
    }
    // Whoever asks meanwhile from elsewhere, or over TCP, is answered; the same answer is a kind of its own
    // for each network.
    for number in 1...10 {
      let other = try server.client(from: "127.0.\(5 + number).1")
      #expect(try other.first("www.example.com.") == "192.0.2.1")
    }
    let tcp = try Client(tcp: server.endpoint)
    for _ in 0..<50 { #expect(try tcp.first("www.example.com.") == "192.0.2.1") }

    try server.program.wait(for: " rate limit: ")
    #expect(server.program.lines(with: "lately to 127.0.5.0/24").count == 1)
    var answers = 0
    for client in flood { answers += client.socket.pending() }
    // The burst is a second's rate; what is earned meanwhile goes into the debt.
    #expect((1...20).contains(answers))

    // A reload lifts the limit.
    try folder.write("settings.yaml", "workers: 2\nrate-limit: {answers-per-second: off}\n")
    try server.reload()
    let again = try server.client(from: "127.0.5.1")
    for _ in 0..<50 { #expect(try again.first("www.example.com.") == "192.0.2.1") }
    #expect(try server.stop().status == 0)
  }

  @Test("loopback is not limited where nothing is set")
  func loopback() throws {
    let server = try NameServer(zone: "www A 192.0.2.1")
    let client = try server.client()
    for _ in 0..<1500 { #expect(try client.first("www.example.com.") == "192.0.2.1") }
    #expect(server.program.lines(with: "rate limit").isEmpty)
  }
}
