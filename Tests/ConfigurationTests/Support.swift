import Configuration

/// The settings of a text; nil where it has errors.
func settings(_ text: String) -> ServeSettings? { file(text).settings }

/// A text as the file `sextant.yaml`.
func file(_ text: String) -> ConfigurationFile {
  ConfigurationFile(path: "sextant.yaml", bytes: Array(text.utf8))
}
