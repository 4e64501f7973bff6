/// The mistakes found so far in text files; the first ones are kept, the others counted.
struct MistakeList {
  /// So many are kept: enough to see a pattern, few enough to read.
  static let capacity = 20

  private var mistakes: [GeoDatabaseError.Mistake] = []
  private var omitted = 0

  mutating func append(_ path: String, line: Int, column: Int = 1, _ message: String) {
    if mistakes.count == Self.capacity {
      omitted += 1
    } else {
      mistakes.append(.init(path: path, line: line, column: column, message: message))
    }
  }

  /// Throws them, in the order of the lines, where there are any.
  func throwIfAny() throws(GeoDatabaseError) {
    if mistakes.isEmpty { return }
    throw .mistakes(
      mistakes.sorted { ($0.path, $0.line, $0.column) < ($1.path, $1.line, $1.column) },
      omitted: omitted)
  }
}
