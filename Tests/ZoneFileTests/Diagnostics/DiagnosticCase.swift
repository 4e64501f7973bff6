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

  /// What a zone may include, and the tables it may name.
  private static let files = [
    "zones/shared.zone": "", "zones/rtt.csv": "192.0.2.0/24,p,5\n",
    "zones/wrong.csv": """
    # measured on Monday
    network,pool,milliseconds
    192.0.2.0/24,p

    192.0.2.1/24,p,5
    192.0.2.0/33,p,5
    192.0.2.0/24, p ,-5
    192.0.2.0/24,pp,5
    192.0.3.0/24,pp,5
    2001:db8::/32,p,1
    2001:db8::/32,p,1
    """,
  ]

  /// Loads the text and compares; there is a zone if and only if no error was found.
  func run() {
    let load = load(head + source + "\n", files: Self.files)
    #expect(summary(load) == expected + "\n")
    #expect((load.zone == nil) == expected.contains(" error: "))
  }
}
