/// What one probe found, with words for it.
enum ProbeOutcome: Equatable, Sendable {
  /// The target did what its check asks for.
  case alive(String)
  /// It did not.
  case dead(String)
  /// The probe failed for want of something here, which says nothing about the target.
  case inconclusive(String)

  /// Whether the target is alive; nil where that is not known.
  var succeeded: Bool? {
    switch self {
    case .alive: true
    case .dead: false
    case .inconclusive: nil
    }
  }

  /// What was seen.
  var text: String {
    switch self {
    case .alive(let text), .dead(let text), .inconclusive(let text): text
    }
  }
}
