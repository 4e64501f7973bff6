import Addresses
import Glibc
import Testing

@testable import Transport

struct TCPTests {
  @Test(arguments: ["127.0.0.1:0", "[::1]:0", "0.0.0.0:0", "[::]:0"])
  func answersWithTheContextOfTheConnection(listen: String) throws {
    let test = try TestServer([listen])
    let host = test.address.address.isIPv4 ? "127.0.0.1" : "::1"
    let asked = ListenAddress(try #require(IPAddress(host)), port: test.address.port)
    let client = try Client.tcp(asked)
    try client.send(Client.framed(ScriptedResponder.query(.describe)))
    let reply = try #require(try client.message())
    let seen = try #require(ScriptedResponder.Description(reply: reply))
    #expect(seen.transport == 1)
    #expect(seen.sizeLimit == 65_535)
    #expect(seen.peerPort == (try client.port))
    #expect(seen.peer == IPAddress(host))
    #expect(seen.local == IPAddress(host))
  }

  /// RFC 7766 §6.2.1.1: several queries without waiting for replies, in one segment.
  @Test func answersPipelinedQueries() throws {
    let test = try TestServer()
    let client = try Client.tcp(test.address)
    let ids = 0..<500
    try client.send(
      ids.flatMap { Client.framed(ScriptedResponder.query(.echo, id: UInt16($0))) })
    for id in ids {
      let reply = try #require(try client.message())
      #expect(Int(reply[0]) << 8 | Int(reply[1]) == id)
    }
    test.server.stop(drain: .seconds(1))
    #expect(test.statistics.tcp.queries == 500)
    #expect(test.statistics.tcp.replies == 500)
    #expect(test.statistics.tcp.replyOctets == 500 * 17)
  }

  /// RFC 7766 §8: length and message may come in any pieces.
  @Test func takesOneOctetAtATime() throws {
    let test = try TestServer()
    let client = try Client.tcp(test.address)
    for id in 1...3 {
      for octet in Client.framed(ScriptedResponder.query(.echo, id: UInt16(id))) {
        try client.send([octet])
      }
      #expect(try client.message()?.prefix(3) == [0, UInt8(id), 0x80])
    }
  }

  /// A segment with the end of one message, a whole one, and the beginning of the next.
  @Test func takesMessagesAcrossSegments() throws {
    let test = try TestServer()
    let client = try Client.tcp(test.address)
    let messages = (1...3).map { Client.framed(ScriptedResponder.query(.echo, id: UInt16($0))) }
    try client.send(messages[0].prefix(9))
    try client.send(messages[0].dropFirst(9) + messages[1] + messages[2].prefix(1))
    #expect(try client.message()?.prefix(2) == [0, 1])
    #expect(try client.message()?.prefix(2) == [0, 2])
    try client.send(messages[2].dropFirst(1))
    #expect(try client.message()?.prefix(2) == [0, 3])
  }

  @Test func carriesTheLongestMessages() throws {
    let test = try TestServer()
    let client = try Client.tcp(test.address)
    let long = ScriptedResponder.query(.echo) + [UInt8](repeating: 9, count: 65_535 - 17)
    try client.send(Client.framed(long))
    #expect(try client.message()?.count == 65_535)
    try client.send(Client.framed(ScriptedResponder.query(.size, size: 65_535)))
    #expect(try client.message()?.count == 65_535)
  }

  /// Far more replies than the sockets hold, to a client that first asks and then reads: each arrives.
  @Test func slowReadersGetEveryReply() throws {
    let test = try TestServer()
    let client = try Client.tcp(test.address, receiveBuffer: 32_768)
    let other = try Client.tcp(test.address)
    let ids = 0..<100
    try client.send(
      ids.flatMap { Client.framed(ScriptedResponder.query(.size, id: UInt16($0), size: 60_000)) })
    // Meanwhile, nobody else has to wait.
    try other.send(Client.framed(ScriptedResponder.query(.echo, id: 7)))
    #expect(try other.message()?.prefix(2) == [0, 7])
    for id in ids {
      let reply = try #require(try client.message())
      #expect(Int(reply[1]) == id)
      #expect(reply[12...] == ScriptedResponder.filler[12..<60_000])
    }
    try client.send(Client.framed(ScriptedResponder.query(.echo, id: 8)))
    #expect(try client.message()?.prefix(2) == [0, 8])
  }

  /// RFC 7766 §6.2.4, RFC 9293 §3.6: a client that sends no more still gets its replies.
  @Test(arguments: [1, 100])
  func answersAfterHalfClose(count: Int) throws {
    let test = try TestServer()
    let client = try Client.tcp(test.address, receiveBuffer: 4096)
    let size = 50_000
    for id in 0..<count {
      try client.send(
        Client.framed(ScriptedResponder.query(.size, id: UInt16(id), size: size)))
    }
    client.finish()
    for id in 0..<count {
      let reply = try #require(try client.message())
      #expect(reply.count == size && Int(reply[1]) == id)
    }
    #expect(try client.message() == nil)
  }

  @Test func halfAMessageAndTheEndIsClosed() throws {
    let test = try TestServer()
    let client = try Client.tcp(test.address)
    try client.send([0, 20, 1, 2, 3])
    client.finish()
    #expect(try client.message() == nil)
  }

  /// What has no answer does not end the connection, nor disturb what follows.
  @Test func dropsAreSilent() throws {
    let test = try TestServer()
    let client = try Client.tcp(test.address)
    try client.send(
      [[], [1], ScriptedResponder.query(.drop), ScriptedResponder.query(.echo, id: 4)].flatMap {
        Client.framed($0)
      })
    #expect(try client.message()?.prefix(2) == [0, 4])
    test.server.stop(drain: .seconds(1))
    #expect(test.statistics.tcp.drops == 3)
  }

  @Test func idleConnectionsAreClosed() throws {
    let test = try TestServer { $0.tcpIdleTimeout = .milliseconds(30) }
    let client = try Client.tcp(test.address)
    try client.send(Client.framed(ScriptedResponder.query(.echo)))
    _ = try client.message()
    #expect(try client.isClosed())
    test.server.stop(drain: .seconds(1))
    #expect(test.statistics.timedOutConnections == 1)
    #expect(test.statistics.openConnections == 0)
  }

  /// A message that never ends is not waited for, however long a connection may be idle.
  @Test func slowMessagesAreClosed() throws {
    let test = try TestServer {
      $0.tcpIdleTimeout = .seconds(100)
      $0.tcpMessageTimeout = .milliseconds(30)
    }
    let client = try Client.tcp(test.address)
    try client.send([0, 20, 1])
    #expect(try client.isClosed())
    test.server.stop(drain: .seconds(1))
    #expect(test.statistics.timedOutConnections == 1)
  }

  /// Nor is a client that does not take up its replies.
  @Test func slowReadersAreClosed() throws {
    let test = try TestServer {
      $0.tcpIdleTimeout = .seconds(100)
      $0.tcpMessageTimeout = .milliseconds(30)
    }
    let client = try Client.tcp(test.address, receiveBuffer: 4096)
    let query = Client.framed(ScriptedResponder.query(.size, size: 65_535))
    try client.send((0..<200).flatMap { _ in query })
    while test.statistics.timedOutConnections == 0 { sched_yield() }
    test.server.stop(drain: .seconds(1))
    #expect(test.statistics.openConnections == 0)
  }

  @Test("the most idle makes room, of all or of its network", arguments: [false, true])
  func theMostIdleMakesRoom(isNetworkFull: Bool) throws {
    let test = try TestServer {
      if isNetworkFull { $0.tcpNetworkLimit = 3 } else { $0.tcpConnectionLimit = 3 }
    }
    let clients = try (0..<3).map { _ in try Client.tcp(test.address) }
    // In this order each has been answered, so the second one has been idle longest.
    for index in [1, 0, 2] {
      try clients[index].send(Client.framed(ScriptedResponder.query(.echo)))
      _ = try #require(try clients[index].message())
    }
    let fourth = try Client.tcp(test.address)
    try fourth.send(Client.framed(ScriptedResponder.query(.echo)))
    #expect(try fourth.message() != nil)
    #expect(try clients[1].isClosed())
    for index in [0, 2] {
      try clients[index].send(Client.framed(ScriptedResponder.query(.echo)))
      #expect(try clients[index].message() != nil)
    }
    test.server.stop(drain: .seconds(1))
    #expect(test.statistics.connections == 4)
    #expect(test.statistics.evictedConnections == 1)
  }

  /// Half messages that hold all buffers give way to the next one.
  @Test func theLongestUnfinishedMakesRoom() throws {
    let test = try TestServer { $0.tcpBuffersPerWorker = 2 }
    let clients = try (0..<3).map { _ in try Client.tcp(test.address) }
    let message = Client.framed(Self.longQuery)
    for client in clients {
      try client.send(message + message.prefix(600))
      _ = try #require(try client.message())
    }
    #expect(try clients[0].isClosed())
    for client in clients[1...] {
      try client.send(message.dropFirst(600))
      #expect(try client.message() != nil)
    }
  }

  /// The first octets of a message hold no buffer: many who send theirs slowly take none from others.
  @Test func shortPartsHoldNoBuffer() throws {
    let test = try TestServer { $0.tcpBuffersPerWorker = 2 }
    let clients = try (0..<20).map { _ in try Client.tcp(test.address) }
    let message = Client.framed(Self.longQuery)
    for part in [0..<1, 1..<2, 2..<3, 3..<512] {
      for client in clients { try client.send(message[part]) }
      // Opened later, so that what was sent before has been read when it is answered.
      let other = try Client.tcp(test.address)
      try other.send(Client.framed(ScriptedResponder.query(.echo)))
      #expect(try other.message() != nil)
    }
    // One at a time has more, and a buffer.
    for client in clients {
      try client.send(message[512..<700])
      try client.send(message[700...])
      #expect(try client.message()?.dropFirst(12) == Self.longQuery[12...])
    }
    test.server.stop(drain: .seconds(1))
    #expect(test.statistics.evictedConnections == 0)
  }

  private static let longQuery =
    ScriptedResponder.query(.echo) + (0..<1000).map { UInt8(truncatingIfNeeded: $0) }

  @Test func resetConnectionsAreForgotten() throws {
    let test = try TestServer()
    for _ in 0..<20 {
      let client = try Client.tcp(test.address)
      var linger = linger(l_onoff: 1, l_linger: 0)
      _ = unsafe setsockopt(
        client.socket.number, SOL_SOCKET, SO_LINGER, &linger,
        socklen_t(MemoryLayout<linger>.size))
      try client.send(Client.framed(ScriptedResponder.query(.size, size: 60_000)))
    }
    let client = try Client.tcp(test.address)
    try client.send(Client.framed(ScriptedResponder.query(.echo)))
    #expect(try client.message() != nil)
    while test.statistics.openConnections > 1 { sched_yield() }
  }

  @Test func severalAddressesAndWorkers() throws {
    let test = try TestServer(["127.0.0.1:0", "[::1]:0"], workers: 2)
    for address in test.server.addresses {
      for id in 0..<20 {
        let client = try Client.tcp(address)
        try client.send(Client.framed(ScriptedResponder.query(.echo, id: UInt16(id))))
        #expect(try client.message()?.prefix(2) == [0, UInt8(id)])
      }
    }
    test.server.stop(drain: .seconds(1))
    #expect(test.statistics.tcp.queries == 40)
    #expect(test.statistics.connections == 40)
  }

  /// A reply that is sent in two parts must not wait for the client to confirm the first (RFC 9293 §3.7.4).
  @Test func connectionsDoNotDelay() throws {
    let listener = try Descriptor.listener(on: .of("127.0.0.1:0"), backlog: 1)
    defer { listener.close() }
    let port = try listener.localAddress().port
    let client = try Client.tcp(.of("127.0.0.1:\(port)"))
    let accepted = try #require(try listener.accept())
    defer { accepted.socket.close() }
    var current: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    _ = unsafe getsockopt(
      accepted.socket.number, Int32(IPPROTO_TCP), TCP_NODELAY, &current, &size)
    #expect(current == 1)
    withExtendedLifetime(client) {}
  }
}
