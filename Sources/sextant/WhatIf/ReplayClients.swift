import Addresses
import DNSWire
import GeoDatabase
import Replay
import SourceText

/// Who is sent through the zones: the clients of a file, or the networks of a database.
struct ReplayClients {
  private let options: WhatIfOptions
  private let zones: ChangedZones
  /// Where they come from.
  private(set) var source = ""
  /// How many queries of a log ask for what is not steered, or not looked at.
  private(set) var ignored = 0.0

  init(_ options: WhatIfOptions, zones: ChangedZones) {
    self.options = options
    self.zones = zones
  }

  /// Replays all of them.
  mutating func replay(
    databases: GeoDatabases, progress: ProgressLine
  ) throws(CommandError) -> [ReplayReport] {
    if let path = options.clients { return try replay(file: path, progress) }
    guard let database = databases.populated else { return [] }
    return replay(database, progress)
  }

  private var questions: [ReplaySubject] {
    (options.name.map { [$0] } ?? zones.steeredNames).map { zones.subject($0, options.type) }
  }

  // MARK: The networks of a database

  private mutating func replay(
    _ database: GeoDatabase, _ progress: ProgressLine
  ) -> [ReplayReport] {
    source = database.path
    var replay = Replay(
      subjects: questions, populations: ["IPv4 addresses", "IPv6 networks of 48 bits"])
    let counts = database.networkCounts
    var count = 0
    database.forEachNetwork { network in
      let isIPv4 = network.address.isIPv4
      replay.add(
        network, clients: network.count(ofPrefixes: isIPv4 ? 32 : 48),
        population: isIPv4 ? 0 : 1)
      count += 1
      if count % 65_536 == 0 {
        progress.show("networks", share: Double(count) / Double(counts.ipv4 + counts.ipv6))
      }
    }
    return replay.report()
  }

  // MARK: A file

  private mutating func replay(
    file path: String, _ progress: ProgressLine
  ) throws(CommandError) -> [ReplayReport] {
    source = path
    var subjects = questions
    let lines = try lines(of: path, &subjects, progress)
    var replay = Replay(subjects: subjects, populations: ["clients"])
    for (number, line) in lines.enumerated() {
      replay.add(line.network, clients: line.count, subject: line.subject)
      if number % 65_536 == 0 {
        progress.show("clients", share: Double(number) / Double(lines.count))
      }
    }
    return replay.report()
  }

  private struct Line {
    var network: IPPrefix
    var count: Double
    /// What is asked for; nil is everything.
    var subject: Int?
  }

  /// The lines of a file; what they ask for is added to `subjects`.
  private mutating func lines(
    of path: String, _ subjects: inout [ReplaySubject], _ progress: ProgressLine
  ) throws(CommandError) -> [Line] {
    let octets: [UInt8]
    do throws(FileError) {
      octets = try FileError.readFile(path)
    } catch {
      throw .failed("\(path): cannot be read: \(error.explanation)")
    }
    var file = ClientFile(path: path, octets: octets)
    var known: [Question: Int?] = [:]
    var lines: [Line] = []
    do throws(ClientFile.Mistakes) {
      while let line = try file.next() {
        if lines.count % 65_536 == 0 { progress.show("reading \(path)", share: file.progress) }
        guard let name = line.name else {
          lines.append(Line(network: line.network, count: line.count))
          continue
        }
        let question = Question(name: name, type: line.type ?? "")
        let subject = known[question] ?? self.subject(question, &subjects)
        known[question] = subject
        guard let subject else {
          ignored += line.count
          continue
        }
        lines.append(Line(network: line.network, count: line.count, subject: subject))
      }
    } catch {
      throw .failed(error.text.hasSuffix("\n") ? String(error.text.dropLast()) : error.text)
    }
    return lines
  }

  private struct Question: Hashable {
    var name: DomainName
    /// As text; empty where the line has none.
    var type: String
  }

  /// The subject that a question of a log is one for; nil where nobody asked for that.
  private func subject(_ question: Question, _ subjects: inout [ReplaySubject]) -> Int? {
    let type = question.type.isEmpty ? options.type : WhatIfOptions.types[question.type]
    guard let type, !options.hasType || type == options.type,
      let owner = zones.steeredOwner(of: question.name, type)
    else { return nil }
    if let name = options.name, name != question.name, name != owner { return nil }
    let asked = options.name ?? owner
    if let index = subjects.firstIndex(where: { $0.name == asked && $0.type == type }) {
      return index
    }
    subjects.append(zones.subject(asked, type))
    return subjects.count - 1
  }
}

extension IPPrefix {
  /// How many networks with prefixes of a length it has; less than 1 where it is smaller than one.
  fileprivate func count(ofPrefixes width: Int) -> Double {
    var count = 1.0
    for _ in min(length, width)..<max(length, width) { count *= length < width ? 2 : 0.5 }
    return count
  }
}
