import GeoDatabase
import Testing

/// What zones expect of themselves, and what is said where it does not hold.
struct ExpectationTests {
  private static let zone = """
    $TTL 300
    @ SOA ns1 hostmaster 1 7200 1800 1209600 300
    @ NS ns1
    ns1 A 192.0.2.53
    $CHECK web http
    $SITE us location=39,-77
    $SITE eu location=50,8
    $POOL api@us check=web ( 203.0.113.1 name=one 203.0.113.2 2001:db8::1 )
    $POOL api@eu check=web ( 198.51.100.1 198.51.100.2 backup )
    $POOL forced ( 192.0.2.8 state=down )
    $POOL hosts select=weighted ( www.example.net. weight=3 inside weight=1 )
    $POOL cdn select=weighted answer=resolve ( a.example.net. weight=3 split weight=1 )
    $MAP world ( net:198.51.100.0/24 -> eu us asn:64500 -> eu country:US -> us eu default -> nearest us eu )
    $POLICY split weighted api@us=9 api@eu=1
    inside A 192.0.2.7
    geo 60 STEER geo map=world pools=api
    near 60 STEER nearest api@*
    game 60 STEER latency table=rtt api@*
    split 60 STEER failover forced split
    rr 60 STEER round-robin split api@us
    pay 60 STEER failover api@us
    pay A 192.0.2.9
    none 60 STEER failover api@eu when-down=nodata
    fail 60 STEER failover api@eu when-down=servfail
    all 60 STEER failover api@eu when-down=all
    gone 60 STEER failover forced
    host 60 STEER failover hosts
    @ 60 STEER failover cdn rest
    $POOL rest ( 192.0.2.99 )
    *.apps CNAME split
    below DNAME apps
    out CNAME www.example.org.

    """

  @Test(
    "holds",
    arguments: [
      "geo A from=198.51.100.9 -> api@eu", "geo A from=198.51.100.9 down=@eu -> api@us",
      "geo A from=198.51.100.9 down=198.51.100.1 -> api@eu",
      "geo A from=198.51.100.9 down=198.51.100.1 -> 198.51.100.2",
      "geo A from=198.51.100.9 down=api@eu -> 203.0.113.1 203.0.113.2",
      "geo A from=198.51.100.9 down=api@eu,one -> 203.0.113.2",
      "geo AAAA from=198.51.100.9 -> nodata", "geo AAAA from=198.51.100.9 down=@eu -> 2001:db8::1",
      "geo AAAA from=198.51.100.9 down=@eu,2001:db8::1 -> nodata",
      "split A from=192.0.2.1 -> api@*", "split A from=192.0.2.1 down=api@us -> api@eu",
      "rr A from=::1 -> api@us api@eu forced", "pay A from=::1 -> api@us",
      "pay A from=::1 down=@us -> static", "pay A from=::1 down=@us -> 192.0.2.9",
      "pay AAAA from=::1 down=@us -> static", "pay AAAA from=::1 down=@us -> nodata",
      "none A from=::1 down=@eu -> nodata", "fail A from=::1 down=@eu -> servfail",
      "all A from=::1 down=@eu -> api@eu", "gone A from=::1 -> servfail",
      "host A from=::1 -> hosts", "host A from=::1 -> www.example.net. inside.example.com.",
      "host CNAME from=::1 -> hosts", "host A from=::1 -> www.example.net. 192.0.2.7",
      "x.apps A from=::1 -> api@us api@eu", "x.apps CNAME from=::1 -> split.example.com.",
      "x.apps A from=::1 -> split.example.com.", "x.below A from=::1 -> api@us api@eu",
      "ns1 A from=::1 at=2026-12-01T06:00:00+02:00 -> 192.0.2.53", "ns1 AAAA from=::1 -> nodata",
      "@ A from=::1 -> cdn", "@ AAAA from=::1 -> a.example.net. split.example.com.",
      "@ A from=::1 down=a.example.net. -> split.example.com.", "@ A from=::1 down=cdn -> rest",
      "@ CNAME from=::1 -> nodata",
      "out A from=::1 -> www.example.org.", "inside A from=::1 -> 192.0.2.7 192.0.2.8",
    ])
  func holds(line: String) throws {
    let zone = try TrialZone(Self.zone + "$EXPECT \(line)\n")
    #expect(zone.failures() == "")
    #expect(zone.failures(supposesDatabases: true) == "")
  }

