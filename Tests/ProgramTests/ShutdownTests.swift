import Glibc
import TestSupport
import Testing

/// The end, while clients ask.
@Suite("Shutdown", .ownThreads, .timeLimit(.minutes(5))) struct ShutdownTests {
  @Test(
    "SIGTERM and SIGINT end it with 0 within seconds while queries flow",
    arguments: [SIGTERM, SIGINT])
  func whileQueriesFlow(signal: Int32) throws {
    let server = try NameServer(zone: "www 60 A 192.0.2.1")
    let stream = try QueryStream(server.endpoint, "www.example.com.")
    _ = try eventually("queries") { stream.soFar.asked > 500 ? true : nil }
    let start = ContinuousClock.now
    server.program.send(signal)
    let ending = try server.program.finish(within: .seconds(10))
    #expect(ending.status == 0, "\(ending)")
    #expect(ContinuousClock.now - start < .seconds(5))
    #expect(ending.errorLines.last?.hasSuffix(" info stopped") == true)
    #expect(stream.stop().answers == ["192.0.2.1"])
  }

  @Test("A TCP client gets the answer to what it has sent whole, and a clean close")
  func streams() throws {
    let server = try NameServer(zone: "www 60 A 192.0.2.1")
    let query = Query("www.example.com.").octets
    let framed = [0, UInt8(query.count)] + query
    func stream() throws -> Socket {
      let socket = try Socket(SOCK_STREAM, like: server.endpoint)
      try socket.connect(server.endpoint)
      return socket
    }
    let (half, idle, whole) = (try stream(), try stream(), try stream())
    try half.send(Array(framed.prefix(20)))
    // The server has accepted all three once it has answered on a fourth.
    _ = try Client(tcp: server.endpoint).ask("www.example.com.")
    try whole.send(framed)
    let ending = try server.stop()
    #expect(ending.status == 0, "\(ending)")
    var answer: [UInt8] = []
    while let part = whole.receive(), !part.isEmpty { answer += part }
    #expect(Message(Array(answer.dropFirst(2)))?.answers("A") == ["192.0.2.1"])
    #expect(half.receive()?.isEmpty == true)
    #expect(idle.receive()?.isEmpty == true)
  }
}
