import SourceText

/// The settings while a tree of values is turned into them.
struct SettingsReading {
  /// What was set so far, the rest at its default.
  var settings = ServeSettings()
  /// What was found wrong.
  var diagnostics: DiagnosticList
  /// The sections that lead to the key, each with its dot.
  private var sections = ""

  /// Nothing set.
  init(diagnostics: DiagnosticList) { self.diagnostics = diagnostics }

  /// Reads a section, which may be empty: all its lines may be comments.
  mutating func read(_ node: YAMLNode, _ known: [Setting]) {
    if node.isNothing { return }
    guard case .mapping(let entries) = node.content else {
      let name = sections.isEmpty ? "the file" : "'\(sections.dropLast())'"
      diagnostics.error(
        node.word, "\(name) has to hold lines of 'key: value'\(kind(of: node))",
        hint: "its keys are \(Self.sentence(known.map(\.key)))")
      return
    }
    for (key, value) in entries {
      guard let setting = known.first(where: { $0.key == key.text }) else {
        reportUnknown(key, among: known)
        continue
      }
      switch setting.kind {
      case .value(let read): read(value, &self)
      case .section(let inner):
        let outer = sections
        sections += "\(setting.key)."
        read(value, inner)
        sections = outer
      }
    }
  }

  /// The value that a node holds; nil, and an error, where it is not of the form.
  mutating func value<Value>(_ node: YAMLNode, _ key: String, _ form: Form<Value>) -> Value? {
    guard case .scalar(let isPlain) = node.content else {
      diagnostics.error(node.word, "'\(sections)\(key)' takes \(form.expected)\(kind(of: node))")
      return nil
    }
    if node.isNothing {
      diagnostics.error(
        node.word, "'\(sections)\(key)' has no value; it takes \(form.expected)",
        hint: "leave the line out for the default")
      return nil
    }
    do throws(Form<Value>.Mistake) {
      return try form.read(node.word.text, isPlain)
    } catch {
      let close = isPlain ? Suggestion.text(for: node.word.text, among: form.words) : ""
      diagnostics.error(
        node.word, "'\(sections)\(key)' takes \(form.expected), not '\(node.word.text)'\(close)",
        hint: error.explanation)
      return nil
    }
  }

  /// The values of a list; nil where one of them is wrong.
  mutating func list<Value: Hashable>(
    _ node: YAMLNode, _ key: String, _ form: Form<Value>, _ count: ClosedRange<Int>
  ) -> [Value]? {
    guard case .list(let items) = node.content else {
      return value(node, key, form).map { [$0] }
    }
    var values: [Value] = []
    for item in items {
      guard let value = value(item, key, form) else { continue }
      if values.contains(value) {
        diagnostics.error(item.word, "'\(item.word.text)' stands in '\(sections)\(key)' twice")
      }
      values.append(value)
    }
    guard count.contains(items.count) else {
      diagnostics.error(
        node.word,
        "'\(sections)\(key)' takes \(count.lowerBound) to \(count.upperBound) values, not \(items.count): \(form.expected)"
      )
      return nil
    }
    return values.count == items.count ? values : nil
  }

  private mutating func reportUnknown(_ key: Word, among known: [Setting]) {
    let keys = known.map(\.key)
    let place = sections.isEmpty ? "" : " in '\(sections.dropLast())'"
    var hint: String? = "the keys here are \(Self.sentence(keys))"
    var close = Suggestion.text(for: key.text, among: keys)
    if !close.isEmpty {
      hint = nil
    } else if let full = Setting.keys(of: Setting.all).first(where: { $0.hasSuffix(".\(key.text)") }
    ) {
      close = "; did you mean '\(full)'?"
      hint = "it stands in the section '\(full.dropLast(key.text.count + 1))'"
    }
    diagnostics.error(key, "there is no setting '\(key.text)'\(place)\(close)", hint: hint)
  }

  private func kind(of node: YAMLNode) -> String {
    switch node.content {
    case .scalar: ", not '\(node.word.text)'"
    case .list: ", not a list"
    case .mapping: ", not a section"
    }
  }

  private static func sentence(_ words: [String]) -> String {
    words.count < 2
      ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + (words.last ?? "")
  }
}
