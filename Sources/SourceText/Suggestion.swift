/// Finds the word that was probably meant.
public enum Suggestion {
  /// `; did you mean 'X'?` for the closest of `candidates`, or nothing where none is close.
  public static func text(for word: String, among candidates: some Sequence<String>) -> String {
    closest(to: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// The candidate with the smallest distance to `word`, where that is a third of its length at most.
  public static func closest(to word: String, among candidates: some Sequence<String>) -> String? {
    let letters = word.lowercased().unicodeScalars.map(\.value)
    // A long word is nobody's typing error, and the work grows with its square.
    guard (1...64).contains(letters.count) else { return nil }
    let limit = max(1, letters.count / 3)
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
      // Most are ruled out by their length; candidates are ASCII.
      guard abs(candidate.utf8.count - letters.count) <= limit else { continue }
      let other = candidate.lowercased().unicodeScalars.map(\.value)
      let distance = distance(letters, other)
      if distance <= limit, distance < letters.count, distance < (best?.distance ?? .max) {
        best = (distance, candidate)
      }
    }
    return best?.candidate
  }

  /// Insertions, deletions, replacements and swaps of neighbours between two words (optimal string
  /// alignment; Damerau 1964).
  private static func distance(_ a: [UInt32], _ b: [UInt32]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in b.indices {
        var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          best = min(best, beforeLast[j - 1] + 1)
        }
        row.append(best)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
