import DNSWire
import TestSupport

/// One kind of query to one kind of name: what a run answers over and over.
struct Scenario {
  /// What it is called in `instructions.tsv`.
  let name: String
  /// The lines of the zone `example.com.` behind the records that every zone has.
  let zone: String
  /// The query.
  let query: [UInt8]
  /// The addresses of targets that are down.
  var down: [String] = []

  /// Every scenario, in the order of the table.
  static let all: [Scenario] =
    [
      Scenario(name: "static", zone: "w A 192.0.2.1", query: ask("w")),
      Scenario(name: "nxdomain", zone: "", query: ask("no.such")),
      Scenario(name: "wildcard", zone: "*.w A 192.0.2.1", query: ask("a.w")),
      Scenario(name: "referral", zone: "sub NS ns.sub\nns.sub A 192.0.2.1", query: ask("a.sub")),
      Scenario(
        name: "geo", zone: pools(8) + "w 60 STEER geo ( net:198.51.100.0/24 -> p0 default -> p1 )",
        query: ask("w")),
      Scenario(
        name: "geo-ecs",
        zone: pools(8) + "w 60 STEER geo ( net:198.51.100.0/24 -> p0 default -> p1 )",
        query: ask("w", subnet: "198.51.100.0/24")),
    ]
    + [8, 64].flatMap { count -> [Scenario] in
      let names = (0..<count).map { "p\($0)" }
      let list = names.joined(separator: " ")
      let weighted = names.enumerated().map { "\($1)=\($0 + 1)" }.joined(separator: " ")
      let policies = [
        ("failover", "failover \(list)"), ("weighted", "weighted \(weighted)"),
        ("smooth", "weighted smooth \(weighted)"), ("round-robin", "round-robin \(list)"),
        ("hash", "hash \(list)"), ("least-load", "least-load \(list)"),
        ("nearest", "nearest \(list)"),
      ]
      let selections = ["round-robin", "weighted", "weighted smooth", "hash", "least-load"]
      let targets = (0..<count).map { "192.0.2.\($0 + 1)" }
      let weights = (0..<count).map { "192.0.2.\($0 + 1) weight=\($0 + 1)" }
      return policies.flatMap { name, policy in
        // All are up, or all but the last are down.
        [("", []), ("-down", Array(targets.dropLast()))].map { state, down in
          Scenario(
            name: "policy-\(name)\(state)-\(count)", zone: pools(count) + "w 60 STEER \(policy)",
            query: ask("w"), down: down)
        }
      }
        + selections.map { selection in
          let isWeighted = selection != "round-robin" && selection != "least-load"
          let list = (isWeighted ? weights : targets).joined(separator: " ")
          return Scenario(
            name: "select-\(selection.split(separator: " ").last ?? "")-\(count)",
            zone: "$POOL p select=\(selection) answers=1 ( \(list) )\nw 60 STEER failover p",
            query: ask("w"))
        }
    }

  private static func ask(_ name: String, subnet: String? = nil) -> [UInt8] {
    Query("\(name).example.com.", edns: 1232, subnet: subnet).octets
  }

  /// So many pools of one target, each with a place.
  private static func pools(_ count: Int) -> String {
    "$CHECK web tcp port=80\n"
      + (0..<count).map { index in
        "$POOL p\(index) check=web location=\(index),\(index) ( 192.0.2.\(index + 1) )\n"
      }.joined()
  }
}