  @Test(
    "does not hold, and says what is answered and why",
    arguments: [
      (
        "geo A from=198.51.100.9 -> api@us",
        "a client at 198.51.100.9 gets api@eu, not api@us",
        "decided by 'net:198.51.100.0/24' of the map 'world'"
      ),
      (
        "geo A from=192.0.2.1 -> api@eu", "a client at 192.0.2.1 gets api@us, not api@eu",
        "decided by 'country:US' of the map 'world', by the record of 192.0.2.0/24"
      ),
      (
        "geo A from=192.0.3.1 -> api@us", "a client at 192.0.3.1 gets api@eu, not api@us",
        "decided by 'asn:64500' of the map 'world', by the record of 192.0.3.0/24"
      ),
      (
        "geo A from=9.9.9.9 -> api@eu", "a client at 9.9.9.9 gets api@us, not api@eu",
        "decided by 'default' of the map 'world', the order as written, nothing being known of where 9.9.9.9 is"
      ),
      (
        "near A from=192.0.4.1 -> api@us", "a client at 192.0.4.1 gets api@eu, not api@us",
        "decided by the distance from 51.0,9.0, by the record of 192.0.4.0/24"
      ),
      (
        "game A from=198.51.100.9 -> api@us", "a client at 198.51.100.9 gets api@eu, not api@us",
        "decided by 'net:198.51.100.0/24' of the table 'rtt.csv'"
      ),
      (
        "game A from=192.0.4.1 -> api@us", "a client at 192.0.4.1 gets api@eu, not api@us",
        "decided by no line of the table 'rtt.csv', the distance from 51.0,9.0, by the record of 192.0.4.0/24"
      ),
      (
        "split A from=192.0.2.1 -> api@us forced",
        "a client at 192.0.2.1 gets api@us (90 %) or api@eu (10 %), and api@eu is not expected", ""
      ),
      (
        "rr A from=192.0.2.1 -> 198.51.100.1",
        "a client at 192.0.2.1 gets 203.0.113.1, 203.0.113.2 (from api@us) (95 %) or "
          + "198.51.100.1 (from api@eu) (5 %), and 203.0.113.1, 203.0.113.2 (from api@us) is not expected",
        ""
      ),
      (
        "none A from=::1 down=@eu -> api@eu",
        "a client at ::1 gets no record of the type, not api@eu", ""
      ),
      (
        "geo AAAA from=198.51.100.9 -> api@eu",
        "a client at 198.51.100.9 gets no record of the type (from api@eu), not api@eu",
        "decided by 'net:198.51.100.0/24' of the map 'world'"
      ),
      (
        "fail A from=::1 down=@eu -> api@eu", "a client at ::1 gets SERVFAIL, not api@eu", ""
      ),
      (
        "pay A from=::1 down=@us -> 203.0.113.1",
        "a client at ::1 gets 192.0.2.9, the plain records, not 203.0.113.1", ""
      ),
      (
        "x.split.apps A from=::1 -> nodata api@us",
        "a client at ::1 gets api@us (90 %) or api@eu (10 %), and api@eu is not expected", ""
      ),
      (
        "host A from=::1 -> www.example.net.",
        "a client at ::1 gets www.example.net. (from hosts) (75 %) or 192.0.2.7 (from hosts) (25 %), "
          + "and 192.0.2.7 (from hosts) is not expected", ""
      ),
      (
        "@ A from=::1 -> a.example.net.",
        "a client at ::1 gets a.example.net. (from cdn) (75 %) or split.example.com. (from cdn) "
          + "(25 %), and split.example.com. (from cdn) is not expected", ""
      ),
      (
        "ns1 A from=::1 -> api@us", "a client at ::1 gets 192.0.2.53, not api@us",
        "'ns1.example.com.' is not steered: its records are compared"
      ),
      (
        "out A from=::1 -> 192.0.2.7", "a client at ::1 gets www.example.org., not 192.0.2.7",
        "'out.example.com.' is not steered: its records are compared"
      ),
    ])
  func fails(line: String, message: String, reason: String) throws {
    let databases = GeoDatabases(
      [try database("192.0.2.0/24,US\n192.0.3.0/24,US,64500\n192.0.4.0/24,DE")],
      countryCentres: ["DE": .init(latitude: 51, longitude: 9)])
    let zone = try TrialZone(Self.zone + "$EXPECT \(line)\n", databases: databases)
    let text = zone.failures()
    #expect(text.hasPrefix("example.com.zone:32:"), "\(text)")
    #expect(text.contains("error: \(message)\n"), "\(text)")
    #expect(text.contains(reason.isEmpty ? message : "hint: \(reason)\n"), "\(text)")
  }

