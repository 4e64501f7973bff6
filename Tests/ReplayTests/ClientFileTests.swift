import Addresses
import DNSWire
import Replay
import Testing

/// Files of clients and logs of queries.
struct ClientFileTests {
  private func lines(_ text: String) throws -> [ClientFile.Line] {
    var file = ClientFile(path: "clients", octets: Array(text.utf8))
    var lines: [ClientFile.Line] = []
    while let line = try file.next() { lines.append(line) }
    #expect(file.progress == 1)
    return lines
  }

  @Test(
    "A line has a client, a count, a name and a type",
    arguments: [
      ("192.0.2.0/24 7", "192.0.2.0/24 7.0 - -"), ("192.0.2.1", "192.0.2.1/32 1.0 - -"),
      ("2001:db8::/32,12", "2001:db8::/32 12.0 - -"),
      ("::ffff:192.0.2.0/120, 3 ,www.example.com", "192.0.2.0/24 3.0 www.example.com. -"),
      ("192.0.2.1 www.example.com. aaaa\r", "192.0.2.1/32 1.0 www.example.com. AAAA"),
      ("\t192.0.2.1\t0\t123.\tA", "192.0.2.1/32 0.0 123. A"),
    ])
  func fields(text: String, expected: String) throws {
    let line = try #require(try lines(text + "\n").first)
    let name = line.name?.description ?? "-"
    #expect("\(line.network) \(line.count) \(name) \(line.type ?? "-")" == expected)
  }

  @Test("Comments, empty lines and a line of names at the head are passed over")
  func others() throws {
    #expect(try lines("network,count\n\n# 1\n  \n10.0.0.1\n   # 2\n10.0.0.2").count == 2)
    #expect(try lines("").isEmpty)
    #expect(throws: ClientFile.Mistakes.self) { try lines("10.0.0.1\nnetwork,count\n") }
  }

  @Test("Reading ends soon after many mistakes")
  func mistakes() {
    let text = (0..<1000).map { "x\($0)\n" }.joined()
    do {
      _ = try lines(text)
      Issue.record("it was taken")
    } catch let error as ClientFile.Mistakes {
      #expect(error.text.split(separator: "\n").count { $0.contains(": error: ") } == 20)
      #expect(error.text.hasSuffix("clients: and perhaps more\n"))
    } catch {
      Issue.record("\(error)")
    }
  }
}
