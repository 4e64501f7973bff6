import Addresses
import Glibc
import Testing

@testable import Transport

struct UDPTests {
  @Test(arguments: ["127.0.0.1:0", "[::1]:0", "0.0.0.0:0", "[::]:0"])
  func answersFromTheAddressAsked(listen: String) throws {
    let test = try TestServer([listen])
    let host = test.address.address.isIPv4 ? "127.0.0.1" : "::1"
    let asked = ListenAddress(try #require(IPAddress(host)), port: test.address.port)
    let client = try Client.udp(asked)
    try client.send(ScriptedResponder.query(.describe, id: 7))
    let reply = try client.receive()
    #expect(reply.prefix(3) == [0, 7, 0x80])
    let seen = try #require(ScriptedResponder.Description(reply: reply))
    #expect(seen.transport == 0)
    #expect(seen.sizeLimit == 1232)
    #expect(seen.peerPort == (try client.port))
    #expect(seen.peer == IPAddress(host))
    #expect(seen.local == IPAddress(host))
  }

  /// IP_PKTINFO: without it, the reply would leave from 127.0.0.1, and the connected client not see it.
  @Test func wildcardRepliesFromAnotherLocalAddress() throws {
    let test = try TestServer(["0.0.0.0:0"])
    let asked = try ListenAddress.of("127.0.0.2:\(test.address.port)")
    let client = try Client.udp(asked)
    try client.send(ScriptedResponder.query(.describe))
    let seen = try #require(ScriptedResponder.Description(reply: try client.receive()))
    #expect(seen.local == IPAddress("127.0.0.2"))
    #expect(seen.peer == IPAddress("127.0.0.1"))
  }

  /// More than a batch, queued before the server looks.
  @Test func answersEveryDatagramOfABurst() throws {
    let test = try TestServer()
    let client = try Client.udp(test.address)
    let count = 150
    for id in 0..<count { try client.send(ScriptedResponder.query(.echo, id: UInt16(id))) }
    var seen = Set<Int>()
    for _ in 0..<count {
      let reply = try client.receive()
      seen.insert(Int(reply[0]) << 8 | Int(reply[1]))
    }
    #expect(seen == Set(0..<count))
    test.server.stop(drain: .seconds(1))
    #expect(test.statistics.udp.queries == 150)
    #expect(test.statistics.udp.replies == 150)
    #expect(test.statistics.udp.queryOctets == 150 * 17)
    #expect(test.statistics.udp.replyOctets == 150 * 17)
  }

  /// A query that gets no reply does not disturb its neighbours.
  @Test func dropsAreSilent() throws {
    let test = try TestServer()
    let client = try Client.udp(test.address)
    try client.send(ScriptedResponder.query(.drop))
    try client.send([])
    try client.send([1, 2, 3])
    try client.send(ScriptedResponder.query(.echo, id: 9))
    #expect(try client.receive().prefix(2) == [0, 9])
    test.server.stop(drain: .seconds(1))
    #expect(test.statistics.udp.queries == 4)
    #expect(test.statistics.udp.drops == 3)
  }

  @Test func truncatesAtTheLimit() throws {
    let test = try TestServer { $0.udpPayloadLimit = 1000 }
    let client = try Client.udp(test.address)
    try client.send(ScriptedResponder.query(.size, size: 1000))
    #expect(try client.receive().count == 1000)
    try client.send(ScriptedResponder.query(.size, size: 1001))
    let reply = try client.receive()
    #expect(reply.count == 12)
    #expect(reply[2] == 0x82)
    test.server.stop(drain: .seconds(1))
    #expect(test.statistics.udp.truncated == 1)
  }

  /// What a responder may not do harms nobody.
  @Test func neverSendsMoreThanTheLimit() throws {
    let test = try TestServer { $0.udpPayloadLimit = 1000 }
    let client = try Client.udp(test.address)
    try client.send(ScriptedResponder.query(.sizeRegardless, id: 1, size: 1001))
    try client.send(ScriptedResponder.query(.echo, id: 2))
    #expect(try client.receive().prefix(2) == [0, 2])
  }

  /// IPv4 cannot carry 65,535 octets in a datagram; IPv6 could carry 65,500, but over the loopback
  /// interface (MTU 65,536) only in fragments. The client is sent to TCP instead.
  @Test(arguments: [("127.0.0.1:0", 65_535), ("[::1]:0", 65_500)])
  func repliesTooLongForTheInterfaceAreTruncated(listen: String, size: Int) throws {
    let test = try TestServer([listen]) { $0.udpPayloadLimit = 65_535 }
    let client = try Client.udp(test.address)
    for id in 1...3 {
      try client.send(
        ScriptedResponder.query(.size, id: UInt16(id), size: id == 2 ? size : 100))
    }
    let replies = try (1...3).map { _ in try client.receive() }
    #expect(replies.map(\.count) == [100, 12, 100])
    #expect(replies.map { $0[2] } == [0x80, 0x82, 0x80])
  }

  /// One reply that cannot be sent at all does not keep the others back.
  @Test func oneFailedReplyDoesNotStopTheRest() throws {
    let test = try TestServer { $0.udpPayloadLimit = 65_535 }
    let client = try Client.udp(test.address)
    try client.send(ScriptedResponder.query(.sizeRegardless, id: 1, size: 65_535))
    try client.send(ScriptedResponder.query(.echo, id: 2))
    #expect(try client.receive().prefix(2) == [0, 2])
    test.server.stop(drain: .seconds(1))
    #expect(test.statistics.udp.failedSends == 1)
  }

  /// A datagram over the 4,096 octets that are read is dropped, not read in part.
  @Test func longQueriesAreDropped() throws {
    let test = try TestServer()
    let client = try Client.udp(test.address)
    let filler = [UInt8](repeating: 0, count: DatagramBatch.queryCapacity)
    try client.send(ScriptedResponder.query(.echo, id: 1) + filler)
    try client.send((ScriptedResponder.query(.size, id: 2, size: 20) + filler).prefix(4096))
    #expect(try client.receive().prefix(2) == [0, 2])
  }

  /// The port of a client that is gone answers with ICMP; the server goes on.
  @Test func goneClientsDoNotStopTheServer() throws {
    let test = try TestServer()
    for _ in 0..<20 {
      try Client.udp(test.address).send(ScriptedResponder.query(.echo))
    }
    let client = try Client.udp(test.address)
    try client.send(ScriptedResponder.query(.echo, id: 3))
    #expect(try client.receive().prefix(2) == [0, 3])
  }

  @Test func severalAddressesAndWorkers() throws {
    let test = try TestServer(["127.0.0.1:0", "[::1]:0", "127.0.0.3:0"], workers: 3)
    for address in test.server.addresses {
      for id in 0..<20 {
        let client = try Client.udp(address)
        try client.send(ScriptedResponder.query(.echo, id: UInt16(id)))
        #expect(try client.receive().prefix(2) == [0, UInt8(id)])
      }
    }
    test.server.stop(drain: .seconds(1))
    #expect(test.statistics.udp.queries == 60)
  }

  /// A query from port 0, where nobody can be answered. Only a raw socket sends one.
  @Test(.enabled(if: geteuid() == 0, "raw sockets are root's"))
  func queriesFromPortZeroAreDropped() throws {
    let test = try TestServer()
    let raw = Descriptor(number: socket(AF_INET, Int32(SOCK_RAW.rawValue), Int32(IPPROTO_UDP)))
    defer { raw.close() }
    let query = ScriptedResponder.query(.echo)
    let port = test.address.port
    let length = 8 + query.count
    let datagram =
      [0, 0, UInt8(port >> 8), UInt8(port & 255), 0, UInt8(length), 0, 0] + query
    let target = SocketAddress(test.address.address, port: 0)
    let sent = unsafe target.withRaw { address, size in
      unsafe datagram.withUnsafeBytes {
        unsafe sendto(raw.number, $0.baseAddress, $0.count, 0, address, size)
      }
    }
    #expect(sent == datagram.count)
    test.server.stop(drain: .seconds(1))
    #expect(test.statistics.udp.queries == 1)
    #expect(test.statistics.udp.drops == 1)
  }

  /// DF is set and path MTUs are not believed (RFC 9715): IP_PMTUDISC_PROBE.
  @Test func socketsNeverFragment() throws {
    for (listen, level, option, value) in [
      ("127.0.0.1:0", IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE),
      ("[::1]:0", IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE),
      ("[::1]:0", IPPROTO_IPV6, IPV6_DONTFRAG, 1),
    ] {
      let socket = try Descriptor.datagramSocket(on: .of(listen), receiveBuffer: 65_536)
      defer { socket.close() }
      var current: Int32 = -1
      var size = socklen_t(MemoryLayout<Int32>.size)
      _ = unsafe getsockopt(socket.number, Int32(level), option, &current, &size)
      #expect(current == value)
    }
  }
}
