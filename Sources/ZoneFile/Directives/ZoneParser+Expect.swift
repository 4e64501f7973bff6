import Addresses
import DNSWire
import Migration
import SourceText

extension ZoneParser {
  private static let expectRules = OptionRules(taker: "$EXPECT", known: ["from", "down", "at"])
  private static let expectTypes: [String: RecordType] = ["A": .a, "AAAA": .aaaa, "CNAME": .cname]
  private static let expectHint =
    "such as '$EXPECT www A from=192.0.2.1 down=@berlin -> web@paris web@london'"

  /// Reads `$EXPECT name type from=ADDRESS [down=…] [at=TIME] -> item…`.
  mutating func parseExpect(_ entry: Entry) {
    let errors = diagnostics.errorCount
    let arrow = entry.tokens.firstIndex { $0.form == .plain && entry.word($0).text.contains("->") }
    guard let arrow, arrow >= 3 else {
      return reportMissing(
        entry, "$EXPECT takes a name, a type, from= and, behind '->', a list",
        hint: Self.expectHint)
    }
    let arrowWord = entry.word(entry.tokens[arrow])
    guard arrowWord.text == "->" else {
      return diagnostics.error(
        arrowWord, "'->' needs a blank on both sides", hint: Self.expectHint)
    }
    let nameWord = entry.word(entry.tokens[1])
    let name = self.name(nameWord, raw: entry.raw(entry.tokens[1]))
    let type = expectedType(entry.word(entry.tokens[2]))
    var client: IPAddress?
    var hasFrom = false
    var down: [Word] = []
    for option in options(entry, entry.tokens[3..<arrow], Self.expectRules) {
      switch option.name.text {
      case "from":
        hasFrom = true
        client = self.client(option.value)
      case "down": down = Self.parts(of: option.value)
      default: _ = time(option.value)
      }
    }
    if !hasFrom, diagnostics.errorCount == errors {
      diagnostics.error(
        nameWord, "this expectation has no 'from='", hint: "say whose answer it is: from=192.0.2.1")
    }
    let items = entry.tokens[(arrow + 1)...].map { (entry.word($0), Array(entry.raw($0))) }
    if items.isEmpty {
      diagnostics.error(
        arrowWord, "nothing is expected behind '->'",
        hint: "write the pools, or the addresses, that the answer may be")
    }
    for (index, item) in items.enumerated()
    where items[..<index].contains(where: { $0.0.text == item.0.text }) {
      diagnostics.error(
        item.0, "'\(item.0.text)' is in this list twice", hint: "take it out here")
    }
    guard diagnostics.errorCount == errors, let name, let type, let client else { return }
    declarations.expectations.append(
      ExpectDeclaration(
        name: name, nameWord: nameWord, type: type, client: client, down: down, items: items))
  }

  private mutating func expectedType(_ word: Word) -> RecordType? {
    if let type = Self.expectTypes[word.text.uppercased()] { return type }
    let isType = !word.text.contains("=")
    diagnostics.error(
      word,
      isType
        ? "'\(word.text)' cannot be expected: health and place decide A, AAAA and CNAME"
        : "a type is expected before '\(word.text)'",
      hint: "write A, AAAA or CNAME behind the name")
    return nil
  }

  private mutating func client(_ word: Word) -> IPAddress? {
    if let address = IPAddress(word.text) { return address.canonical }
    diagnostics.error(
      word, "'\(word.text)' is not an address",
      hint: "write one client's IPv4 or IPv6 address, such as from=192.0.2.1")
    return nil
  }

  /// The parts of a value between its commas, each at its place.
  private static func parts(of value: Word) -> [Word] {
    var column = value.location.column
    return value.text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      var place = value.location
      place.column = column
      column += UInt32(part.utf8.count + 1)
      return Word(text: String(part), location: place, length: max(1, part.utf8.count))
    }
  }
}
