import TestSupport
import Testing

/// Failovers that do not go back at once.
@Suite("failback=", .ownThreads, .timeLimit(.minutes(5))) struct FailbackTests {
  private func zone(_ one: BackEnd, _ two: BackEnd, _ failback: String) -> String {
    """
    $CHECK web http path=/health interval=400ms timeout=300ms fall=1 rise=1
    $POOL one check=web ( \(one.address) port=\(one.port) )
    $POOL two check=web ( \(two.address) port=\(two.port) )
    pay 0 STEER failover one two failback=\(failback)
    now 0 STEER failover one two
    """
  }

  private func wait(for answer: String, at name: String, _ client: Client) throws {
    _ = try eventually(within: .seconds(20), "\(answer) at \(name)") {
      try client.first("\(name).example.com.") == answer ? true : nil
    }
  }

  @Test("after a time, another policy being untouched; at once where nothing else is up")
  func afterATime() throws {
    let one = try BackEnd("127.0.4.23")
    let two = try BackEnd("127.0.4.24")
    let server = try NameServer(zone: zone(one, two, "3s"))
    let client = try server.client()
    try wait(for: "\(one.address)", at: "pay", client)
    one.kill()
    try wait(for: "\(two.address)", at: "pay", client)
    let revived = ContinuousClock.now
    try one.revive()
    try wait(for: "\(one.address)", at: "now", client)
    #expect(try client.first("pay.example.com.") == "\(two.address)")
    try server.program.wait(
      for: "failback: pay.example.com. (example.com.) does not go back to one")
    try wait(for: "\(one.address)", at: "pay", client)
    #expect(ContinuousClock.now - revived >= .seconds(3))
    try server.program.wait(for: "failback: pay.example.com. (example.com.) goes back to one")
    // Down and up again, it is held back; but the other one fails, so it is used.
    one.kill()
    try wait(for: "\(two.address)", at: "pay", client)
    try one.revive()
    try wait(for: "\(one.address)", at: "now", client)
    two.kill()
    try wait(for: "\(one.address)", at: "pay", client)
    #expect(try server.stop().status == 0)
  }

  @Test("by hand, over a reload and a restart")
  func byHand() throws {
    let one = try BackEnd("127.0.4.25")
    let two = try BackEnd("127.0.4.26")
    let text = NameServer.zone(zone(one, two, "manual"))
    let options = ["--admin", "127.0.0.1:0"]
    let server = try NameServer(["example.com.zone": text], options: options)
    let client = try server.client()
    one.kill()
    try wait(for: "\(two.address)", at: "pay", client)
    try one.revive()
    try wait(for: "\(one.address)", at: "now", client)
    #expect(try client.first("pay.example.com.") == "\(two.address)")
    try server.reload()
    #expect(try client.first("pay.example.com.") == "\(two.address)")
    let why = try Program.run(
      "explain", "pay.example.com", "--client", "192.0.2.1", "--admin", server.adminAddress())
    #expect(why.output.contains("one is down: 1 of 1 targets healthy, held back by failback="))
    #expect(try server.stop().status == 0)

    let again = try NameServer(options: options, in: server.folder)
    let second = try again.client()
    try wait(for: "\(one.address)", at: "now", second)
    #expect(try second.first("pay.example.com.") == "\(two.address)")
    let admin = try again.adminAddress()
    let none = try Program.run("ctl", "failback", "now.example.com", "--admin", admin)
    #expect(none.status == 1 && none.errors.contains("there is pay.example.com. (example.com.)"))
    let done = try Program.run("ctl", "failback", "pay.example.com", "--admin", admin)
    #expect(done.status == 0)
    #expect(done.output == "pay.example.com. (example.com.) goes back to one\n")
    #expect(try second.first("pay.example.com.") == "\(one.address)")
    let idle = try Program.run("ctl", "failback", "PAY.example.com.", "--admin", admin)
    #expect(idle.output.contains("holds no pool back that is up"))
    #expect(try again.stop().status == 0)
  }
}
