import DNSWire
import GeoDatabase
import Replay
import SourceText

/// The report of `sextant whatif`, for a person and for a program.
struct WhatIfView {
  let reports: [ReplayReport]
  /// Where the clients come from.
  let source: String
  /// What they come in: a network or a line.
  let unit: String
  /// How many queries were not counted.
  let ignored: Double
  /// The pools that clients are sent to and that answer otherwise then.
  let changedPools: [(pool: String, gone: [String], new: [String])]
  let exceeded: [String]
  /// Whether one name was asked for.
  let isSingle: Bool

  // MARK: Text

  /// Tables: of a single name all there is, of several what moves of each and where all of it goes.
  var text: String {
    var blocks: [String] = []
    for report in reports {
      blocks.append(
        "\(Self.number(report.clients)) \(report.label) in "
          + "\(Self.number(Double(report.networks))) \(unit)\(report.networks == 1 ? "" : "s") of "
          + "\(source)\n")
      let asked = report.parts.filter { $0.clients > 0 }
      if isSingle {
        for part in asked {
          blocks.append("\(Self.title(part)): \(PercentText.text(part.movedShare)) move\n")
          blocks += tables(part, withNumbers: true)
        }
      } else {
        blocks.append("\(PercentText.text(report.total.movedShare)) move\n")
        blocks.append(
          Self.table(
            [["asked for", "move"]]
              + asked.map { [Self.title($0), PercentText.text($0.movedShare)] }, textColumns: 1))
        blocks += tables(report.total, withNumbers: false)
      }
    }
    if !changedPools.isEmpty {
      blocks.append("pools that answer otherwise\n" + changedPools.map(Self.line).joined())
    }
    if ignored > 0 {
      blocks.append("\(Self.number(ignored)) queries ask for other names or types\n")
    }
    return blocks.joined(separator: "\n")
  }

  private static func title(_ part: ReplayReport.Part) -> String {
    guard let name = part.name, let type = part.type else { return "" }
    return "\(name) \(typeName(type))"
  }

  private static func line(_ change: (pool: String, gone: [String], new: [String])) -> String {
    let parts = [("without", change.gone), ("with", change.new)].filter { !$0.1.isEmpty }
    return "  \(change.pool): "
      + parts.map { "\($0.0) \($0.1.joined(separator: ", "))" }.joined(separator: "; ") + "\n"
  }

  /// From where to where, by pool and by site.
  private func tables(_ part: ReplayReport.Part, withNumbers: Bool) -> [String] {
    var tables: [String] = []
    if !part.moves.isEmpty {
      let rows = part.moves.map { move in
        [
          "\(move.from)", "\(move.to)", PercentText.text(part.share(of: move.clients)),
          Self.number(move.clients),
        ]
      }
      let all = [["from", "to", "share", "number"]] + rows
      tables.append(
        Self.table(withNumbers ? all : all.map { $0.dropLast() }, textColumns: 2))
    }
    tables.append(Self.loads("pool", part.poolLoads, of: part))
    if !part.siteLoads.isEmpty { tables.append(Self.loads("site", part.siteLoads, of: part)) }
    return tables
  }

  private static func loads(
    _ what: String, _ loads: [ReplayReport.Load], of part: ReplayReport.Part
  ) -> String {
    table(
      [[what, "before", "after"]]
        + loads.map { load in
          [
            load.name, PercentText.text(part.share(of: load.before)),
            PercentText.text(part.share(of: load.after)),
          ]
        }, textColumns: 1)
  }

  /// Rows with columns as wide as they have to be; behind the first columns, numbers are on the right.
  private static func table(_ rows: [[String]], textColumns: Int) -> String {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        return "  " + (column < textColumns ? cell + blanks : blanks + cell)
      }.joined() + "\n"
    }.joined()
  }

  /// A whole number with commas between its thousands.
  private static func number(_ value: Double) -> String {
    var digits = Array(String(Int(exactly: value.rounded()) ?? .max))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return String(digits)
  }

  private static func typeName(_ type: RecordType) -> String {
    WhatIfOptions.types.first { $0.value == type }?.key ?? ""
  }

  // MARK: JSON

  /// One object on one line; shares from 0 to 1.
  var json: String {
    let value = MaxMindValue.map([
      .init("source", .string(source)),
      .init("populations", .array(reports.map(json))),
      .init("ignored", .double(ignored)),
      .init(
        "changed_pools",
        .array(
          changedPools.map { change in
            .map([
              .init("pool", .string(change.pool)),
              .init("without", .array(change.gone.map { .string($0) })),
              .init("with", .array(change.new.map { .string($0) })),
            ])
          })),
      .init("exceeded", .array(exceeded.map { .string($0) })),
    ])
    return value.json + "\n"
  }

  private func json(_ report: ReplayReport) -> MaxMindValue {
    .map([
      .init("of", .string(report.label)), .init("clients", .double(report.clients)),
      .init("networks", .uint64(UInt64(report.networks))),
      .init(
        "names",
        .array(
          report.parts.filter { $0.clients > 0 }.map { part in
            .map(
              [
                .init("name", .string(part.name?.description ?? "")),
                .init("type", .string(part.type.map(Self.typeName) ?? "")),
              ] + entries(part))
          })),
      .init("all", .map(entries(report.total))),
    ])
  }

  private func entries(_ part: ReplayReport.Part) -> [MaxMindValue.Entry] {
    func loads(_ loads: [ReplayReport.Load]) -> MaxMindValue {
      .array(
        loads.map { load in
          .map([
            .init("name", .string(load.name)),
            .init("before", .double(part.share(of: load.before))),
            .init("after", .double(part.share(of: load.after))),
          ])
        })
    }
    return [
      .init("clients", .double(part.clients)), .init("moved", .double(part.movedShare)),
      .init(
        "moves",
        .array(
          part.moves.map { move in
            .map([
              .init("from", .string("\(move.from)")), .init("to", .string("\(move.to)")),
              .init("share", .double(part.share(of: move.clients))),
            ])
          })),
      .init("pools", loads(part.poolLoads)), .init("sites", loads(part.siteLoads)),
    ]
  }
}
