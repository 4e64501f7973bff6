import Configuration

/// Octets as a file of settings: read, and its errors rendered.
struct SettingsTarget {
  func run(_ input: UnsafeRawBufferPointer) {
    let bytes = unsafe Array(input)
    let file = ConfigurationFile(path: "sextant.yaml", bytes: bytes)
    precondition((file.settings == nil) == (file.errorCount > 0))
    // It takes longer than reading.
    guard input.count & 63 == 0 else { return }
    precondition(file.rendered().isEmpty == (file.errorCount == 0))
  }
}
