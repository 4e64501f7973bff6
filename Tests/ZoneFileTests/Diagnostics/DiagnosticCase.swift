import Testing

@testable import ZoneFile

/// The text of a zone behind `head`, and the `summary` of what is found wrong in it.
struct DiagnosticCase: Sendable, CustomTestStringConvertible {
  let source: String
  let expected: String

  init(_ source: String, _ expected: String) {
    self.source = source
    self.expected = expected
  }

  var testDescription: String { source }

  /// Loads the text and compares; there is a zone if and only if no error was found.
  func run() {
    let load = load(head + source + "\n", files: ["zones/shared.zone": ""])
    #expect(summary(load) == expected + "\n")
    #expect((load.zone == nil) == expected.contains(" error: "))
  }
}
