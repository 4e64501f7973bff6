import DNSWire
import GeoDatabase
import HealthState
import SourceText
import TestSupport
import Testing
import ZoneCompiler
import ZoneFile

@Suite("A corpus of malformed zones") struct MalformedZoneTests {
  @Test("all that is wrong with each is reported at once", arguments: MalformedZones.names)
  func messages(name: String) throws {
    let loader = ZoneLoader(root: MalformedZones.folder, now: 1_800_000_000) {
      path throws(FileError) in
      try FileError.readFile("\(MalformedZones.parent)/\(path)")
    }
    let apex = try #require(DomainName("\(name)."))
    var load = loader.load(path: "\(MalformedZones.folder)/\(name).zone", apex: apex)
    #expect((load.zone == nil) == (load.errorCount > 0))
    if let zone = load.zone {
      let compiler = ZoneCompiler(
        databases: GeoDatabases([]), health: HealthTable(), key: NameHashKey(seed: 1))
      load = load.adding(
        compiler.check(
          expectationsOf: zone, in: try compiler.compile(zone), supposesDatabases: true))
    }
    #expect(load.errorCount > 0)
    #expect(try load.rendered() == MalformedZones.messages(name))
  }

  @Test("there are many, and several of them have many errors")
  func size() throws {
    #expect(MalformedZones.names.count >= 60)
    let counts = try MalformedZones.names.map {
      try MalformedZones.messages($0).components(separatedBy: ": error: ").count - 1
    }
    #expect(counts.allSatisfy { $0 > 0 })
    #expect(counts.count { $0 >= 5 } >= 20)
  }

