import Foundation
import TestSupport
import Testing

/// The program over a corpus of malformed zones.
@Suite("Malformed zones", .ownThreads, .timeLimit(.minutes(5))) struct MalformedZoneTests {
  @Test("`sextant check` says all that is wrong with all of them, and exits with 1")
  func check() throws {
    let ending = try Program.run("check", MalformedZones.folder, in: MalformedZones.parent)
    #expect(ending.status == 1)
    #expect(try ending.errors == MalformedZones.names.map(MalformedZones.messages).joined())
  }

  @Test("A server that is to reload them serves each as it was, and says what is wrong")
  func reload() throws {
    let names = MalformedZones.names
    let good = NameServer.zone("www 60 A 192.0.2.1", serial: 7)
    let server = try NameServer(
      Dictionary(uniqueKeysWithValues: names.map { ("\($0).zone", good) }))
    let folder = server.folder.path("zones")
    let corpus = "\(MalformedZones.parent)/\(MalformedZones.folder)"
    try FileManager.default.copyItem(atPath: "\(corpus)/parts", toPath: "\(folder)/parts")
    for name in names {
      let file = URL(fileURLWithPath: "\(corpus)/\(name).zone")
      try server.folder.write("zones/\(name).zone", Data(contentsOf: file))
    }
    try server.reload()
    let log = server.program.errors
    let client = try server.client()
    for name in names {
      #expect(log.contains("zone \(name).: serial 7 stays in service"))
      #expect(try client.first("www.\(name).") == "192.0.2.1")
      // Nothing of the new file is served, not even what is good of it.
      #expect(try client.first("half.\(name).") == "NXDOMAIN")
      let messages = try MalformedZones.messages(name)
        .replacing(MalformedZones.folder, with: folder)
      for line in messages.split(separator: "\n") where line.contains(": error: ") {
        #expect(log.contains("\(line)\n"), "\(line)")
      }
    }
    #expect(try server.stop().status == 0)
  }
}
