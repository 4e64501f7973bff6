import Configuration
import Testing

/// Errors have a place, say what is expected, and suggest what was meant.
@Suite("Diagnostics") struct DiagnosticTests {
  @Test("all errors come in one go, with line and caret")
  func rendered() {
    let text = """
      listen: [127.0.0.1]
      worker: 4
      udp:
        payload-size: 100
        payload-size: 1232
      tcp:
        idle-timeout: soon
      zones: {a: b}

      """
    #expect(
      file(text).rendered() == """
        sextant.yaml:1:10: error: 'listen' takes ADDRESS:PORT, not '127.0.0.1'
          listen: [127.0.0.1]
                   ^^^^^^^^^
          hint: no port behind the address; write 127.0.0.1:53
        sextant.yaml:2:1: error: there is no setting 'worker'; did you mean 'workers'?
          worker: 4
          ^^^^^^
        sextant.yaml:4:17: error: 'udp.payload-size' takes a number of octets from 512 to 65535, not '100'
            payload-size: 100
                          ^^^
        sextant.yaml:5:3: error: 'payload-size' stands in line 4 already
            payload-size: 1232
            ^^^^^^^^^^^^
          hint: remove one of the two lines
        sextant.yaml:7:17: error: 'tcp.idle-timeout' takes a time from 1s to 1h, such as 30s, not 'soon'
            idle-timeout: soon
                          ^^^^
        sextant.yaml:8:8: error: 'zones' takes the path of a folder, not a section
          zones: {a: b}
                 ^

        """)
    #expect(file(text).settings == nil)
    #expect(file(text).errorCount == 6)
  }

  static let messages: [(text: String, message: String)] = [
    ("workers: 0", "1:10: error: 'workers' takes a number from 1 to 64, or auto, not '0'"),
    ("workers: +1", "1:10: error: 'workers' takes a number from 1 to 64, or auto, not '+1'"),
    ("workers: 99999999999999999999", "1:10: error: 'workers' takes a number from 1 to 64"),
    (
      "workers: atuo",
      "1:10: error: 'workers' takes a number from 1 to 64, or auto, not 'atuo'; did you mean 'auto'?"
    ),
    ("workers:\n", "error: 'workers' has no value; it takes a number from 1 to 64, or auto"),
    ("workers: [4]", "1:10: error: 'workers' takes a number from 1 to 64, or auto, not a list"),
    ("listen: []", "1:9: error: 'listen' takes 1 to 10000 values, not 0: ADDRESS:PORT"),
    ("listen: [127.0.0.1:1, 127.0.0.1:1]", "1:23: error: '127.0.0.1:1' stands in 'listen' twice"),
    (
      "edns: {client-subnet: offf}",
      "error: 'edns.client-subnet' takes on or off, not 'offf'; did you mean 'off'?"
    ),
    ("edns: {client-subnet: 'on'}", "error: 'edns.client-subnet' takes on or off, not 'on'"),
    (
      "edns: {client-subnet-except: [a..b]}",
      "1:31: error: 'edns.client-subnet-except' takes the name of a zone"
    ),
    (
      "payload-size: 512",
      "1:1: error: there is no setting 'payload-size'; did you mean 'udp.payload-size'?"
    ),
    ("udp: {size: 512}", "1:7: error: there is no setting 'size' in 'udp'"),
    ("udp: 512", "1:6: error: 'udp' has to hold lines of 'key: value', not '512'"),
    ("- a\n- b\n", "1:1: error: the file has to hold lines of 'key: value', not a list"),
    (
      "cookies: {secret: e5e973e5a6b2a43f48e7dc849e37bfc}",
      "error: 'cookies.secret' takes 32 hexadecimal digits"
    ),
    ("cookies: {secret: /no/such/file}", "hint: it cannot be read: No such file or directory"),
    (
      "identity: \(String(repeating: "x", count: 129))",
      "error: 'identity' takes a text of 1 to 128 octets, or off"
    ),
    ("zones: ''", "1:8: error: 'zones' takes the path of a folder, not ''"),
    ("zones: &a zones", "error: anchors and tags have no use in settings"),
    ("zones: !!str zones", "error: anchors and tags have no use in settings"),
    ("zones: *a", "error: aliases have no use in settings"),
    (
      "rate-limit: {exempt: [192.0.2.1/24]}",
      "hint: bits are set behind the prefix; did you mean 192.0.2.0/24?"
    ),
    (
      "rate-limit: {window: 2h}",
      "error: 'rate-limit.window' takes a time from 0s to 1h, such as 30s"
    ),
    ("zones: a\n---\nzones: b\n", "2:1: error: a second document begins here"),
    ("{a: 1}: b", "error: a key has to be a word"),
    ("<<: {workers: 1}", "1:1: error: there is no setting '<<'"),
    ("a:\n\tb: 1\n", "error: this is no YAML: found character that cannot start any token"),
    ("zones: 'a", "error: this is no YAML: found unexpected end of stream"),
    ("zones: a: b", "1:9: error: this is no YAML: mapping values are not allowed in this context"),
    ("ü: 1\ngeoip: ['é', {a: ü}]", "2:15: error: 'geoip' takes the path of a file, not a section"),
  ]

  @Test("each mistake has a message of its own", arguments: messages)
  func message(text: String, message: String) {
    let read = file(text)
    #expect(read.rendered().contains(message), "\(read.rendered())")
    #expect(read.settings == nil)
  }

  @Test("columns count octets, as those of zone files do")
  func columns() {
    #expect(file("zones: \"é\"\nidentity: [é]\n").rendered().hasPrefix("sextant.yaml:2:11: "))
    #expect(
      file("edns: {client-subnet: é, bad: 1}").rendered().contains(
        "sextant.yaml:1:27: error: there is no setting 'bad'"))
  }

  @Test("a file that cannot be read, or is none")
  func unreadable() {
    let read = ConfigurationFile(path: "/no/such/file.yaml")
    #expect(
      read.rendered() == "/no/such/file.yaml: error: cannot be read: No such file or directory\n")
    #expect(read.settings == nil)
    #expect(
      ConfigurationFile(path: "/").rendered() == "/: error: cannot be read: not a regular file\n")
  }
}
