import Addresses
import Control
import Foundation
import Glibc

/// An HTTP server on an address of the loopback: the demo's, `GET /health` is 200 `ready`.
final class BackEnd {
  let address: IPAddress
  let port: UInt16
  private var servers: DemoBackends?

  /// Starts one, on a free port where none is named.
  init(_ address: String, port: UInt16 = 0) throws {
    guard let address = IPAddress(address) else { throw Failure("'\(address)' is no address") }
    self.address = address
    let servers = try DemoBackends([DemoBackend(name: "\(address)", address: address)], port: port)
    self.servers = servers
    self.port = servers.port(of: address) ?? 0
  }

  /// Several at different addresses and one port.
  static func several(_ addresses: [String]) throws -> [BackEnd] {
    for _ in 0..<20 {
      let first = try BackEnd(addresses[0])
      let others = addresses.dropFirst().map { try? BackEnd($0, port: first.port) }
      if others.allSatisfy({ $0 != nil }) { return [first] + others.compactMap(\.self) }
    }
    throw Failure("no port is free at all of \(addresses)")
  }

  /// Kills it: connections are refused.
  func kill() {
    servers?.stop()
    servers = nil
  }

  /// Brings it back where it was.
  func revive() throws {
    servers = try DemoBackends(
      [DemoBackend(name: "\(address)", address: address)], port: port)
  }
}

/// A port of the loopback that takes connections and never says a word.
final class SilentBackEnd {
  let port: UInt16
  private let socket: Socket

  init(_ address: String) throws {
    guard let endpoint = Endpoint("\(address):0") else { throw Failure("'\(address)'") }
    socket = try Socket(SOCK_STREAM, like: endpoint)
    try socket.bind(endpoint)
    guard listen(socket.number, 64) == 0 else { throw Failure("cannot listen: error \(errno)") }
    port = socket.port
  }
}

/// A port of the loopback that refuses connections as long as this object lives.
final class DeadPort {
  let port: UInt16
  private let socket: Socket

  init(_ address: String) throws {
    guard let endpoint = Endpoint("\(address):0") else { throw Failure("'\(address)'") }
    socket = try Socket(SOCK_STREAM, like: endpoint)
    try socket.bind(endpoint)
    port = socket.port
  }
}

extension BackEnd {
  /// `POST /down` makes it ill and `POST /up` well again.
  func post(_ path: String) throws {
    let socket = try Socket(SOCK_STREAM, like: Endpoint(address, port))
    try socket.connect(Endpoint(address, port))
    try socket.send(
      Array(
        "POST \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".utf8))
    guard let reply = socket.receive(), reply.starts(with: Array("HTTP/1.1 200".utf8)) else {
      throw Failure("POST \(path) has failed")
    }
  }
}
