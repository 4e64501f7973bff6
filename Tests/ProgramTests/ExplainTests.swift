import TestSupport
import Testing

/// Why a client gets an answer, from files and from a running server.
@Suite("sextant explain", .ownThreads, .timeLimit(.minutes(5))) struct ExplainTests {
  private static let zone = NameServer.zone(
    """
    $CHECK web http path=/health
    $SITE us location=39,-77
    $SITE eu location=50,8
    $POOL api@us check=web select=weighted ( 192.0.2.1 weight=3 192.0.2.2 name=second )
    $POOL api@eu check=web ( 198.51.100.1 198.51.100.2 state=drain 198.51.100.3 backup )
    $MAP world ( net:198.51.100.0/24 -> eu us default -> us eu )
    api 60 STEER geo map=world pools=api
    all 60 STEER failover api@us when-down=servfail
    cart 60 STEER hash api@us=2 api@eu
    alias CNAME api
    plain A 192.0.2.9
    $POLICY split failover api@eu api@us
    nested 60 STEER geo ( default -> split api@us )
    """)

  private func explain(_ words: String...) throws -> String {
    let folder = TemporaryFolder()
    try folder.write("zones/example.com.zone", Self.zone)
    let ending = try Program.run(["explain"] + words, in: folder.path)
    #expect(ending.status == 0 && ending.errors.isEmpty, "\(ending)")
    return ending.output
  }

  @Test(
    "It says the rule with its place, the list, what was looked at, the pick, the TTL and the scope"
  )
  func rule() throws {
    let text = try explain("api.example.com", "--client", "198.51.100.77")
    for part in [
      "api.example.com. A for the client 198.51.100.77",
      "zone     example.com., serial 1\n",
      "steer    api.example.com. 60 STEER geo map=world pools=api",
      "zones/example.com.zone:11\n",
      "rule     'net:198.51.100.0/24' of the map 'world' (/24)",
      "zones/example.com.zone:10\n",
      "list     api@eu, api@us\n",
      "api@eu is up: 2 of 2 targets healthy",
      "  198.51.100.2 is drained\n",
      "  198.51.100.3 is a backup\n",
      "api@us is not needed\n",
      "pick     api@eu: its targets in turns\n",
      "TTL      60: as written\n",
      "scope    /24: all clients in its /24 get the same list\n",
      "         api.example.com. 60 IN A 198.51.100.1\n",
    ] { #expect(text.contains(part), "\(part)\n\(text)") }
  }

  @Test(
    "What is supposed down is passed over, with the reason",
    arguments: [
      ("198.51.100.1", ["198.51.100.1 is down: it is supposed to be", "IN A 198.51.100.3"]),
      ("api@eu", ["api@eu is down: 0 of 2 targets healthy", "pick     api@us: a target drawn"]),
      ("@eu", ["api@eu is down", "pick     api@us"]),
    ])
  func down(word: String, parts: [String]) throws {
    let text = try explain("api.example.com", "--client", "198.51.100.77", "--down", word)
    for part in parts { #expect(text.contains(part), "\(part)\n\(text)") }
  }

  @Test("Nothing up, names that are not steered, chains and other types are explained too")
  func others() throws {
    let none = try explain("all.example.com", "--client", "192.0.2.9", "--down", "@us")
    #expect(none.contains("nothing is up: when-down=servfail") && none.contains("SERVFAIL"))
    #expect(none.contains("  second (192.0.2.2) is down"))
    let plain = try explain("plain.example.com", "--client", "192.0.2.9")
    #expect(plain.contains("steered  no; the records are the answer"))
    let chain = try explain("alias.example.com", "AAAA", "--client", "192.0.2.9")
    #expect(
      chain.contains("steer    api.example.com.") && chain.contains("IN CNAME api.example.com."))
    let nested = try explain("nested.example.com", "--client", "192.0.2.9", "--down", "@eu")
    #expect(nested.contains("policy   split: failover api@eu api@us"))
    #expect(nested.contains("api@eu is down") && nested.contains("pick     api@us"))
    #expect(!nested.contains("split: failover api@eu api@us is not needed"))
    let hash = try explain("cart.example.com", "--client", "192.0.2.9")
    #expect(hash.contains("scope    /24"))
    let elsewhere = try explain("www.example.net", "--client", "192.0.2.9")
    #expect(elsewhere.contains("none that is served here") && elsewhere.contains("REFUSED"))
  }

  @Test("--json has the steps and the packet, --packet the whole reply")
  func machines() throws {
    let json = try explain("api.example.com", "--client", "192.0.2.1", "--json")
    for part in [
      #""client":"192.0.2.1""#, #""step":"rule""#, #""list":["api@us","api@eu"]"#, #""scope":6"#,
      #""pool":"api@us""#, #""ttl":60"#, #""packet":"00008400000100"#,
    ] { #expect(json.contains(part), "\(part)\n\(json)") }
    let packet = try explain("api.example.com", "--client", "192.0.2.1", "--packet")
    #expect(packet.contains(";; QUESTION SECTION:"))
  }

  @Test(
    "Wrong use is said, with exit status 2, and what does not exist with 1",
    arguments: [
      (["explain"], 2, "needs a name"), (["explain", "a"], 2, "needs '--client ADDRESS'"),
      (
        ["explain", "a", "--client", "1.2.3.4", "--admin", "x", "--zones", "y"], 2,
        "--zones is for files"
      ),
      (["explain", "a..b", "--client", "1.2.3.4"], 1, "'a..b' is not a name"),
      (["explain", "a", "NOTYPE", "--client", "1.2.3.4"], 1, "there is no type 'NOTYPE'"),
      (["explain", "a", "--client", "1.2.3"], 1, "'1.2.3' is not the address of a client"),
      (["explain", "a", "--client", "1.2.3.4", "--at", "now"], 1, "'now' is not a time"),
      (["explain", "a", "--client", "1.2.3.4", "--down", "@ue"], 1, "'@ue'; did you mean '@eu'?"),
      (["explain", "a", "--client", "1.2.3.4", "--zones", "none"], 1, "none"),
      (
        ["explain", "a", "--client", "1.2.3.4", "--admin", "127.0.0.1:1"], 1,
        "cannot ask the server"
      ),
      (["ctl"], 2, "needs a verb"), (["ctl", "failback"], 2, "needs a verb"),
    ] as [([String], Int32, String)])
  func wrong(words: [String], status: Int32, part: String) throws {
    let folder = TemporaryFolder()
    try folder.write("zones/example.com.zone", Self.zone)
    let ending = try Program.run(words, in: folder.path)
    #expect(ending.status == status && ending.output.isEmpty, "\(ending)")
    #expect(ending.errors.contains(part), "\(ending.errors)")
  }

  @Test("A running server says what its probes see")
  func running() throws {
    let well = try BackEnd("127.0.4.21")
    let ill = try BackEnd("127.0.4.22")
    ill.kill()
    let server = try NameServer(
      zone: """
        $CHECK web http path=/health interval=1s timeout=900ms fall=1 rise=1
        $POOL one check=web ( 127.0.4.22 port=\(ill.port) )
        $POOL two check=web ( 127.0.4.21 port=\(well.port) )
        pay 60 STEER failover one two
        """, options: ["--admin", "127.0.0.1:0"])
    let admin = try server.adminAddress()
    let ending = try Program.run(
      "explain", "pay.example.com", "--client", "192.0.2.1", "--admin", admin)
    #expect(ending.status == 0)
    for part in [
      "one is down: 0 of 1 targets healthy", "127.0.4.22 is down: connection refused",
      "two is up: 1 of 1 targets healthy", "pay.example.com. 60 IN A 127.0.4.21",
    ] { #expect(ending.output.contains(part), "\(part)\n\(ending)") }
    let json = try Program.run(
      "explain", "pay.example.com", "--client", "192.0.2.1", "--admin", admin, "--json")
    #expect(json.output.hasPrefix(#"{"name":"pay.example.com.""#))
    let wrong = try Program.run("explain", "pay.example.com", "--client", "x", "--admin", admin)
    #expect(wrong.status == 1 && wrong.errors.contains("'x' is not the address of a client"))
    #expect(try server.stop().status == 0)
  }
}
