import Control
import SourceText

/// One line on a terminal's standard error that says how far something is; nothing elsewhere.
struct ProgressLine {
  private let isShown = usesColor(2)

  /// Shows a text in place of the last.
  func show(_ text: String) {
    if isShown { writeToStandardError("\r\u{1B}[K\(text) …") }
  }

  /// Shows what is being done, and how much (0…1) of it is.
  func show(_ text: String, share: Double) {
    if isShown { show("\(text): \(PercentText.text(share))") }
  }

  /// Leaves the line as it was found.
  func clear() {
    if isShown { writeToStandardError("\r\u{1B}[K") }
  }
}
