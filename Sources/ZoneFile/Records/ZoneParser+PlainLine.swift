import DNSWire

/// Lines that are read without being cut into tokens: nearly all of a large zone.
extension ZoneParser {
  /// Reads the line at the lexer's position where it is plain: `[owner] [TTL] [IN] type RDATA` of a common type
  /// with nothing wrong in it, and without parentheses or escapes. False, and nothing is changed, where it is
  /// anything else; then it is read as an entry, which also finds the words for what is wrong.
  ///
  /// - Parameter lastOwner: where the owner of the last such line stands, as long as origin and owner are the same.
  mutating func parsePlainLine(
    _ text: Span<UInt8>, _ lexer: inout Lexer, _ lastOwner: inout Range<Int>?
  ) -> Bool {
    var words = PlainWords(at: lexer.position)
    guard words.at < text.count, records.hasRoom else { return false }
    var ownerWord: Range<Int>?
    if !text[words.at].isBlank {
      guard text[words.at] != .dollar, let word = words.next(text) else { return false }
      ownerWord = word
    } else if scope.owner.isEmpty {
      return false
    }
    guard var word = words.next(text) else { return false }
    var column: UInt32?
    var hasClass = false
    while true {
      if text[word.lowerBound].isDigit {
        guard column == nil, let seconds = Self.number(text, word, limit: 0x7FFF_FFFF) else {
          return false
        }
        column = seconds
      } else if !hasClass, Self.isClassIN(text, word) {
        hasClass = true
      } else {
        break
      }
      guard let next = words.next(text) else { return false }
      word = next
    }
    guard let ttl = column ?? scope.defaultTTL ?? scope.lastTTL,
      let type = RecordType(commonMnemonic: text.extracting(word)),
      readPlainData(type, text, &words), let end = words.lineEnd(text)
    else { return false }
    if let ownerWord {
      guard takePlainOwner(text, ownerWord, last: lastOwner) else { return false }
      lastOwner = ownerWord
    }
    if column != nil { scope.lastTTL = ttl }
    records.append(
      owner: scope.owner, type: type, ttl: ttl, minimumTTL: ttl, rdata: rdata,
      location: lexer.location(of: word.lowerBound))
    lexer.passLine(endingAt: end)
    return true
  }

  /// Makes `word` the current owner; false, and nothing is changed, where there is something to say of it.
  private mutating func takePlainOwner(
    _ text: Span<UInt8>, _ word: Range<Int>, last: Range<Int>?
  ) -> Bool {
    if let last, Wire.areSame(text.extracting(last), text.extracting(word)) { return true }
    owner.removeAll(keepingCapacity: true)
    guard (try? NameText.append(text, word, origin: scope.origin.wire, to: &owner)) != nil,
      Wire.isAtOrBelow(owner.span, apex.wire.span),
      text[word.upperBound - 1] == .dot
        || !Wire.repeats(owner.span, origin: scope.origin.wire.span)
    else { return false }
    swap(&owner, &scope.owner)
    scope.hasOwner = true
    return true
  }

  /// Reads RDATA into `rdata`; false where they are of another type, or not plain and right.
  private mutating func readPlainData(
    _ type: RecordType, _ text: Span<UInt8>, _ words: inout PlainWords
  ) -> Bool {
    rdata.removeAll(keepingCapacity: true)
    switch type {
    case .a:
      guard let word = words.next(text), let address = AddressText.ipv4(text.extracting(word))
      else { return false }
      rdata.append(bigEndian: address)
      return true
    case .aaaa:
      guard let word = words.next(text),
        let (high, low) = AddressText.ipv6(text.extracting(word))
      else { return false }
      rdata.append(bigEndian: high)
      rdata.append(bigEndian: low)
      return true
    case .ns, .cname, .ptr: return readPlainFields(numbers: 0, text, &words)
    case .mx: return readPlainFields(numbers: 1, text, &words)
    case .srv: return readPlainFields(numbers: 3, text, &words)
    case .txt: return readPlainStrings(text, &words)
    default: return false
    }
  }

