import SourceText
import ZoneFile

extension ZoneCompiler {
  /// What is wrong with the `$EXPECT` lines of a zone, of which this compiler made `compiled`: an error for
  /// each that does not hold.
  ///
  /// - Parameter supposesDatabases: whether there may be other databases where the zone is served. What cannot
  ///   be said without a database that is missing here is then a warning, one for the zone.
  public func check(
    expectationsOf zone: Zone, in compiled: CompiledZone, supposesDatabases: Bool = false
  ) -> [Diagnostic] {
    guard !zone.expectations.isEmpty else { return [] }
    var trial = ExpectationTrial(zone: zone, compiled: compiled, databases: databases)
    var diagnostics: [Diagnostic] = []
    var undecided: [(expectation: Expectation, lacks: String)] = []
    for expectation in zone.expectations {
      let verdict = trial.verdict(on: expectation)
      if supposesDatabases, let lacks = verdict.lacks {
        undecided.append((expectation, lacks))
      } else if let failure = verdict.failure {
        diagnostics.append(
          Diagnostic(.error, at: expectation.list, failure, hint: verdict.reason))
      }
    }
    if let (expectation, lacks) = undecided.first {
      let others = undecided.count - 1
      let more =
        others == 0 ? "" : others == 1 ? "; nor is 1 more" : "; nor are \(others) more"
      diagnostics.append(
        Diagnostic(
          .warning, at: expectation.list,
          "not checked: it depends on where \(expectation.client) is, and there is no database of "
            + lacks + more,
          hint: "name the databases that the server has: --geoip FILE"))
    }
    return diagnostics
  }
}

extension Diagnostic {
  /// A diagnostic about the first word of a list.
  fileprivate init(
    _ severity: Severity, at list: [Word], _ message: String, hint: String?
  ) {
    let place = list.first?.location ?? SourceLocation(file: 0, line: 0, column: 0)
    self.init(severity, at: place, length: list.first?.length ?? 1, message, hint: hint)
  }
}
