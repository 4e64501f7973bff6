import Foundation
import Glibc
import TestSupport
import Testing
import Transport

/// What the process may still do once it serves.
@Suite("Privileges", .enabled(if: geteuid() == 0), .ownThreads, .timeLimit(.minutes(5)))
struct PrivilegeTests {
  /// The numbers behind a key of `/proc/PID/task/*/status`, of all threads.
  private func values(_ key: String, of server: NameServer) throws -> Set<String> {
    let tasks = "/proc/\(server.program.pid)/task"
    let statuses = try FileManager.default.contentsOfDirectory(atPath: tasks).map {
      try String(contentsOfFile: "\(tasks)/\($0)/status", encoding: .utf8)
    }
    #expect(statuses.count > 2)
    return Set(
      statuses.compactMap { status in
        status.split(separator: "\n").first { $0.hasPrefix("\(key):") }.map {
          $0.dropFirst(key.count + 1).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
      })
  }

  private func expectNobody(_ server: NameServer) throws {
    let (uid, gid) = try #require(Privileges.identity(of: "nobody"))
    let tasks = try values("Uid", of: server)
    #expect(tasks == ["\(uid) \(uid) \(uid) \(uid)"])
    #expect(try values("Gid", of: server) == ["\(gid) \(gid) \(gid) \(gid)"])
    #expect(try values("Groups", of: server) == [""])
    #expect(try values("CapEff", of: server) == ["0000000000000000"])
    #expect(server.program.lines(with: "running as nobody").count == 1)
  }

  @Test("--user makes every thread that user's, and reloads and the last good files go on")
  func user() throws {
    let folder = TemporaryFolder()
    var server = try NameServer(
      ["example.com.zone": NameServer.zone("www 60 A 192.0.2.1", serial: 1)],
      options: ["--user", "nobody"], in: folder)
    try expectNobody(server)
    try folder.write("zones/example.com.zone", NameServer.zone("www 60 A 192.0.2.2", serial: 2))
    try server.reload()
    #expect(try server.client().first("www.example.com.") == "192.0.2.2")
    #expect(server.program.lines(with: "warning").isEmpty, "\(server.program.errors)")
    #expect(try server.stop().status == 0)
    try folder.write("zones/example.com.zone", "nonsense\n")
    server = try NameServer(options: ["--user", "nobody"], in: folder)
    #expect(server.program.lines(with: "the last good version, serial 2, is served").count == 1)
    #expect(try server.client().first("www.example.com.") == "192.0.2.2")
  }

  @Test("A port below 1024 is bound, and then root is given up without being asked to")
  func lowPort() throws {
    let address = "127.\(Int.random(in: 2...254)).\(Int.random(in: 0...255)).\(getpid() % 250 + 1)"
    let server = try NameServer(
      ["example.com.zone": BadInputTests.good], listen: ["\(address):53"])
    try expectNobody(server)
    #expect(try server.client().first("www.example.com.") == "192.0.2.1")
    #expect(try Client(tcp: server.endpoint).first("www.example.com.") == "192.0.2.1")
    #expect(try server.stop().status == 0)
  }

  @Test("--user root stays root on a low port, for it was asked for")
  func root() throws {
    let server = try NameServer(
      ["example.com.zone": BadInputTests.good], options: ["--user", "root"])
    #expect(try values("Uid", of: server) == ["0 0 0 0"])
  }
}