  /// Reads numbers of 16 bits, and a name.
  private mutating func readPlainFields(
    numbers: Int, _ text: Span<UInt8>, _ words: inout PlainWords
  ) -> Bool {
    for _ in 0..<numbers {
      guard let word = words.next(text), let number = Self.number(text, word, limit: 0xFFFF)
      else { return false }
      rdata.append(bigEndian: UInt16(truncatingIfNeeded: number))
    }
    guard let word = words.next(text) else { return false }
    return (try? NameText.append(text, word, origin: scope.origin.wire, to: &rdata)) != nil
  }

  private mutating func readPlainStrings(
    _ text: Span<UInt8>, _ words: inout PlainWords
  ) -> Bool {
    while let string = words.nextString(text) {
      guard string.count <= 255 else { return false }
      rdata.append(UInt8(string.count))
      for index in string { rdata.append(text[index]) }
    }
    return !rdata.isEmpty && rdata.count <= 0xFFFF
  }

  /// The decimal number that a word is, of at most ten digits.
  private static func number(
    _ text: Span<UInt8>, _ word: Range<Int>, limit: UInt32
  ) -> UInt32? {
    guard word.count <= 10 else { return nil }
    var number: UInt64 = 0
    for index in word {
      guard text[index].isDigit else { return nil }
      number = number * 10 + UInt64(text[index] - .zero)
    }
    return number <= UInt64(limit) ? UInt32(number) : nil
  }

  private static func isClassIN(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
    word.count == 2 && text[word.lowerBound].uppercased == 0x49
      && text[word.lowerBound + 1].uppercased == 0x4E
  }
}

/// Goes through the words of a line.
private struct PlainWords {
  /// Behind the last word.
  var at: Int

  /// The octets below 64 that may be in a plain word: those that are seen, without `"`, `(`, `)` and `;`.
  private static let lowOctets: UInt64 =
    UInt64.max << 33 & ~(1 << 0x22 | 1 << 0x28 | 1 << 0x29 | 1 << 0x3B)

  private mutating func skipBlanks(_ text: Span<UInt8>) {
    while at < text.count, text[at].isBlank || text[at] == .carriageReturn { at += 1 }
  }

  /// The next word with a blank or the end of the line behind it; nil where there is none.
  mutating func next(_ text: Span<UInt8>) -> Range<Int>? {
    skipBlanks(text)
    let start = at
    while at < text.count {
      let octet = text[at]
      guard octet >= 64 ? octet != .backslash : Self.lowOctets >> UInt64(octet) & 1 != 0 else {
        break
      }
      at += 1
    }
    guard at > start, at == text.count || endsWord(text[at]) else { return nil }
    return start..<at
  }

  private func endsWord(_ octet: UInt8) -> Bool {
    octet.isBlank || octet == .newline || octet == .carriageReturn || octet == .semicolon
  }

  /// The next word, or what is between the next quotes, which have no escape between them.
  mutating func nextString(_ text: Span<UInt8>) -> Range<Int>? {
    skipBlanks(text)
    guard at < text.count, text[at] == .quote else { return next(text) }
    let start = at + 1
    var end = start
    while end < text.count, text[end] != .quote {
      if text[end] == .backslash || text[end] == .newline || text[end] == 0 { return nil }
      end += 1
    }
    guard end < text.count else { return nil }
    at = end + 1
    return start..<end
  }

  /// Where the line ends, if nothing but a comment is left of it.
  func lineEnd(_ text: Span<UInt8>) -> Int? {
    var end = at
    var isComment = false
    while end < text.count, text[end] != .newline {
      if text[end] == .semicolon { isComment = true }
      guard isComment || text[end].isBlank || text[end] == .carriageReturn else { return nil }
      end += 1
    }
    return end
  }
}

extension UInt8 {
  /// Whether this is a blank or a tab.
  var isBlank: Bool { self == .space || self == .tab }
}
