import Addresses
import Glibc
import LinuxSystem
import Testing

@testable import QueryEngine
@testable import Transport

struct ServerTests {
  private func server(
    _ addresses: [String], workers: Int = 1
  ) throws(TransportError) -> Server {
    try Server(
      addresses: addresses.compactMap { try? ListenAddress(parsing: $0) }, workers: workers,
      publication: Publication(Snapshot(bits: 1)), settings: TransportSettings(),
      responder: ScriptedResponder.self)
  }

  @Test func udpAndTCPHaveTheSamePort() throws {
    let test = try TestServer(["127.0.0.1:0", "127.0.0.1:0"])
    #expect(test.server.addresses[0].port != test.server.addresses[1].port)
    for address in test.server.addresses {
      let (udp, tcp) = (try Client.udp(address), try Client.tcp(address))
      try udp.send(ScriptedResponder.query(.echo, id: 1))
      try tcp.send(Client.framed(ScriptedResponder.query(.echo, id: 2)))
      #expect(try udp.receive().prefix(2) == [0, 1])
      #expect(try tcp.message()?.prefix(2) == [0, 2])
    }
  }

  /// Threads that wait for the network are woken: the drain's hundred seconds are not waited for.
  @Test func stopsWhileNothingComes() throws {
    let test = try TestServer(["127.0.0.1:0", "[::1]:0", "0.0.0.0:0"], workers: 3)
    let start = ContinuousClock.now
    test.server.stop(drain: .seconds(100))
    #expect(ContinuousClock.now - start < .seconds(50))
    test.server.stop(drain: .seconds(100))
  }

  @Test func stopsBeforeItWasStarted() throws {
    let server = try server(["127.0.0.1:0"])
    server.stop(drain: .seconds(1))
    try server.start()
    let again = try self.server(["\(server.addresses[0])"])
    again.stop(drain: .zero)
  }

  /// What the kernel had taken when the server was told to stop is answered.
  @Test func answersWhatWasReceivedBeforeTheStop() throws {
    let server = try server(["127.0.0.1:0"])
    let address = server.addresses[0]
    let (udp, tcp) = (try Client.udp(address), try Client.tcp(address))
    for id in UInt16(0)..<100 { try udp.send(ScriptedResponder.query(.echo, id: id)) }
    let query = ScriptedResponder.query(.size, size: 50_000)
    try tcp.send((0..<3).flatMap { _ in Client.framed(query) })
    try server.start()
    server.stop(drain: .seconds(5))
    for id in 0..<100 { #expect(try udp.receive()[1] == UInt8(id)) }
    for _ in 0..<3 { #expect(try tcp.message()?.count == 50_000) }
    #expect(try tcp.message() == nil)
  }

  /// Replies that a client has yet to take up are waited for, but not longer than the drain.
  @Test func drainEnds() throws {
    let test = try TestServer()
    let client = try Client.tcp(test.address, receiveBuffer: 4096)
    let query = Client.framed(ScriptedResponder.query(.size, size: 65_535))
    try client.send((0..<200).flatMap { _ in query })
    _ = try #require(try client.message())
    test.server.stop(drain: .milliseconds(50))
    #expect(test.statistics.openConnections == 0)
  }

  @Test func refusesNewConnectionsAfterTheStop() throws {
    let test = try TestServer()
    let address = test.address
    test.server.stop(drain: .zero)
    #expect(throws: SystemError(call: "connect", number: ECONNREFUSED)) {
      _ = try Client.tcp(address)
    }
  }

  @Test func theSamePortCanBeHadAgainAtOnce() throws {
    let first = try TestServer()
    let address = "\(first.address)"
    let client = try Client.tcp(first.address)
    try client.send(Client.framed(ScriptedResponder.query(.echo)))
    _ = try client.message()
    first.server.stop(drain: .seconds(1))
    _ = try TestServer([address])
  }

  @Test func wildcardAndSpecificAddressShareAPort() throws {
    let probe = try TestServer()
    let port = probe.address.port
    probe.server.stop(drain: .zero)
    let test = try TestServer(["0.0.0.0:\(port)", "127.0.0.9:\(port)", "[::]:\(port)"])
    for host in ["127.0.0.1", "127.0.0.9", "[::1]"] {
      let client = try Client.udp(try .of("\(host):\(port)"))
      try client.send(ScriptedResponder.query(.echo))
      #expect(try client.receive().count == 17)
    }
    test.server.stop(drain: .seconds(1))
    #expect(test.statistics.udp.replies == 3)
  }

  /// Two servers do not share a port by mistake, though SO_REUSEPORT would let them.
  @Test func portsInUseAreErrors() throws {
    let first = try TestServer()
    let error = #expect(throws: TransportError.self) {
      _ = try server(["127.0.0.1:0", "\(first.address)"])
    }
    #expect(
      error.map { "\($0)" }
        == "cannot listen on \(first.address) (TCP): address already in use; "
        + "another program has this port")
  }

  @Test func udpPortsInUseAreErrors() throws {
    let address = try ListenAddress.of("127.0.0.1:0")
    let taken = try Descriptor.datagramSocket(on: address, receiveBuffer: 4096)
    defer { taken.close() }
    let port = try taken.localAddress().port
    let error = #expect(throws: TransportError.self) { _ = try server(["127.0.0.1:\(port)"]) }
    #expect(
      error.map { "\($0)" }
        == "cannot listen on 127.0.0.1:\(port) (UDP): address already in use; "
        + "another program has this port")
  }

  @Test func foreignAddressesAreErrors() {
    let error = #expect(throws: TransportError.self) { _ = try server(["192.0.2.1:5300"]) }
    #expect(
      error.map { "\($0)" }
        == "cannot listen on 192.0.2.1:5300 (TCP): cannot assign requested address; "
        + "no interface of this machine has this address")
  }

  @Test func wrongUseIsAnError() {
    #expect(throws: TransportError.noAddress) { _ = try server([]) }
    #expect(throws: TransportError.tooManyThreads(400, limit: Publication.maximumReaders)) {
      _ = try server(["127.0.0.1:0"], workers: 200)
    }
    #expect(
      throws: TransportError.listedTwice(ListenAddress(IPAddress(ipv4: 0x7F00_0001), port: 1))
    ) {
      _ = try server(["127.0.0.1:1", "127.0.0.1:1"])
    }
  }
}
