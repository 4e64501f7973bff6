import Foundation
import Testing

@testable import QueryEngine
@testable import Transport

/// What a process can be short of, each in a process of its own.
@Suite(.timeLimit(.minutes(5))) struct LimitsTests {
  /// A server whose process has no file left for a second connection closes the first one for it, and
  /// goes on; the processor time it takes shows that it does not turn in circles.
  @Test func outOfFilesTheMostIdleMakesRoom() async {
    await #expect(processExitsWith: .success) {
      let test = try TestServer()
      let clients = try (0..<3).map { _ in
        let client = try Client.tcp(test.address)
        try client.send(Client.framed(ScriptedResponder.query(.echo)))
        _ = try #require(try client.message())
        return client
      }
      // The next client's own socket is there before the limit.
      let socket = try Client.unconnectedTCP(test.address)
      limitFiles(to: Int(socket.socket.number) + 1)
      // The test runner may have left gaps below.
      while unsafe open("/dev/null", O_RDONLY) >= 0 {}
      try socket.connect(test.address)
      try socket.send(Client.framed(ScriptedResponder.query(.echo, id: 5)))
      #expect(try socket.message()?.prefix(2) == [0, 5])
      #expect(try clients[0].isClosed())
      #expect(test.statistics.failedAccepts > 0)
    }
  }

  /// With no connection to close, accepting pauses, and goes on when there are files again.
  @Test func outOfFilesAcceptingPauses() async {
    await #expect(processExitsWith: .success) {
      let test = try TestServer()
      let client = try Client.unconnectedTCP(test.address)
      // 0 is in use, and whatever the test runner closes meanwhile is above.
      let before = limitFiles(to: 1)
      try client.connect(test.address)
      while test.statistics.failedAccepts < 3 { usleep(1000) }
      // Three pauses of 100 ms lie between the first failure and the fourth.
      #expect(test.statistics.failedAccepts < 6)
      limitFiles(to: before)
      try client.send(Client.framed(ScriptedResponder.query(.echo, id: 5)))
      #expect(try client.message()?.prefix(2) == [0, 5])
    }
  }
}

/// Lets no file be opened whose descriptor would be `count` or above; those that are open stay. The limit of before.
@discardableResult
private func limitFiles(to count: Int) -> Int {
  var limit = rlimit()
  // SAFETY: both calls only use the structure that they are handed.
  _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  let before = Int(limit.rlim_cur)
  limit.rlim_cur = rlim_t(count)
  _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  return before
}

struct PrivilegesTests {
  private static let isRoot = geteuid() == 0

  /// Every thread of the server is the user's, a low port stays bound, and root cannot be had again.
  @Test(.enabled(if: isRoot, "only root can become somebody else"))
  func becomesAnotherUserForGood() async {
    await #expect(processExitsWith: .success) {
      let test = try TestServer(["127.0.0.1:0"], workers: 2)
      try Privileges.drop(to: "nobody")
      try Privileges.drop(to: "nobody")
      #expect(geteuid() != 0 && getegid() != 0)
      #expect(setuid(0) != 0)
      let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
      #expect(tasks.count > 4)
      // The test runner's main thread has ended (`dispatchMain`); it only stands there.
      for task in tasks where task != "\(getpid())" {
        let status = try String(contentsOfFile: "/proc/self/task/\(task)/status", encoding: .utf8)
        for line in status.split(separator: "\n") {
          if line.hasPrefix("Uid:") || line.hasPrefix("Gid:") {
            #expect(!line.split(separator: "\t").contains("0"), "\(task): \(line)")
          }
          if line.hasPrefix("Groups:") {
            let groups = line.dropFirst(7).trimmingCharacters(in: .whitespaces)
            #expect(groups.isEmpty)
          }
          if line.hasPrefix("CapEff:") { #expect(line.hasSuffix("0000000000000000")) }
        }
      }
      let client = try Client.udp(test.address)
      try client.send(ScriptedResponder.query(.echo))
      #expect(try client.receive().count == 17)
      #expect(throws: TransportError.notRoot(user: "daemon")) { try Privileges.drop(to: "daemon") }
    }
  }

  @Test func unknownUsersAreErrors() {
    #expect(throws: TransportError.unknownUser("no-such-user")) {
      try Privileges.drop(to: "no-such-user")
    }
    #expect(throws: TransportError.staysRoot(user: "root")) { try Privileges.drop(to: "root") }
  }
}
