import SourceText

/// Reads a YAML text into a tree and says where it is none.
///
/// Of YAML 1.1 it takes one document of mappings, lists and scalars. Anchors, aliases and tags, which
/// settings have no use for, are errors, and so is a depth that no settings have.
struct YAMLReader {
  /// The deepest nesting of mappings and lists.
  static let maximumDepth = 8

  /// What was found wrong.
  private(set) var diagnostics = DiagnosticList()
  private let places: TextPlaces
  private let parser: YAMLParser?

  /// Why reading ends early; it has been reported.
  private struct Stop: Error {}

  /// A reader of a whole file.
  init(_ bytes: [UInt8]) {
    places = TextPlaces(bytes)
    parser = YAMLParser(bytes)
  }

  /// The root of the document; nil where there is none, or an error that ends reading.
  mutating func read() -> YAMLNode? {
    do throws(Stop) {
      var root: YAMLNode?
      while true {
        let event = try next()
        switch event.kind {
        case .streamEnd: return root
        case .documentStart:
          guard root == nil else {
            diagnostics.error(
              word("", event.extent), "a second document begins here; settings are one document")
            return root
          }
          root = try node(try next(), depth: 0)
        default: break
        }
      }
    } catch {
      return nil
    }
  }

  private mutating func next() throws(Stop) -> YAMLParser.Event {
    guard let parser else { throw Stop() }
    do throws(YAMLParser.Failure) {
      return try parser.next()
    } catch {
      let location =
        error.octet.map(places.location(octet:)) ?? places.location(scalar: error.scalar)
      diagnostics.error(
        Word(text: "", location: location, length: 1), "this is no YAML: \(error.problem)",
        hint: error.octet == nil
          ? "write 'key: value' on a line of its own, what belongs to a section below it and two blanks further right, never tabs"
          : "the file has to be text in UTF-8")
      throw Stop()
    }
  }

  private mutating func node(
    _ event: YAMLParser.Event, depth: Int
  ) throws(Stop) -> YAMLNode? {
    if event.isDecorated {
      diagnostics.error(
        word("", event.extent), "anchors and tags have no use in settings; write the value alone")
    }
    if depth > Self.maximumDepth {
      diagnostics.error(
        word("", event.extent), "nested deeper than any setting is; there are sections and lists")
      throw Stop()
    }
    switch event.kind {
    case .scalar(let text, let isPlain):
      return YAMLNode(content: .scalar(isPlain: isPlain), word: word(text, event.extent))
    case .alias:
      diagnostics.error(
        word("", event.extent), "aliases have no use in settings; write the value out")
      return nil
    case .listStart:
      var items: [YAMLNode] = []
      while true {
        let item = try next()
        if case .listEnd = item.kind { break }
        if let node = try node(item, depth: depth + 1) { items.append(node) }
      }
      return YAMLNode(content: .list(items), word: word("", event.extent))
    case .mappingStart:
      return try mapping(event, depth: depth)
    default:
      return nil
    }
  }

  private mutating func mapping(
    _ event: YAMLParser.Event, depth: Int
  ) throws(Stop) -> YAMLNode {
    var entries: [(key: Word, value: YAMLNode)] = []
    while true {
      let first = try next()
      if case .mappingEnd = first.kind { break }
      let key = try node(first, depth: depth + 1)
      let value = try node(try next(), depth: depth + 1)
      guard let key else { continue }
      guard case .scalar = key.content else {
        diagnostics.error(key.word, "a key has to be a word, not a list or a mapping")
        continue
      }
      if let earlier = entries.first(where: { $0.key.text == key.word.text }) {
        diagnostics.error(
          key.word,
          "'\(key.word.text)' stands in line \(earlier.key.location.line) already",
          hint: "remove one of the two lines")
      } else if let value {
        entries.append((key.word, value))
      }
    }
    return YAMLNode(content: .mapping(entries), word: word("", event.extent))
  }

  private func word(_ text: String, _ extent: YAMLParser.Extent) -> Word {
    Word(
      text: text, location: places.location(scalar: extent.lowerBound),
      length: places.lengthInLine(extent))
  }
}
