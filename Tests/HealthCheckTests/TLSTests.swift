import Foundation
import HealthState
import Testing

@testable import HealthCheck

private let openssl = "/usr/bin/openssl"

/// `openssl s_server` with a self-signed certificate of its own for `api.example.com`.
private final class TLSServer {
  let port: UInt16
  let certificate: String
  private let folder: URL
  private let process = Process()

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "sextant-tls-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    certificate = folder.appending(path: "certificate.pem").path
    let key = folder.appending(path: "key.pem").path
    let maker = Process()
    maker.executableURL = URL(filePath: openssl)
    maker.arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
      "2",
      "-subj", "/CN=sextant test", "-addext", "subjectAltName=DNS:api.example.com",
      "-keyout", key, "-out", certificate,
    ]
    maker.standardError = FileHandle.nullDevice
    // `waitUntilExit` spins a run loop, which the threads of Swift's pool do not have.
    let made = DispatchSemaphore(value: 0)
    maker.terminationHandler = { _ in made.signal() }
    try maker.run()
    made.wait()

    let output = Pipe()
    process.executableURL = URL(filePath: openssl)
    process.arguments = [
      "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www",
    ]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    // It says `ACCEPT 127.0.0.1:PORT` once it listens.
    var text = ""
    var found: UInt16?
    while found == nil {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { break }
      text += String(decoding: data, as: UTF8.self)
      if let line = text.split(separator: "\n").first(where: { $0.hasPrefix("ACCEPT ") }),
        text.contains("\(line)\n")
      {
        found = line.split(separator: ":").last.flatMap { UInt16($0) }
      }
    }
    port = try #require(found)
  }

  deinit {
    // SIGTERM may be blocked: a child has the signal mask of the thread that started it.
    kill(process.processIdentifier, SIGKILL)
    try? FileManager.default.removeItem(at: folder)
  }
}

@Suite(
  "TLS probes", .timeLimit(.minutes(5)),
  .enabled(if: FileManager.default.isExecutableFile(atPath: openssl), "openssl is not installed"))
struct TLSTests {
  @Test("the certificate and its name decide, unless the check does without")
  func verification() throws {
    let server = try TLSServer()
    func outcome(host: String?, verify: Bool, trusted: Bool) throws -> ProbeOutcome {
      let request = CheckSettings.HTTPRequest(host: host, verify: verify)
      let target = ProbeTarget(
        .init(ipv4: 0x7F00_0001), server.port, .http(request, secure: true, timeout: 20_000))
      return try probe(target, certificateAuthorities: trusted ? server.certificate : nil)
    }
    #expect(try outcome(host: "api.example.com", verify: true, trusted: true).succeeded == true)
    #expect(try outcome(host: nil, verify: false, trusted: false).succeeded == true)
    let untrusted = try outcome(host: "api.example.com", verify: true, trusted: false)
    #expect(
      untrusted.succeeded == false && untrusted.text.hasPrefix("TLS: SSL certificate problem:"))
    for host in ["other.example.com", nil] {
      let misnamed = try outcome(host: host, verify: true, trusted: true)
      #expect(misnamed.succeeded == false && misnamed.text.hasPrefix("TLS: SSL: no alternative"))
    }
  }

  @Test("a port that does not speak TLS is dead")
  func notTLS() throws {
    let server = try RawServer { connection in
      _ = connection.read()
      connection.write("HTTP/1.1 400 Bad Request\r\n\r\n")
    }
    defer { server.stop() }
    let settings = CheckSettings.http(secure: true)
    let outcome = try probe(ProbeTarget(server.address, server.port, settings))
    #expect(outcome.succeeded == false && outcome.text.hasPrefix("TLS: "))
  }
}
