import Addresses
import DNSWire
import GeoDatabase
import HealthState
import SourceText
import TestSupport
import Testing
import ZoneCompiler
import ZoneFile

/// A zone from its text, example.com., and what was compiled of it.
struct TrialZone {
  let load: ZoneLoad
  let zone: Zone
  let compiled: CompiledZone
  let compiler: ZoneCompiler

  init(_ text: String, databases: GeoDatabases = GeoDatabases([])) throws {
    let loader = ZoneLoader(now: 1_800_000_000, mode: .coldStart) { file throws(FileError) in
      Array((richZoneFiles[file] ?? text).utf8)
    }
    load = loader.load(path: "example.com.zone", apex: DomainName("example.com.") ?? .root)
    if load.zone == nil { Issue.record("\(load.rendered())") }
    zone = try #require(load.zone)
    compiler = ZoneCompiler(
      databases: databases, health: HealthTable(), key: NameHashKey(seed: 1))
    compiled = try compiler.compile(zone)
  }

  /// The load with what is wrong with its expectations.
  func tried(supposesDatabases: Bool = false) -> ZoneLoad {
    load.adding(
      compiler.check(
        expectationsOf: zone, in: compiled, supposesDatabases: supposesDatabases))
  }

  /// What is wrong with its expectations, as text.
  func failures(supposesDatabases: Bool = false) -> String {
    let tried = tried(supposesDatabases: supposesDatabases)
    return tried.diagnostics.filter { !load.diagnostics.contains($0) }.map { tried.rendered($0) }
      .joined()
  }
}

/// A database of the places in lines of CSV.
func database(_ csv: String) throws -> GeoDatabase {
  var writer = MMDBWriter(type: "Test", description: "", buildEpoch: 1)
  for line in csv.split(separator: "\n") {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    writer.insert(
      try IPPrefix(parsing: fields[0]),
      .map(
        (fields[1].isEmpty
          ? [] : [.init("country", .map([.init("iso_code", .string(fields[1]))]))])
          + (fields.count > 2
            ? [.init("autonomous_system_number", .uint32(UInt32(fields[2]) ?? 0))] : [])))
  }
  return try GeoDatabase(octets: writer.encode(), path: "test.mmdb")
}