  @Test("What depends on a database that is not there fails, or is passed over with one warning")
  func withoutDatabases() throws {
    let zone = try TrialZone(
      Self.zone + """
        $EXPECT geo A from=192.0.2.1 -> api@eu
        $EXPECT near A from=192.0.2.1 -> api@eu
        $EXPECT geo A from=198.51.100.9 -> api@eu
        $EXPECT pay A from=192.0.2.1 -> api@eu

        """)
    #expect(zone.failures().split(separator: "\n").count { $0.contains(": error: ") } == 3)
    #expect(
      zone.failures(supposesDatabases: true) == """
        example.com.zone:32:33: warning: not checked: it depends on where 192.0.2.1 is, and there is no database of autonomous systems; nor is 1 more
          $EXPECT geo A from=192.0.2.1 -> api@eu
                                          ^^^^^^
          hint: name the databases that the server has: --geoip FILE
        example.com.zone:33:33: error: a client at 192.0.2.1 gets api@us, not api@eu
          $EXPECT pay A from=192.0.2.1 -> api@eu
                                          ^^^^^^

        """)
    // A database of places alone leaves open what the AS number would decide.
    let places = GeoDatabases([try database("192.0.2.0/24,US")])
    let open = try TrialZone(
      Self.zone + "$EXPECT geo A from=192.0.2.1 -> api@eu\n", databases: places)
    #expect(open.failures(supposesDatabases: true).contains("no database of autonomous systems"))
    let plain = Self.zone.replacing("asn:64500 -> eu ", with: "")
    let decided = try TrialZone(
      plain + "$EXPECT geo A from=192.0.2.1 -> api@eu\n", databases: places)
    #expect(decided.failures(supposesDatabases: true).contains("error: "))
    let lacking = try TrialZone(plain + "$EXPECT geo A from=192.0.2.1 -> api@eu\n")
    #expect(lacking.failures(supposesDatabases: true).contains("no database of places"))
  }

  @Test("Pools of host names that lead to each other, with ways without number, come to an end")
  func loops() throws {
    let names = (0..<12).map { "n\($0)" }
    let pools = names.enumerated().map { index, name in
      "$POOL p\(index) ( \(names.filter { $0 != name }.joined(separator: " ")) )\n"
        + "\(name) 60 STEER failover p\(index)\n"
    }
    let zone = try TrialZone(
      Self.zone + pools.joined() + "$EXPECT n0 A from=::1 -> p0\n$EXPECT n0 A from=::1 -> p1\n")
    #expect(zone.tried().errorCount == 1)
  }

  @Test("No more than 100 failures are shown")
  func many() throws {
    let lines = (0..<150).map { "$EXPECT ns1 A from=192.0.2.\($0) -> 192.0.2.1\n" }
    let zone = try TrialZone(Self.zone + lines.joined())
    #expect(zone.tried().errorCount == 150)
    #expect(zone.tried().diagnostics.count { $0.severity == .error } == 100)
  }
}
