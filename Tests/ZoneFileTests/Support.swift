import DNSWire
import Foundation
import SourceText
import Testing

@testable import ZoneFile

/// What the zones of most tests begin with.
let head = """
  $ORIGIN example.com.
  $TTL 1h
  @ SOA ns1 hostmaster 1 2h 30m 2w 5m
  @ NS ns1
  ns1 A 192.0.2.53

  """

/// 2026-01-01T00:00:00Z.
let newYear: Int64 = 1_767_225_600

let example = DomainName("example.com.") ?? .root

/// Loads `text` as the zone example.com from `zones/example.com.zone`, with `files` beside it.
func load(
  _ text: String, files: [String: String] = [:], apex: DomainName = example, now: Int64 = newYear,
  mode: ZoneLoader.Mode = .strict, running: [MigrationDeclaration] = []
) -> ZoneLoad {
  load(Array(text.utf8), files: files, apex: apex, now: now, mode: mode, running: running)
}

func load(
  _ octets: [UInt8], files: [String: String] = [:], apex: DomainName = example,
  now: Int64 = newYear, mode: ZoneLoader.Mode = .strict, running: [MigrationDeclaration] = []
) -> ZoneLoad {
  let loader = ZoneLoader(root: "zones", now: now, mode: mode, running: running) {
    path throws(FileError) in
    if path == "zones/example.com.zone" { return octets }
    guard let text = files[path] else { throw .system(ENOENT) }
    return Array(text.utf8)
  }
  return loader.load(path: "zones/example.com.zone", apex: apex)
}

/// The zone that `text`, behind `head`, says; an error is an issue.
func zone(_ text: String, files: [String: String] = [:]) throws -> Zone {
  let load = load(head + text, files: files)
  if load.zone == nil { Issue.record("\(load.rendered())") }
  return try #require(load.zone)
}

/// The records of a zone but those of `head`, as text.
func records(_ zone: Zone) -> [String] {
  zone.records.entries.dropFirst(3).map { text($0, zone) }
}

func text(_ entry: RecordTable.Entry, _ zone: Zone) -> String {
  let owner = DomainName(wire: zone.records.owner(of: entry)).map(\.description) ?? "?"
  let rdata = LDNS.text(of: zone.records.rdata(of: entry), type: entry.type) ?? "?"
  return "\(owner) \(entry.ttl) IN \(LDNS.name(of: entry.type)) \(rdata)"
}

/// The diagnostics of a load, one a line, `line:column+length severity: message | hint`, the lines
/// counted from the end of `head`; those of other files with their path.
func summary(_ load: ZoneLoad) -> String {
  load.diagnostics.map { diagnostic in
    let place = diagnostic.location
    let line =
      place.file > 0
      ? "\(load.files[Int(place.file)]):\(place.line)"
      : "\(place.line == 0 ? 0 : Int(place.line) - 5)"
    let hint = diagnostic.hint.map { " | " + $0 } ?? ""
    return
      "\(line):\(place.column)+\(diagnostic.length) \(diagnostic.severity): \(diagnostic.message)\(hint)\n"
  }.joined()
}
