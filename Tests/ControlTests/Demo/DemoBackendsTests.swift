import Addresses
import Foundation
import Glibc
import Testing

@testable import Control

private func address(_ last: UInt32) -> IPAddress { IPAddress(ipv4: 0x7F00_0100 | last) }

/// Sends `text` to a loopback address over TCP and returns all that comes back.
private func exchange(_ address: IPAddress, _ port: UInt16, _ text: String) throws -> String {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var storage = sockaddr_in()
  storage.sin_family = sa_family_t(AF_INET)
  storage.sin_port = port.bigEndian
  storage.sin_addr.s_addr = address.ipv4.bigEndian
  // SAFETY: a `sockaddr_in` is laid out to be read as a `sockaddr`.
  let code = unsafe withUnsafePointer(to: &storage) {
    unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  guard code == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  let octets = Array(text.utf8)
  _ = unsafe send(descriptor, octets, octets.count, Int32(MSG_NOSIGNAL))
  var answer: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
    guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
    answer += chunk.prefix(count)
  }
}

/// One HTTP request; returns `STATUS BODY`.
private func request(
  _ demo: DemoBackends, _ address: IPAddress, _ line: String, body: String = ""
) throws -> String {
  let port = try #require(demo.port(of: address))
  let answer = try exchange(
    address, port,
    "\(line) HTTP/1.1\r\nHost: demo\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  )
  let status = answer.split(separator: " ").dropFirst().first ?? "?"
  return "\(status) \(answer.components(separatedBy: "\r\n\r\n").dropFirst().joined())"
}

@Suite("The demo's back ends", .timeLimit(.minutes(5)))
struct DemoBackendsTests {
  @Test("each says which it is, goes down and comes back alone")
  func downAndUp() throws {
    let demo = try DemoBackends(
      [
        DemoBackend(name: "us-east", address: address(1)),
        DemoBackend(name: "eu-west", address: address(2)),
      ],
      port: 0)
    defer { demo.stop() }
    #expect(try request(demo, address(1), "GET /") == "200 us-east at 127.0.1.1 is up.\n")
    #expect(try request(demo, address(2), "GET /") == "200 eu-west at 127.0.1.2 is up.\n")
    #expect(try request(demo, address(1), "GET /health") == "200 ready\n")
    #expect(try request(demo, address(1), "POST /down") == "200 us-east at 127.0.1.1 is down.\n")
    #expect(try request(demo, address(1), "GET /health") == "503 down\n")
    #expect(try request(demo, address(1), "GET /") == "200 us-east at 127.0.1.1 is down.\n")
    #expect(try request(demo, address(2), "GET /health") == "200 ready\n")
    #expect(
      try request(demo, address(1), "POST /up", body: "anything")
        == "200 us-east at 127.0.1.1 is up.\n")
    #expect(try request(demo, address(1), "GET /health") == "200 ready\n")
    #expect(try request(demo, address(1), "HEAD /health") == "200 ")
  }

  @Test("what is not there is said so, and changes nothing")
  func otherRequests() throws {
    let demo = try DemoBackends([DemoBackend(name: "a", address: address(3))], port: 0)
    defer { demo.stop() }
    #expect(try request(demo, address(3), "GET /nothing").hasPrefix("404 "))
    #expect(try request(demo, address(3), "GET /down") == "405 /down takes POST.\n")
    #expect(try request(demo, address(3), "POST /health") == "405 /health takes GET.\n")
    let port = try #require(demo.port(of: address(3)))
    #expect(try !exchange(address(3), port, "\u{1}\u{2}\r\n\r\n").contains(" 200 "))
    #expect(try request(demo, address(3), "GET /health") == "200 ready\n")
  }

  @Test("a port in use, and an address of the outside, are one clear line each")
  func errors() throws {
    let backend = DemoBackend(name: "a", address: address(4))
    let first = try DemoBackends([backend], port: 0)
    defer { first.stop() }
    let port = try #require(first.port(of: address(4)))
    #expect(throws: DemoBackendsError.portInUse(address(4), port)) {
      try DemoBackends([backend], port: port)
    }
    #expect(
      DemoBackendsError.portInUse(address(4), 5381).description
        == "demo back end 127.0.1.4 port 5381: the port is in use; is another demo running?")
    for outside in [IPAddress(ipv4: 0xC000_0201), IPAddress(high: 0, low: 1)] {
      #expect(throws: DemoBackendsError.notLoopback(outside)) {
        try DemoBackends([DemoBackend(name: "a", address: outside)], port: 0)
      }
    }
  }

  @Test("a stopped back end refuses connections, and its port can be taken again")
  func stop() throws {
    let backend = DemoBackend(name: "a", address: address(5))
    let demo = try DemoBackends([backend], port: 0)
    let port = try #require(demo.port(of: address(5)))
    #expect(try request(demo, address(5), "GET /health") == "200 ready\n")
    demo.stop()
    demo.stop()
    #expect(throws: POSIXError(.ECONNREFUSED)) { try exchange(address(5), port, "") }
    let again = try DemoBackends([backend], port: port)
    defer { again.stop() }
    #expect(try request(again, address(5), "GET /health") == "200 ready\n")
  }
}
