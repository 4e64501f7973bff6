import Addresses
import SourceText

extension ZoneBuilder {
  /// A `latency` policy over the pools that `words` name, by the table that `word` names.
  mutating func latency(_ word: Word, _ words: [Word]) -> PolicyExpression {
    var pools: [Int] = []
    for choice in words {
      for target in targets(choice) {
        if case .pool(let index) = target {
          pools.append(index)
        } else {
          diagnostics.error(
            choice, "'latency' takes pools, and '\(choice.text)' is a policy",
            hint: "a policy has no latency of its own: name the pools")
        }
      }
    }
    guard let table = table(word) else { return .failover([], .auto) }
    if !pools.isEmpty, !zone.latencyTables[table].names(anyOf: pools, in: zone) {
      diagnostics.error(
        word,
        "'\(zone.latencyTables[table].path)' has no line for a pool of this policy, or its site",
        hint: "a line is NETWORK,POOL,MILLISECONDS, such as "
          + "192.0.2.0/24,\(zone.pools[pools[0]].fullName(in: zone)),25")
    }
    return .latency(table: table, pools: pools)
  }

  /// The index of the table that `word` names, read at its first use; nil, and an error, where it cannot be.
  private mutating func table(_ word: Word) -> Int? {
    let name = word.text.hasSuffix(".csv") ? word.text : word.text + ".csv"
    let path = IncludePath.resolve(name, from: sources[Int(word.location.file)].path)
    if let known = zone.latencyTables.firstIndex(where: { $0.path == path }) { return known }
    guard IncludePath.part(of: path, below: root) != nil else {
      diagnostics.error(
        word, "'\(name)' lies outside the zones' folder, '\(root)'",
        hint: "tables are found from the folder of the file that names them")
      return nil
    }
    guard sources.count < ZoneParser.maximumFiles else {
      diagnostics.error(word, "a zone is made of \(ZoneParser.maximumFiles) files at most")
      return nil
    }
    let bytes: [UInt8]
    do {
      bytes = try read(path)
    } catch {
      diagnostics.error(word, "cannot read '\(path)': \(error.explanation)")
      return nil
    }
    let candidates = Array(names.pools.keys) + names.sites.keys
    var reader = LatencyTableReader(
      file: UInt16(sources.count), candidates: candidates.sorted(),
      isKnown: { [names] in names.pools[$0] != nil || names.sites[$0] != nil })
    sources.append(SourceFile(path: path, bytes: bytes, includedAt: word.location))
    zone.latencyTables.append(
      LatencyTable(path: path, networks: reader.read(bytes, into: &diagnostics)))
    return zone.latencyTables.count - 1
  }
}
