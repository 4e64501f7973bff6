import FlatMemory

/// The names that one answer's CNAME and DNAME chain has come through, to cut loops.
@safe
struct NameChain: @unchecked Sendable {
  /// A name.
  private struct Link: BitwiseCopyable {
    var hash: UInt64
    /// The DNAME RRset that it met; all bits are set where it met none.
    var dname: UInt64
  }

  // SAFETY: `maximumLength` links and room for one name that live as long as the process; one thread uses them,
  // and indexes are checked.
  private let links: UnsafeMutablePointer<Link>
  private let octets: UnsafeMutableRawPointer

  /// The longest chain followed.
  static var maximumLength: Int { 16 }

  init() {
    let memory = unsafe CacheLines.allocate(byteCount: Self.byteCount)
    unsafe links = memory.bindMemory(to: Link.self, capacity: Self.maximumLength)
    unsafe links.initialize(repeating: Link(hash: 0, dname: .max), count: Self.maximumLength)
    unsafe octets = memory + Self.maximumLength * MemoryLayout<Link>.stride
    unsafe octets.initializeMemory(as: UInt8.self, repeating: 0, count: 256)
  }

  private static var byteCount: Int { maximumLength * MemoryLayout<Link>.stride + 256 }

  /// Where it is written to, as addresses.
  var written: Range<UInt> {
    unsafe CacheLines.addresses(UnsafeRawPointer(links), byteCount: Self.byteCount)
  }

  /// Notes a name as number `count` of a chain; false where the chain is too long or has been there.
  func enter(_ hash: UInt64, count: Int) -> Bool {
    guard count < Self.maximumLength else { return false }
    var index = 0
    while index < count {
      if unsafe links[index].hash == hash { return false }
      index += 1
    }
    unsafe links[count] = Link(hash: hash, dname: .max)
    return true
  }

  /// Notes the DNAME RRset that name number `count` meets; false where a name before it met the same.
  func enter(dname rrset: UInt64, count: Int) -> Bool {
    guard count >= 0, count < Self.maximumLength else { return false }
    unsafe links[count].dname = rrset
    var index = 0
    while index < count {
      if unsafe links[index].dname == rrset { return false }
      index += 1
    }
    return true
  }

  /// The name made of the first `prefix` octets of a name and of `suffix`; nil where that is over 255
  /// octets. Valid until the next call.
  @unsafe
  func join(_ prefix: UnsafeRawBufferPointer, _ suffix: UnsafeRawBufferPointer)
    -> UnsafeRawBufferPointer?
  {
    guard let first = prefix.baseAddress, let second = suffix.baseAddress,
      prefix.count + suffix.count <= 255
    else { return nil }
    unsafe octets.copyMemory(from: first, byteCount: prefix.count)
    unsafe (octets + prefix.count).copyMemory(from: second, byteCount: suffix.count)
    return unsafe UnsafeRawBufferPointer(start: octets, count: prefix.count + suffix.count)
  }
}
