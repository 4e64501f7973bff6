import Addresses
import SourceText

/// Reads the lines `NETWORK,POOL,MILLISECONDS` of a latency table. Blank lines, those that begin with `#` and
/// a first line of column names are passed over.
struct LatencyTableReader {
  /// The largest time, in milliseconds.
  static let maximumMilliseconds = 3_600_000.0

  let file: UInt16
  /// Whether a pool or site of that name is declared.
  let isKnown: (String) -> Bool
  /// What a wrong name may have been meant for.
  let candidates: [String]

  private var unknown: Set<String> = []
  private var line: UInt32 = 0

  init(file: UInt16, candidates: [String], isKnown: @escaping (String) -> Bool) {
    self.file = file
    self.candidates = candidates
    self.isKnown = isKnown
  }

  /// The measurements by network; what is wrong is reported at its place.
  mutating func read(
    _ bytes: [UInt8], into diagnostics: inout DiagnosticList
  ) -> [IPPrefix: [LatencyTable.Measurement]] {
    var networks: [IPPrefix: [LatencyTable.Measurement]] = [:]
    line = 0
    var isFirst = true
    for text in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      let fields = fields(text)
      guard let first = fields.first, !(fields.count == 1 && first.text.isEmpty),
        !first.text.hasPrefix("#")
      else { continue }
      defer { isFirst = false }
      if isFirst, first.text.lowercased() == "network" { continue }
      guard fields.count == 3 else {
        diagnostics.error(
          first, "a line has three fields, this one has \(fields.count)",
          hint: "write NETWORK,POOL,MILLISECONDS, such as 192.0.2.0/24,web@berlin,25")
        continue
      }
      guard let network = network(first, &diagnostics),
        let milliseconds = milliseconds(fields[2], &diagnostics)
      else { continue }
      let name = fields[1]
      if !isKnown(name.text), unknown.insert(name.text).inserted {
        diagnostics.warning(
          name,
          "no pool or site '\(name.text)'\(Suggestion.text(for: name.text, among: candidates))",
          hint: "its lines are not used")
      }
      if networks[network, default: []].contains(where: { $0.name == name.text }) {
        diagnostics.error(
          name, "'\(name.text)' has a second line for \(network)", hint: "take one of them out")
        continue
      }
      networks[network, default: []].append(.init(name: name.text, milliseconds: milliseconds))
    }
    return networks
  }

  /// The fields of a line without the blanks around them.
  private func fields(_ text: ArraySlice<UInt8>) -> [Word] {
    text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { field in
      var field = field
      while let last = field.last, last <= UInt8(ascii: " ") { field.removeLast() }
      while let first = field.first, first <= UInt8(ascii: " ") { field.removeFirst() }
      let column = UInt32(field.startIndex - text.startIndex + 1)
      return Word(
        text: String(decoding: field, as: UTF8.self),
        location: SourceLocation(file: file, line: line, column: column),
        length: max(1, field.count))
    }
  }

  private func network(_ word: Word, _ diagnostics: inout DiagnosticList) -> IPPrefix? {
    do throws(IPPrefix.ParseError) {
      return try IPPrefix(parsing: word.text)
    } catch {
      switch error {
      case .malformed:
        diagnostics.error(
          word, "'\(word.text)' is not a network", hint: "such as 192.0.2.0/24 or 2001:db8::/32")
      case .hostBits(let meant):
        diagnostics.error(
          word, "bits are set behind the prefix of '\(word.text)'", hint: "write \(meant)")
      }
      return nil
    }
  }

  private func milliseconds(_ word: Word, _ diagnostics: inout DiagnosticList) -> Double? {
    let isPlain = word.text.utf8.allSatisfy { $0.isDigit || $0 == .dot }
    if isPlain, let number = Double(word.text), number <= Self.maximumMilliseconds { return number }
    diagnostics.error(
      word, "'\(word.text)' is not a number of milliseconds",
      hint: "a number from 0 to 3600000, such as 25 or 12.5")
    return nil
  }
}
