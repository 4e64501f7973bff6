import CYAML

/// libyaml's parser over octets in memory.
@safe
final class YAMLParser {
  /// A place: an index and one behind it, in Unicode scalars from the start of the text.
  typealias Extent = Range<Int>

  /// One step of the text.
  struct Event {
    /// What comes.
    enum Kind {
      case streamStart, streamEnd, documentStart, documentEnd
      case mappingStart, mappingEnd, listStart, listEnd
      /// A scalar, and whether it was written without quotes.
      case scalar(String, isPlain: Bool)
      /// `*name`.
      case alias
    }
    /// What comes.
    var kind: Kind
    /// Where it stands.
    var extent: Extent
    /// Whether it has an anchor (`&name`) or a tag (`!name`).
    var isDecorated: Bool
  }

  /// Why the text is no YAML.
  struct Failure: Error {
    /// Where the text is not UTF-8: an octet.
    var octet: Int?
    /// Where else: a Unicode scalar.
    var scalar: Int
    /// In libyaml's words.
    var problem: String
  }

  // SAFETY: `parser` is initialized by `init` and deleted by `deinit`; it reads `input`, a copy of the
  // octets that is freed after it.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  /// A parser; nil where there is no memory.
  init?(_ bytes: [UInt8]) {
    unsafe parser = .allocate(capacity: 1)
    unsafe input = .allocate(capacity: max(1, bytes.count))
    _ = unsafe input.initialize(from: bytes)
    unsafe parser.initialize(to: yaml_parser_t())
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      unsafe parser.deallocate()
      unsafe input.deallocate()
      return nil
    }
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  /// The next event. After a failure, and after `streamEnd`, there is none to ask for.
  func next() throws(Failure) -> Event {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure }
    defer { unsafe yaml_event_delete(&event) }
    let start = unsafe Int(clamping: event.start_mark.index)
    let extent = start..<max(start, unsafe Int(clamping: event.end_mark.index))
    let (kind, isDecorated) = unsafe Self.meaning(of: event)
    return Event(kind: kind, extent: extent, isDecorated: isDecorated)
  }

  /// SAFETY: `event` comes from the parser and is not yet deleted; `type` says which member of its union
  /// is set, and a scalar's value has `length` octets.
  @unsafe
  private static func meaning(of event: yaml_event_t) -> (Event.Kind, isDecorated: Bool) {
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT: return (.streamStart, false)
    case YAML_DOCUMENT_START_EVENT: return (.documentStart, false)
    case YAML_DOCUMENT_END_EVENT: return (.documentEnd, false)
    case YAML_ALIAS_EVENT: return (.alias, false)
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let text = unsafe String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      return unsafe (
        .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE),
        scalar.anchor != nil || scalar.tag != nil
      )
    case YAML_SEQUENCE_START_EVENT:
      let list = unsafe event.data.sequence_start
      return unsafe (.listStart, list.anchor != nil || list.tag != nil)
    case YAML_SEQUENCE_END_EVENT: return (.listEnd, false)
    case YAML_MAPPING_START_EVENT:
      let mapping = unsafe event.data.mapping_start
      return unsafe (.mappingStart, mapping.anchor != nil || mapping.tag != nil)
    case YAML_MAPPING_END_EVENT: return (.mappingEnd, false)
    default: return (.streamEnd, false)
    }
  }

  private var failure: Failure {
    // SAFETY: `problem` is nil or a string literal of libyaml's.
    let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) }
    let isReader = unsafe parser.pointee.error == YAML_READER_ERROR
    return unsafe Failure(
      octet: isReader ? Int(clamping: parser.pointee.problem_offset) : nil,
      scalar: Int(clamping: parser.pointee.problem_mark.index), problem: problem ?? "no memory")
  }
}
