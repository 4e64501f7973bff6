import DNSWire
import FlatMemory
import ZoneStore

/// The reply while it is written: sections in order, names compressed, cut where it does not fit.
struct Response {
  var writer: PacketWriter
  var code = ResponseCode.noError
  var isAuthoritative = false
  var isTruncated = false
  var extendedError: ExtendedError?
  private(set) var answerCount: UInt16 = 0
  private(set) var authorityCount: UInt16 = 0
  private(set) var additionalCount: UInt16 = 0
  /// Where the name that was appended last stands.
  private(set) var nameOffset = 0
  private let compression: CompressionTable
  /// Whether `compression` is of this message: most answers do without.
  private var isCompressing = false
  /// A node whose name stands in the message, as do its ancestors' names, which nobody has noted yet; else
  /// `noIndex`.
  private var noted = noIndex
  private var notedEnd = 0

  /// A section of the message.
  enum Section {
    case answer, authority, additional
  }

  /// Whose record it is.
  enum Owner {
    /// The name that already stands at an offset of the message.
    case offset(Int)
    /// The name of a node.
    case node(UInt32)
  }

  @inline(__always)
  init(writer: PacketWriter, compression: CompressionTable) {
    self.writer = writer
    self.compression = compression
  }

  /// Says that the name of `node` and those of its ancestors stand in the uncompressed name whose last octet
  /// is at `end`. They are noted when a name is to be compressed: most answers have none.
  mutating func note(_ node: UInt32, endingAt end: Int) {
    noted = node
    notedEnd = end
  }

  /// Notes that the name of `node` stands at `offset`.
  mutating func note(_ node: UInt32, at offset: Int) {
    beginCompressing()
    compression.note(node, at: offset)
  }

  /// Forgets where names stand: those of another zone come.
  mutating func forgetNames() {
    noted = noIndex
    isCompressing = false
  }

  private mutating func beginCompressing() {
    if isCompressing { return }
    compression.clear()
    isCompressing = true
  }

  private mutating func noteAncestors(in zone: Placed<ServedZone>) {
    var index = noted
    noted = noIndex
    while true {
      let entry = zone.value.image.nodes[index]
      if entry.nameLength == 1 { return }
      compression.note(index, at: notedEnd + 1 - Int(entry.nameLength))
      index = entry.parent
    }
  }

  /// Appends the name of `node`, compressed; `nameOffset` says then where it stands.
  mutating func append(name node: UInt32, in zone: Placed<ServedZone>) {
    beginCompressing()
    if noted != noIndex { noteAncestors(in: zone) }
    nameOffset = writer.count
    var index = node
    while true {
      let entry = zone.value.image.nodes[index]
      if entry.nameLength == 1 {
        writer.append(UInt8(0))
        return
      }
      if let offset = compression.offset(of: index) {
        writer.append(0xC000 | UInt16(truncatingIfNeeded: offset))
        if index == node { nameOffset = offset }
        return
      }
      compression.note(index, at: writer.count)
      let parent = zone.value.image.nodes[entry.parent]
      let length = Int(entry.nameLength) &- Int(parent.nameLength)
      unsafe writer.append(
        UnsafeRawBufferPointer(rebasing: zone.value.image.displayName(entry)[0..<length]))
      index = entry.parent
    }
  }

  private mutating func append(_ owner: Owner, in zone: Placed<ServedZone>) {
    switch owner {
    case .offset(let offset):
      writer.append(0xC000 | UInt16(truncatingIfNeeded: offset & 0x3FFF))
    case .node(let node): append(name: node, in: zone)
    }
  }

  /// Appends a whole RRset, by its index in the zone, to a section; false, and nothing appended, where it does
  /// not fit.
  mutating func append(
    _ index: UInt32, in zone: Placed<ServedZone>, owner: Owner, ttl: UInt32, to section: Section
  ) -> Bool {
    let mark = writer.count
    if case .offset(let offset) = owner, offset >= 0x4000 { return false }
    let rrset = zone.value.image.rrsets[index]
    switch rrset.layout {
    case .address: appendAddresses(rrset, in: zone, owner: owner, ttl: ttl)
    case .whole: appendWhole(rrset, in: zone, owner: owner, ttl: ttl)
    default: appendWithNames(rrset, in: zone, owner: owner, ttl: ttl)
    }
    if writer.overflowed {
      cutBack(to: mark)
      return false
    }
    count(rrset.recordCount, in: section)
    return true
  }

  /// Takes back what was written since the message had `mark` octets.
  mutating func cutBack(to mark: Int) {
    writer.rollBack(to: mark)
    // Names noted behind the mark are gone; those before it are only lost to compression.
    forgetNames()
  }

  /// Leaves the question alone, and TC: the client shall come over TCP. Errors stay what they are.
  mutating func truncateAll(to mark: Int) {
    cutBack(to: mark)
    answerCount = 0
    authorityCount = 0
    additionalCount = 0
    isTruncated = true
    isAuthoritative = false
    extendedError = nil
    if code == .nameError { code = .noError }
  }

