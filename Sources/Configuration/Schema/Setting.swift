import SourceText

/// One key of `sextant.yaml`: a section of others, or a value and how it is read.
struct Setting: Sendable {
  /// What a key holds.
  enum Kind: Sendable {
    case section([Setting])
    case value(@Sendable (YAMLNode, inout SettingsReading) -> Void)
  }

  /// The key, without those of the sections it stands in.
  let key: String
  /// What it holds.
  let kind: Kind

  /// A section.
  static func section(_ key: String, _ settings: [Setting]) -> Setting {
    Setting(key: key, kind: .section(settings))
  }

  /// One value.
  static func value<Value>(
    _ key: String, _ path: WritableKeyPath<ServeSettings, Value> & Sendable, _ form: Form<Value>
  ) -> Setting {
    Setting(
      key: key,
      kind: .value { node, reading in
        if let value = reading.value(node, key, form) { reading.settings[keyPath: path] = value }
      })
  }

  /// A list of values, each there once; a value alone is a list of one.
  static func list<Value: Hashable>(
    _ key: String, _ path: WritableKeyPath<ServeSettings, [Value]> & Sendable, _ form: Form<Value>,
    atLeast minimum: Int = 0, atMost maximum: Int = 10_000
  ) -> Setting {
    Setting(
      key: key,
      kind: .value { node, reading in
        if let values = reading.list(node, key, form, minimum...maximum) {
          reading.settings[keyPath: path] = values
        }
      })
  }

  /// A list of values, or `auto`.
  static func list<Value: Hashable>(
    _ key: String, _ path: WritableKeyPath<ServeSettings, [Value]?> & Sendable,
    orAuto form: Form<Value>, _ count: ClosedRange<Int> = 0...10_000
  ) -> Setting {
    Setting(
      key: key,
      kind: .value { node, reading in
        if case .scalar(isPlain: true) = node.content, node.word.text == Form<Value>.auto {
          reading.settings[keyPath: path] = nil
        } else if let values = reading.list(node, key, form, count) {
          reading.settings[keyPath: path] = values
        }
      })
  }

  /// The full keys of all values, in order: `udp.payload-size`.
  static func keys(of settings: [Setting]) -> [String] {
    settings.flatMap { setting in
      switch setting.kind {
      case .section(let inner): keys(of: inner).map { "\(setting.key).\($0)" }
      case .value: [setting.key]
      }
    }
  }
}
