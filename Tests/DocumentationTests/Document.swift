import DNSWire
import Foundation
import GeoDatabase
import HealthState
import SourceText
import ZoneCompiler
import ZoneFile

/// A Markdown file of the project.
struct Document {
  /// A fenced block.
  struct Block {
    /// What stands behind the opening fence.
    var info: String
    /// The lines between the fences, each with its newline.
    var text: String
  }

  /// The project's folder.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The path within the project.
  let path: String
  let text: String

  init(_ path: String) throws {
    self.path = path
    text = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
  }

  /// The text's lines.
  var lines: [String] { text.components(separatedBy: "\n") }

  /// The fenced blocks, in order.
  var blocks: [Block] {
    var blocks: [Block] = []
    var open: Block?
    for line in lines {
      if line.hasPrefix("```") {
        if let block = open { blocks.append(block) }
        open = open == nil ? Block(info: String(line.dropFirst(3)), text: "") : nil
      } else {
        open?.text += line + "\n"
      }
    }
    return blocks
  }

  /// The texts of the blocks that are marked so.
  func blocks(_ info: String) -> [String] { blocks.filter { $0.info == info }.map(\.text) }

  /// The options that the first column of a table names.
  var optionRows: [String] {
    lines.compactMap { line in
      line.hasPrefix("| `--") ? String(line.dropFirst(3).prefix { !" `".contains($0) }) : nil
    }
  }

  /// The lines below a heading of the second level, to the next one.
  func section(_ heading: String) -> [String] {
    let rest = lines.drop { $0 != "## \(heading)" }.dropFirst()
    return Array(rest.prefix { !$0.hasPrefix("## ") })
  }

  /// The files and folders of the project that the text names by path.
  var files: [String] {
    text.matches(of: /`((?:Sources|Tests|Scripts)\/[^`]*)`/).map { String($0.1) }
  }

  /// Where links in the text lead, without those to other sites.
  var localLinks: [String] {
    text.matches(of: /\]\(([^)\s#]+)[^)]*\)/).map { String($0.1) }.filter { !$0.contains("://") }
  }
}

/// Loads `text` as a file, early in 2027, and tries what it expects; the zone is named by the file's name.
func load(
  _ text: String, path: String = "example.com.zone", files: [String: String] = [:],
  databases: GeoDatabases = GeoDatabases([])
) -> ZoneLoad {
  let loader = ZoneLoader(now: 1_800_000_000) { file throws(FileError) in
    Array((files[file] ?? text).utf8)
  }
  let name = URL(filePath: path).deletingPathExtension().lastPathComponent
  let load = loader.load(path: path, apex: DomainName("\(name).") ?? .root)
  guard let zone = load.zone else { return load }
  let compiler = ZoneCompiler(
    databases: databases, health: HealthTable(), key: NameHashKey(seed: 1))
  guard let compiled = try? compiler.compile(zone) else { return load }
  return load.adding(compiler.check(expectationsOf: zone, in: compiled))
}
