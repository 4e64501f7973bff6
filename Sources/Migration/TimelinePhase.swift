/// Where a moment lies in a migration's timeline.
public enum TimelinePhase: String, Sendable {
  /// The normal TTL is sent.
  case before
  /// The TTL comes down, second by second.
  case countdown
  /// The TTL is low: until `at` nothing has moved yet, from then on the hold runs.
  case low
  /// The normal TTL is sent again.
  case after
}
