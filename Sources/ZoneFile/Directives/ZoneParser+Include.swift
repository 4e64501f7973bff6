import DNSWire

extension ZoneParser {
  /// Reads `$INCLUDE file [origin]`. What the file changes of origin, TTL and owner ends with it.
  mutating func parseInclude(_ entry: Entry) {
    guard entry.tokens.count == 2 || entry.tokens.count == 3 else {
      return reportMissing(
        entry, "$INCLUDE takes a file and, if need be, an origin",
        hint: "such as '$INCLUDE shared/pools.zone'")
    }
    let word = entry.word(entry.tokens[1])
    var origin = scope.origin
    if entry.tokens.count == 3 {
      let token = entry.tokens[2]
      guard let name = name(entry.word(token), raw: entry.raw(token)) else { return }
      origin = name
    }
    let path = IncludePath.resolve(word.text, from: scope.path)
    guard IncludePath.part(of: path, below: root) != nil else {
      return diagnostics.error(
        word, "'\(word.text)' lies outside the zones' folder, '\(root)'",
        hint: "included files are found from the folder of the file that includes them")
    }
    guard path != scope.path, !chain.contains(path) else {
      return diagnostics.error(word, "'\(word.text)' includes itself")
    }
    guard chain.count < Self.maximumDepth else {
      return diagnostics.error(word, "files include each other more than \(Self.maximumDepth) deep")
    }
    guard sources.count < Self.maximumFiles else {
      return diagnostics.error(word, "a zone is made of \(Self.maximumFiles) files at most")
    }
    let bytes: [UInt8]
    do {
      bytes = try readText(path)
    } catch {
      return diagnostics.error(word, "cannot read '\(path)': \(error.explanation)")
    }
    let outer = scope
    chain.append(outer.path)
    scope.origin = origin
    parse(bytes, path: path, includedAt: entry.location(of: entry.tokens[0]))
    chain.removeLast()
    scope = outer
  }
}