  /// What the reference of the language calls wrong, the zone that has it, and what is said. That a migration
  /// comes too late for its countdown depends on the time: `MigrateDiagnosticTests`; for files that include each
  /// other too deep, or are too many, see `MasterFileTests`.
  static let named: [(error: String, zone: String, text: String)] = [
    ("an open quote", "open-quote", "this quote is not closed on its line"),
    ("parentheses that never close", "open-parenthesis", "this parenthesis is never closed"),
    ("octet 0", "zero-octet", "an octet 0 in a text file"),
    ("a class that is not IN", "classes", "only the class IN is served, not 'CH'"),
    ("no TTL", "no-ttl", "this record has no TTL, and no line before says one"),
    ("the SOA's MINIMUM as a TTL", "no-default-ttl", "the SOA's MINIMUM, 300, is used"),
    ("the largest TTL", "default-ttl", "'2147483648' is not a TTL"),
    ("different TTLs", "warnings-too", "the TTLs of 'c.warnings-too.' A differ"),
    ("a record twice", "warnings-too", "this record of 'd.warnings-too.' is there twice"),
    ("an endless RRset", "large-rrset", "fit into no answer"),
    ("data beside a CNAME", "cname-beside", "has a CNAME and other records"),
    ("names below a DNAME", "warnings-too", "lies below the DNAME at 'e.warnings-too.'"),
    ("a SOA elsewhere", "soa-below", "which is not the apex"),
    ("a second SOA", "second-soa", "a second SOA record"),
    ("no SOA", "no-soa", "has no SOA record"),
    ("no NS", "no-ns", "has no NS record at its apex"),
    ("an owner outside", "outside", "lies outside the zone 'outside.'"),
    ("a final dot forgotten", "warnings-too", "'www.warnings-too' without a final dot is"),
    ("an included file outside", "include-outside", "lies outside the zones' folder"),
    ("a file that includes itself", "include-loop", "'loop-a.inc' includes itself"),
    ("the chain of files", "include-wrong", "included at MalformedZones/include-wrong.zone:6:1"),
    ("a million generated lines", "generate", "is not a range of at most 1000000 numbers"),
    ("an option given twice", "check-options", "'port=' is given twice"),
    ("an unknown option", "check-options", "takes no option 'paht='; did you mean 'path='?"),
    ("a check that nothing uses", "unused", "no target uses the check 'idle'"),
    ("a pool that nothing uses", "unused", "no policy uses the pool 'q'"),
    ("a map that nothing uses", "unused", "no policy uses the map 'm'"),
    ("a policy that nothing uses", "unused", "nothing uses the policy 'r'"),
    ("MIN above MAX", "steer-ttl", "the smallest TTL, 300, is above the largest, 20"),
    ("a MAX that is never reached", "unused", "after 3 probes, 3 × 5s = 15s"),
    ("all weights zero in a policy", "steer-weights", "all weights of this policy are 0"),
    ("all weights zero in a pool", "pool-weights", "all weights of the pool 'p' are 0"),
    ("a timeout above its interval", "check-timeout", "timeout=3s is above the interval of 2s"),
    ("addresses and host names", "pool-mixed", "is a host name, the first target is an address"),
    ("answer= of addresses", "host-names", "answer= is for host names, and '192.0.2.1' is"),
    ("257 targets", "pool-large", "has 257 targets, of at most 256"),
    ("families that differ", "warnings-too", "'p@s2' has no IPv6 address, 'p@s1' has one"),
    ("a reserved name", "pool-names", "'geo' is a policy's word and cannot name a pool"),
    ("a name of two things", "pool-names", "'berlin' is the name of a site already"),
    ("a map without default", "map-default", "this map has no rule for 'default'"),
    ("'->' without blanks", "map-arrows", "'->' needs a blank on both sides"),
    ("duplicates in a map", "map-duplicates", "the matcher 'country:FR' occurs twice"),
    ("an unknown country", "warnings-too", "no country has the code 'UK'; did you mean 'GB'?"),
    ("a site without the pool", "warnings-too", "no pool 'p@s3': the site is skipped"),
    ("a close name", "map-lists", "'us-esat'; did you mean 'us-east'?"),
    ("nearest without a place", "nearest", "'nearest' needs the place of 'p@berlin'"),
    ("a policy in nearest", "nearest", "'q' is a policy, and 'nearest' takes pools"),
    ("a loop of policies", "policy-loop", "leads back to itself: x -> y -> z -> x"),
    ("policies too deep", "policy-deep", "policies lead to each other more than 16 deep"),
    ("a second STEER", "steer-twice", "has a second STEER"),
    ("STEER at a delegation", "steer-delegation", "lies at the delegation of"),
    ("STEER below a delegation", "steer-delegation", "lies below the delegation of"),
    ("STEER below a DNAME", "steer-dname", "lies below the DNAME at"),
    ("STEER at a name server's name", "steer-name-server", "is a name server's name: NS in line 3"),
    ("STEER at glue", "steer-name-server", "is a name server's name: NS in line 8"),
    ("a CNAME at the apex", "steer-apex", "the apex cannot have a CNAME"),
    ("other types beside a CNAME", "steer-cname", "can have a CNAME, since the pool 'p'"),
    ("a CNAME of itself", "steer-cname", "would be a CNAME of itself"),
    ("when-down=static", "steer-options", "has no plain A, AAAA or CNAME record"),
    ("failback= of a policy", "failback", "failback= holds pools back, and 'q' is a policy"),
    ("a hashed network", "hash", "does not say which networks are hashed"),
    ("a policy's load", "least-load", "'least-load' takes pools, and 'q' is a policy"),
    ("a latency table", "latency-lines", "a line has three fields, this one has 2"),
    ("a latency table outside", "latency", "'../secret.csv' lies outside the zones' folder"),
    ("a migration's TTL", "migrate-owners", "ttl=1h is not below the TTL of the owners, 3600"),
    ("a migration that is over", "warnings-too", "the migration 'over' is over since"),
    ("pools and answers in a list", "expect-lists", "'192.0.2.1' is an address, 'p' is a pool"),
    ("an expectation that fails", "expect-fails", "gets p (90 %) or q (10 %), and q is not"),
    ("more than 100 errors", "hundreds", "and 3 more errors"),
    ("what is not built yet", "check-not-built", "the check kind 'tls' is not built yet"),
  ]

  @Test("each error that the language names is in it", arguments: named)
  func text(error: String, zone: String, text: String) throws {
    #expect(try MalformedZones.messages(zone).contains(text), "\(error)")
  }
}