  mutating func count(_ records: UInt16, in section: Section) {
    switch section {
    case .answer: answerCount &+= records
    case .authority: authorityCount &+= records
    case .additional: additionalCount &+= records
    }
  }

  private mutating func appendAddresses(
    _ rrset: RRset, in zone: Placed<ServedZone>, owner: Owner, ttl: UInt32
  ) {
    let octets = zone.value.image.octets
    let isIPv4 = rrset.type == RecordType.a.rawValue
    var at = Int(rrset.dataOffset)
    let end = at &+ Int(rrset.dataLength)
    while at < end {
      if case .node(let node) = owner {
        append(name: node, in: zone)
        writer.append(Self.fields(rrset.type, ttl: ttl))
        writer.append(isIPv4 ? 4 : 16 as UInt16)
        unsafe writer.append(octets.octets(at, isIPv4 ? 4 : 16))
      } else if case .offset(let offset) = owner {
        append(address: at, of: octets, isIPv4: isIPv4, owner: offset, ttl: ttl)
      }
      at &+= isIPv4 ? 4 : 16
    }
  }

  /// Appends the A or AAAA record of the address that stands at `at` of `octets`, its owner the name at an offset of
  /// the message below 0x4000.
  @inline(__always)
  mutating func append(
    address at: Int, of octets: Table<UInt8>, isIPv4: Bool, owner offset: Int, ttl: UInt32
  ) {
    let pointer = 0xC000 | UInt16(truncatingIfNeeded: offset & 0x3FFF)
    if isIPv4 {
      writer.append(
        owner: pointer, Self.fields(RecordType.a.rawValue, ttl: ttl), ipv4: octets.word32(at))
    } else {
      writer.append(
        owner: pointer, Self.fields(RecordType.aaaa.rawValue, ttl: ttl),
        ipv6: octets.word64(at), octets.word64(at &+ 8))
    }
  }

  /// TYPE, CLASS and TTL as they follow each other.
  @inline(__always)
  private static func fields(_ type: UInt16, ttl: UInt32) -> UInt64 {
    UInt64(type) << 48 | UInt64(RecordClass.internet) << 32 | UInt64(ttl)
  }

  private mutating func appendWhole(
    _ rrset: RRset, in zone: Placed<ServedZone>, owner: Owner, ttl: UInt32
  ) {
    let octets = zone.value.image.octets
    if case .offset(Header.length) = owner, ttl == rrset.ttl {
      return unsafe writer.append(octets.octets(Int(rrset.dataOffset), Int(rrset.dataLength)))
    }
    var at = Int(rrset.dataOffset)
    var left = rrset.recordCount
    while left > 0 {
      let length = Int(octets[at + 10]) << 8 | Int(octets[at + 11])
      append(owner, in: zone)
      unsafe writer.append(octets.octets(at + 2, 4))
      writer.append(ttl)
      unsafe writer.append(octets.octets(at + 10, 2 + length))
      at += 12 + length
      left -= 1
    }
  }

  private mutating func appendWithNames(
    _ rrset: RRset, in zone: Placed<ServedZone>, owner: Owner, ttl: UInt32
  ) {
    var at = Int(rrset.dataOffset)
    var left = rrset.recordCount
    while left > 0 {
      append(owner, in: zone)
      writer.append(rrset.type)
      writer.append(UInt16(1))
      writer.append(ttl)
      let lengthAt = writer.count
      writer.append(UInt16(0))
      switch rrset.layout {
      case .whole, .address: break
      case .name:
        append(name: zone.value.image.nodeIndex(at), in: zone)
        at += 4
      case .preferenceAndName:
        unsafe writer.append(zone.value.image.octets.octets(at, 2))
        append(name: zone.value.image.nodeIndex(at + 2), in: zone)
        at += 6
      case .twoNamesAndNumbers:
        append(name: zone.value.image.nodeIndex(at), in: zone)
        append(name: zone.value.image.nodeIndex(at + 4), in: zone)
        unsafe writer.append(zone.value.image.octets.octets(at + 8, 20))
        at += 28
      }
      writer.set(UInt16(truncatingIfNeeded: writer.count - lengthAt - 2), at: lengthAt)
      left -= 1
    }
  }

  /// Fills the header in: the query's ID and the bits that a response copies.
  @inline(__always)
  mutating func finishHeader(id: UInt16, query: HeaderFlags, questionCount: UInt16) {
    var flags = HeaderFlags.response.rawValue
    flags |= query.rawValue & (0x7800 | HeaderFlags.recursionDesired.rawValue)
    if isAuthoritative { flags |= HeaderFlags.authoritative.rawValue }
    if isTruncated { flags |= HeaderFlags.truncated.rawValue }
    flags |= code.rawValue & 15
    writer.setHeader(
      UInt64(id) << 48 | UInt64(flags) << 32 | UInt64(questionCount) << 16 | UInt64(answerCount),
      UInt32(authorityCount) << 16 | UInt32(additionalCount))
  }
}
